"""The flags of each command. Its help, the shell completion and the manual page are generated from them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from wizard.cli.parser import config_path, settings_path
from wizard.config import DEFAULT_FILE
from wizard.formats import EXPORT_ONLY_NAMES, IMPORT_ONLY_NAMES, NAMES, SOURCE_NAMES
from wizard.model.settings import DECLARATIONS, Declaration, Kind
from wizard.validation.time_limit import DEFAULT_SECONDS

SHELLS = ("bash", "zsh", "fish")
_RCLONE_CONFIG = Path("rclone.conf")  # in the current folder

# Shared by several commands


def _config(parser: argparse.ArgumentParser, text: str = "settings file") -> None:
    """`-c`, which can also be given before the command."""
    parser.add_argument(
        "-c",
        "--config",
        metavar="FILE",
        type=config_path,
        default=argparse.SUPPRESS,
        help=f"{text} (default: {DEFAULT_FILE})",
    )


def _timeout(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=DEFAULT_SECONDS,
        help=f"time limit for the whole run (default: {DEFAULT_SECONDS:g})",
    )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 24 * 3600:  # also false for nan
        raise argparse.ArgumentTypeError("enter a number of seconds above 0, such as 30 (at most 86400).")
    return value


def _metrics(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--metrics", metavar="PATH", type=Path, help="write the result to PATH for Prometheus' textfile collector"
    )


# The settings


def configure(parser: argparse.ArgumentParser) -> None:
    """One flag for each setting, and how to save."""
    parser.usage = "%(prog)s [-c FILE] [--SETTING VALUE ...]"
    _config(parser, "settings file to write; existing values are kept unless a flag changes them")
    settings = parser.add_argument_group("settings (same names as in the registry)")
    for declaration in DECLARATIONS.values():
        _flag(settings, declaration)
    actions = parser.add_argument_group("actions")
    actions.add_argument("--create-bucket", action="store_true", help="create the bucket if it does not exist")
    actions.add_argument("--no-validate", action="store_true", help="save without validating")
    _dry_run(actions)
    actions.add_argument(
        "--json", action="store_true", help="print the report, or with --dry-run the settings, as one JSON object"
    )
    _timeout(actions)
    for title, lines in _values():
        parser.add_argument_group(title, "\n".join(lines))


def _values() -> Iterator[tuple[str, Iterable[str]]]:
    """The values of the settings that accept one of a few: a title, and a line for each group of values."""
    from wizard.catalog.registries import ACLS, REGISTRIES  # imported here: only this command needs the catalog
    from wizard.catalog.store_pages import groups

    offered = [registry for registry in REGISTRIES.values() if registry.is_offered]
    registries_with: dict[tuple[str, ...], list[str]] = {}
    for registry in offered:
        registries_with.setdefault(registry.storage_classes, []).append(registry.id)
    default = DECLARATIONS["registry"].default
    others = [registry for registry in REGISTRIES.values() if not registry.is_offered]
    yield (
        f"values of --registry (default: {default})",
        [
            *(f"{registry.id}: {registry.label}" for registry in offered),
            *(f"{registry.id}: {registry.label} (only its configuration is known)" for registry in others),
        ],
    )
    yield "values of --provider, by any name of the store", _lines(groups())
    yield (
        "values of --storageclass",
        [f"{', '.join(ids)}: {', '.join(words)}" for words, ids in registries_with.items()],
    )
    yield "values of --objectacl", [", ".join(ACLS)]


def _lines(groups: Mapping[str, Iterable[str]]) -> Iterator[str]:
    return (f"{heading}: {', '.join(words)}" for heading, words in groups.items())


def _dry_run(
    parser: argparse._ActionsContainer, what: str = "print what would be written, with secrets hidden"
) -> None:
    parser.add_argument("--dry-run", action="store_true", help=what)


def _flag(parser: argparse._ActionsContainer, declaration: Declaration) -> None:
    name, text = declaration.name, declaration.help.replace("%", "%%")
    match declaration.kind:
        case Kind.SECRET:
            parser.add_argument(
                f"--{name}-file", metavar="PATH", help="file containing the secret key, or - for standard input"
            )
        case Kind.SWITCH:
            parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=text)
        case _:
            parser.add_argument(f"--{name}", metavar=declaration.placeholder, help=text)


def import_(parser: argparse.ArgumentParser) -> None:
    """Where from, and where to."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        nargs="?",
        help="a file, - for standard input, an AWS profile, an rclone REMOTE:BUCKET, an mc ALIAS/BUCKET, or s3cmd's "
        "s3://BUCKET; default: list what can be imported on this machine",
    )
    words = (*NAMES, *IMPORT_ONLY_NAMES, *SOURCE_NAMES)
    parser.add_argument(
        "--from",
        dest="format",
        metavar="FORMAT",
        type=partial(_format, "--from", words),
        choices=words,
        help=f"format of SOURCE (default: auto-detect): {', '.join(words)}",
    )
    _config(parser, "settings file to write")
    parser.add_argument(
        "--bucket", metavar="BUCKET", help="bucket, if the source doesn't specify one (AWS profiles don't)"
    )
    _dry_run(parser)


def show(parser: argparse.ArgumentParser) -> None:
    """The file and the output."""
    _config(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


# The store


def check(parser: argparse.ArgumentParser) -> None:
    """The files and the output."""
    use = (
        f"Run: storage-wizard check {DEFAULT_FILE} (to validate a store), "
        "or: storage-wizard verify https://registry.example (to verify a running registry)"
    )
    path = partial(settings_path, use)
    parser.add_argument("files", metavar="FILE", nargs="*", type=path, help=f"default: {DEFAULT_FILE}")
    _config(parser, "same as FILE")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print a JSON object, or a list of them for several files")
    output.add_argument("--jsonl", action="store_true", help="print a JSON object on one line for each file as it ends")
    parser.add_argument("--quiet", action="store_true", help="print nothing about files that pass")
    parser.add_argument("--offline", action="store_true", help="check only the rules that need no network")
    _timeout(parser)
    _metrics(parser)


def providers(parser: argparse.ArgumentParser) -> None:
    """The provider and the output."""
    parser.add_argument("provider", metavar="PROVIDER", nargs="*", help="show details of one store, by any name of it")
    parser.add_argument("--stale", action="store_true", help="list stores whose facts haven't been checked for a year")
    parser.add_argument("--json", action="store_true", help="print a JSON list of objects, or with PROVIDER one object")


def policy(parser: argparse.ArgumentParser) -> None:
    """The bucket and the target."""
    _config(parser)
    parser.add_argument("--bucket", metavar="BUCKET", help="bucket name (default: from the settings file)")
    parser.add_argument(
        "--documented", action="store_true", help="use the policy from the documentation of Docker Trusted Registry"
    )
    target = parser.add_mutually_exclusive_group()
    target.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help="write the policy to FILE and print the command (aws, or mc for MinIO)",
    )
    target.add_argument(
        "--put-user", metavar="USER", help="attach the policy to an IAM user, using your own AWS CLI credentials"
    )
    parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")


def _format(flag: str, ids: Sequence[str], text: str) -> str:
    from wizard.cli.names import format_id  # imported here: only needed with the flag

    return format_id(text, flag, ids)


# The registry


def export(parser: argparse.ArgumentParser) -> None:
    """The format and the target."""
    words = (*NAMES, *EXPORT_ONLY_NAMES)
    _config(parser)
    parser.add_argument(
        "--to",
        metavar="FORMAT",
        type=partial(_format, "--to", words),
        choices=words,
        help=f"format (default: that of the imported file): {', '.join(words)}",
    )
    target = parser.add_mutually_exclusive_group()
    target.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE (a new file gets mode 0600)")
    target.add_argument(
        "--into",
        metavar="FILE",
        type=Path,
        help="update only the storage section of FILE",
    )
    _dry_run(parser, "with --into: print what would change, with secrets hidden")
    parser.add_argument("--redact", action="store_true", help="hide the keys")


def migrate(parser: argparse.ArgumentParser) -> None:
    """The two settings files and the target."""
    path = partial(settings_path, "Run: storage-wizard migrate old.toml new.toml")
    parser.add_argument("old", metavar="OLD", type=path, help="settings file of the storage that has the images")
    parser.add_argument("new", metavar="NEW", type=path, help="settings file of the storage that they are moved to")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        default=_RCLONE_CONFIG,
        help=f"rclone configuration to write (mode 0600; default: {_RCLONE_CONFIG})",
    )


def verify(parser: argparse.ArgumentParser) -> None:
    """The registry, who signs in, and the output."""
    parser.add_argument("url", metavar="URL", help="the registry, such as https://registry.example:5000")
    _config(parser, "settings file; the image is looked for in its store")
    parser.add_argument("--username", metavar="NAME", help="user who signs in; must be allowed to push")
    parser.add_argument("--password-file", metavar="PATH", help="file containing the password, or - for standard input")
    parser.add_argument("--insecure", action="store_true", help="accept any TLS certificate")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    _timeout(parser)
    _metrics(parser)


# The shell


def completion(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


FLAGS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "check": check,
    "completion": completion,
    "configure": configure,
    "export": export,
    "import": import_,
    "migrate": migrate,
    "policy": policy,
    "providers": providers,
    "show": show,
    "verify": verify,
}
