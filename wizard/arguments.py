"""What can be said on the command line: each command with its arguments and examples."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wizard import __version__
from wizard.commands.streams import DEFAULT_FILE
from wizard.face import RULE, Face
from wizard.formats import FORMATS, SOURCES
from wizard.parser import Parser
from wizard.settings import DECLARATIONS, Declaration, Kind

SHELLS = ("bash", "zsh", "fish")
_EXAMPLES = (
    "storage-wizard --demo",
    "storage-wizard -c /etc/registry/storage.toml",
    "storage-wizard import /etc/docker/registry/config.yml && storage-wizard check",
)
_FACES = {
    Face.PLAIN: "line prompts: for a screen reader, a serial line, a script",
    Face.ASCII: "screens in ASCII; Ctrl+T does the same at any time",
    Face.RICH: "screens with all glyphs",
}
_STATUS = "exit status: 0 done and passed, 1 validation failed, 2 usage or unreadable\nfile, 130 interrupted"


def parser() -> Parser:
    """The whole command line."""
    top = Parser(
        prog="storage-wizard",
        description=textwrap.fill(
            "Tells a container registry which S3 storage keeps its images, and proves that the storage works before "
            "it saves a thing. Without a command it is a wizard on the screen.",
            80,
        ),
        epilog=f"{_examples(_EXAMPLES)}\n\n{_STATUS}",
    )
    top.add_argument("--version", action="version", version=f"storage-wizard {__version__}")
    top.add_argument(
        "-c", "--config", metavar="FILE", type=Path, default=DEFAULT_FILE, help=f"the file (default: {DEFAULT_FILE})"
    )
    top.add_argument("--demo", action="store_true", help="a rehearsal on a store inside the program")
    faces = top.add_argument_group("faces", textwrap.fill(RULE, 76)).add_mutually_exclusive_group()
    for face, text in _FACES.items():
        faces.add_argument(f"--{face}", dest="face", action="store_const", const=face, help=text)
    top.add_argument("--mouse", action="store_true", help="let the mouse work; the terminal then selects no text")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=Parser)
    for head, group in COMMANDS.items():
        for command in group:
            _add(commands, command, head if command is group[0] else "")
    return top


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its word and line in the help, its page, and its arguments."""

    name: str
    help: str
    description: str
    declare: Callable[[argparse.ArgumentParser], None]
    examples: tuple[str, ...]


def _add(commands: argparse._SubParsersAction[Parser], command: Command, head: str) -> None:
    added = commands.add_parser(
        command.name,
        help=command.help,
        description=textwrap.fill(command.description, 80),
        epilog=_examples(command.examples),
    )
    command.declare(added)
    vars(commands._choices_actions[-1])["head"] = head


def _examples(lines: Sequence[str]) -> str:
    return "\n  ".join(("examples:" if len(lines) > 1 else "example:", *lines))


# What several commands have


def _config(parser: argparse.ArgumentParser, text: str = "the saved file") -> None:
    """`-c`, which may also stand before the command."""
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


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [-c FILE] [--SETTING VALUE ...]"
    _config(parser, "the file to write; what it holds already is kept where no flag says otherwise")
    settings = parser.add_argument_group("settings, named as the registry's parameters")
    for declaration in DECLARATIONS.values():
        _flag(settings, declaration)
    doing = parser.add_argument_group("what is done")
    doing.add_argument("--create-bucket", action="store_true", help="make the bucket where it does not exist")
    doing.add_argument("--no-validate", action="store_true", help="save without trying the store")
    doing.add_argument("--dry-run", action="store_true", help="print what would be written, secrets hidden")
    doing.add_argument("--json", action="store_true", help="print the validation as one JSON object")
    _timeout(doing)


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


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", metavar="SOURCE", help="a file, - for standard input, an AWS profile, or an rclone REMOTE:BUCKET"
    )
    words = (*FORMATS, *SOURCES)
    parser.add_argument(
        "--from",
        dest="format",
        metavar="FORMAT",
        choices=words,
        help=f"{', '.join(words)}; a file's is found out where it tells",
    )
    _config(parser, "the file to write")
    parser.add_argument("--bucket", metavar="BUCKET", help="where the source does not name it, as a profile does not")
    parser.add_argument("--dry-run", action="store_true", help="print what would be written, secrets hidden")


def _show(parser: argparse.ArgumentParser) -> None:
    _config(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


# The store


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help=f"default: {DEFAULT_FILE}")
    _config(parser, "the same as FILE")
    parser.add_argument("--json", action="store_true", help="print a JSON object, or a list of them for several files")
    parser.add_argument("--offline", action="store_true", help="apply only the rules that need no network")
    _timeout(parser)


def _providers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("provider", metavar="PROVIDER", nargs="?", help="one of them, with all that is known of it")
    parser.add_argument("--json", action="store_true", help="print a JSON list of objects, or the one")


# The registry


def _export(parser: argparse.ArgumentParser) -> None:
    _config(parser)
    parser.add_argument("--to", metavar="FORMAT", choices=tuple(FORMATS), required=True, help=", ".join(FORMATS))
    where = parser.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it there, mode 0600")
    where.add_argument(
        "--into",
        metavar="FILE",
        type=Path,
        help="replace the storage section of that file, and nothing else in it",
    )
    parser.add_argument("--redact", action="store_true", help="leave the secrets out")


# The shell


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


COMMANDS: dict[str, tuple[Command, ...]] = {
    "settings": (
        Command(
            "configure",
            "set, validate and save the settings from flags",
            "Does what the wizard does, without a screen: takes the settings from flags, validates them, and saves "
            "them once that has passed. A secret never stands on the command line.",
            _configure,
            (
                "storage-wizard configure --provider aws --bucket images --region eu-west-1",
                "storage-wizard configure --provider minio --bucket images --accesskey me \\\n"
                "      --regionendpoint https://minio.example:9000 --secretkey-file - < secret",
            ),
        ),
        Command(
            "import",
            "take over the settings that a registry has already",
            "Reads the storage settings of a registry, or of another program, and writes them to the file. What "
            "cannot be taken over is said.",
            _import,
            (
                "storage-wizard import /etc/docker/registry/config.yml",
                "storage-wizard import --from aws default --bucket images",
                "storage-wizard import --from rclone minio:images",
            ),
        ),
        Command(
            "show",
            "print the settings, secrets hidden",
            "Prints the settings of a file as a table, secrets hidden.",
            _show,
            ("storage-wizard show", "storage-wizard show -c site.toml --json"),
        ),
    ),
    "the store": (
        Command(
            "check",
            "validate files that were saved, without a screen",
            "Tries each file's settings against its store, as the registry will use them.",
            _check,
            ("storage-wizard check storage.toml", "storage-wizard check --json site-*.toml"),
        ),
        Command(
            "providers",
            "list the stores that are known, and what each demands",
            "Lists the stores that are known, with their endpoints; for one of them, what it demands of the settings "
            "and what the admin of a registry must know.",
            _providers,
            ("storage-wizard providers", "storage-wizard providers minio --json"),
        ),
    ),
    "the registry": (
        Command(
            "export",
            "write the settings in a registry's own format",
            "Writes the settings as the registry reads them, to stdout or to a file that only you can read. What the "
            "format cannot carry is said on stderr.",
            _export,
            (
                "storage-wizard export --to distribution-2 -o config.yml",
                "storage-wizard export --to distribution-2 --into /etc/docker/registry/config.yml",
                "storage-wizard export --to env --redact",
            ),
        ),
    ),
    "the shell": (
        Command(
            "completion",
            "print what the shell needs to complete commands and flags",
            "Prints a script that makes the shell complete commands, flags, formats and files.",
            _completion,
            (
                "storage-wizard completion bash > /etc/bash_completion.d/storage-wizard",
                'storage-wizard completion zsh > "${fpath[1]}/_storage-wizard"',
                "storage-wizard completion fish > ~/.config/fish/completions/storage-wizard.fish",
            ),
        ),
    ),
}
