"""The flags of each command. Its help, the shell completion and the manual page are generated from them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from wizard.config import DEFAULT_FILE
from wizard.formats import IMPORT_ONLY_NAMES, NAMES, SOURCE_NAMES
from wizard.model.settings import DECLARATIONS, Declaration, Kind

SHELLS = ("bash", "zsh", "fish")

# Shared by several commands


def _config(parser: argparse.ArgumentParser, text: str = "the saved file") -> None:
    """`-c`, which can also be given before the command."""
    parser.add_argument(
        "-c", "--config", metavar="FILE", type=Path, default=argparse.SUPPRESS, help=f"{text} (default: {DEFAULT_FILE})"
    )


def _timeout(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--timeout", metavar="SECONDS", type=_seconds, default=60.0, help="for the whole (default: 60)")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 24 * 3600:  # also false for nan
        raise argparse.ArgumentTypeError("a number of seconds above 0, such as 30")
    return value


# The settings


def configure(parser: argparse.ArgumentParser) -> None:
    """One flag for each setting, and how to save."""
    parser.usage = "%(prog)s [-c FILE] [--SETTING VALUE ...]"
    _config(parser, "the file to write; what it holds already is kept where no flag says otherwise")
    settings = parser.add_argument_group("settings, named as the registry's parameters")
    for declaration in DECLARATIONS.values():
        _flag(settings, declaration)
    actions = parser.add_argument_group("what is done")
    actions.add_argument("--create-bucket", action="store_true", help="make the bucket where it does not exist")
    actions.add_argument("--no-validate", action="store_true", help="save without trying the store")
    _dry_run(actions)
    actions.add_argument("--json", action="store_true", help="print that, or the validation, as one JSON object")
    _timeout(actions)


def _dry_run(parser: argparse._ActionsContainer, what: str = "print what would be written, secrets hidden") -> None:
    parser.add_argument("--dry-run", action="store_true", help=what)


def _flag(parser: argparse._ActionsContainer, declaration: Declaration) -> None:
    name, text = declaration.name, declaration.help.replace("%", "%%")
    match declaration.kind:
        case Kind.SECRET:
            parser.add_argument(
                f"--{name}-file", metavar="PATH", help="the file with it; - reads one line from standard input"
            )
        case Kind.SWITCH:
            parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=text)
        case _:
            metavar = "SIZE" if declaration.kind is Kind.SIZE else declaration.label.split()[-1].upper()
            parser.add_argument(f"--{name}", metavar=metavar, help=text)


def import_(parser: argparse.ArgumentParser) -> None:
    """Where from, and where to."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        nargs="?",
        help="a file, - for standard input, an AWS profile, an rclone REMOTE:BUCKET, an mc ALIAS/BUCKET, or s3cmd's "
        "s3://BUCKET; without it, what is on this machine is listed",
    )
    words = (*NAMES, *IMPORT_ONLY_NAMES, *SOURCE_NAMES)
    parser.add_argument(
        "--from",
        dest="format",
        metavar="FORMAT",
        choices=words,
        help=f"{', '.join(words)}; a file's is found out where it tells",
    )
    _config(parser, "the file to write")
    parser.add_argument("--bucket", metavar="BUCKET", help="where the source does not name it, as a profile does not")
    _dry_run(parser)


def show(parser: argparse.ArgumentParser) -> None:
    """The file and the output."""
    _config(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


# The store


def check(parser: argparse.ArgumentParser) -> None:
    """The files and the output."""
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help=f"default: {DEFAULT_FILE}")
    _config(parser, "the same as FILE")
    parser.add_argument("--json", action="store_true", help="print a JSON object, or a list of them for several files")
    parser.add_argument("--quiet", action="store_true", help="print nothing about files that pass")
    parser.add_argument("--offline", action="store_true", help="apply only the rules that need no network")
    _timeout(parser)


def providers(parser: argparse.ArgumentParser) -> None:
    """The provider and the output."""
    parser.add_argument("provider", metavar="PROVIDER", nargs="?", help="one of them, with all that is known of it")
    parser.add_argument("--json", action="store_true", help="print a JSON list of objects, or the one")


def policy(parser: argparse.ArgumentParser) -> None:
    """The bucket and the target."""
    _config(parser)
    parser.add_argument("--bucket", metavar="BUCKET", help="for this bucket, with or without a file")
    parser.add_argument("--documented", action="store_true", help="the one of Docker Trusted Registry's page")
    target = parser.add_mutually_exclusive_group()
    target.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it there, and print the aws command")
    target.add_argument(
        "--put-user", metavar="USER", help="put it on that IAM user, with your own credentials of the AWS command line"
    )
    parser.add_argument("--yes", action="store_true", help="put it there without asking")


# The registry


def export(parser: argparse.ArgumentParser) -> None:
    """The format and the target."""
    _config(parser)
    parser.add_argument(
        "--to",
        metavar="FORMAT",
        choices=NAMES,
        help=f"{', '.join(NAMES)}; it may be left out after an import from a file",
    )
    target = parser.add_mutually_exclusive_group()
    target.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it there, mode 0600")
    target.add_argument(
        "--into",
        metavar="FILE",
        type=Path,
        help="replace the storage section of that file, and nothing else in it",
    )
    _dry_run(parser, "with --into: print what would change, secrets hidden")
    parser.add_argument("--redact", action="store_true", help="leave the secrets out")


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
    "policy": policy,
    "providers": providers,
    "show": show,
}
