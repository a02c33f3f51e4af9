"""Arguments and exit codes. A face or a command is imported only when it is the one that was asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from wizard import __version__
from wizard.formats import FORMATS

DEFAULT_FILE = Path("storage.toml")
DEMO_FILE = Path("demo-storage.toml")
_INTERRUPTED = 130
_USAGE = 2


def parser() -> argparse.ArgumentParser:
    """All that can be said on the command line."""
    top = argparse.ArgumentParser(
        prog="storage-wizard",
        description="Tells a container registry which S3 storage keeps its images, and proves that the storage works "
        "before it saves a thing.",
        epilog="exit status: 0 done and passed, 1 validation failed, 2 usage or unreadable file, 130 interrupted",
    )
    top.add_argument("--version", action="version", version=f"storage-wizard {__version__}")
    top.add_argument("-c", "--config", metavar="FILE", type=Path, help=f"the file (default: {DEFAULT_FILE})")
    top.add_argument("--demo", action="store_true", help="a rehearsal on a store inside the program")
    top.add_argument("--mouse", action="store_true", help="let the mouse work; the terminal then selects no text")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    _add_check(commands)
    _add_export(commands)
    return top


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="validate files that were saved, without a screen",
        description="Tries each file's settings against its store, as the registry will use them.",
    )
    check.add_argument("files", metavar="FILE", nargs="*", type=Path, help=f"default: {DEFAULT_FILE}")
    check.add_argument("-c", "--config", metavar="FILE", type=Path, default=argparse.SUPPRESS, help="the same as FILE")
    check.add_argument("--json", action="store_true", help="print one JSON object, or a list of them for several files")
    check.add_argument("--offline", action="store_true", help="apply only the rules that need no network")
    check.add_argument("--timeout", metavar="SECONDS", type=_seconds, default=60.0, help="for the whole (default: 60)")


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser(
        "export",
        help="write the settings in a registry's own format",
        description="Writes the settings as the registry reads them, to stdout or to a file that only you can read.",
    )
    export.add_argument("-c", "--config", metavar="FILE", type=Path, default=argparse.SUPPRESS, help="the saved file")
    export.add_argument("--to", metavar="FORMAT", choices=sorted(FORMATS), required=True, help=", ".join(FORMATS))
    export.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it there, mode 0600")
    export.add_argument("--redact", action="store_true", help="leave the secrets out")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 24 * 3600:  # also false for nan
        raise argparse.ArgumentTypeError("a number of seconds above 0, such as 30")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit status."""
    given = parser().parse_args(arguments)
    try:
        return _COMMANDS.get(given.command, _wizard)(given)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python fails once more when it ends
        return _INTERRUPTED


def _check(given: argparse.Namespace) -> int:
    from wizard import commands

    files = given.files or [given.config or DEFAULT_FILE]
    return commands.check(files, as_json=given.json, offline=given.offline, timeout=given.timeout)


def _export(given: argparse.Namespace) -> int:
    from wizard import commands

    return commands.export(given.config or DEFAULT_FILE, FORMATS[given.to], given.output, redact=given.redact)


def _wizard(given: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        print(  # noqa: T201
            "storage-wizard: the wizard needs a terminal. To validate a file without one: storage-wizard check FILE",
            file=sys.stderr,
        )
        return _USAGE
    from wizard import tui

    return tui.start(given.config or (DEMO_FILE if given.demo else DEFAULT_FILE), demo=given.demo, mouse=given.mouse)


_COMMANDS = {"check": _check, "export": _export}
