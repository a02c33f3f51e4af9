"""The way in, and exit codes. A face or a command is imported only when it is the one that was asked for."""

from __future__ import annotations

import argparse
import atexit
import errno
import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from wizard.cli.arguments import parser, quick_parser
from wizard.config import DEFAULT_FILE
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import (
    CommandError,
    prepare_streams,
    print_message,
    redirect_to_devnull,
)
from wizard.console.ui_mode import UiMode

DEMO_FILE = Path("demo-storage.toml")
_WITH_THREADS = (None, "check", "configure")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit status."""
    gc.set_threshold(20_000)  # what is imported from here on is no garbage
    atexit.register(gc.freeze)  # nor is it looked through once more at the end
    prepare_streams()
    tell = _FirstCrash()
    try:
        given = quick_parser().parse_args(arguments)
        with _told_in_threads(tell) if given.command in _WITH_THREADS else nullcontext():
            return _RUN[given.command](given)
    except CommandError as error:
        print_message(f"storage-wizard: {error}")
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - told without the values that a traceback may quote
        if isinstance(error, OSError) and error.errno in (errno.EPIPE, errno.EIO):
            redirect_to_devnull(sys.stdout)  # the reader of our output has gone, as with `| head`, or the terminal
            return ExitStatus.INTERRUPTED
        tell(error)
        return ExitStatus.FAILED


class _FirstCrash:
    """Tells what should never happen; of several errors the first, as that leads to the others."""

    def __init__(self) -> None:
        self._turns = iter((True,))

    def __call__(self, error: BaseException) -> None:
        from wizard.cli import crash_report  # here, as it is hardly ever asked for

        if next(self._turns, False):
            print_message(f"storage-wizard: {crash_report.told(error)}")


@contextmanager
def _told_in_threads(tell: _FirstCrash) -> Iterator[None]:
    """What breaks where nobody waits for it is told in the same way."""
    import threading  # here, as most commands have but one

    def in_thread(broken: threading.ExceptHookArgs) -> None:
        if broken.exc_value is not None:
            tell(broken.exc_value)

    before = threading.excepthook
    threading.excepthook = in_thread
    try:
        yield
    finally:
        threading.excepthook = before


def _wizard(given: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError(
            "the wizard needs a terminal. Without one: storage-wizard configure --bucket NAME …, "
            "and to validate a file: storage-wizard check FILE"
        )
    from wizard.console.terminal import Appearance, Terminal, choose_colours, choose_ui_mode, is_light

    terminal = Terminal.ours()
    face, reason = (UiMode(given.face), "") if given.face else choose_ui_mode(terminal)
    config = DEMO_FILE if given.demo and given.config == DEFAULT_FILE else given.config
    if face is UiMode.PLAIN:
        if reason:
            print_message(f"Line prompts, as {reason}. For the screens all the same: --rich or --ascii.")
        from wizard.prompts import start as prompts

        return prompts.start(config, demo=given.demo, is_ascii=not terminal.is_utf8)
    for name in ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG"):  # which write all that is typed to files
        os.environ.pop(name, None)
    gc.disable()  # until the first screen stands: what is made on the way there stays
    from wizard.tui import start as tui

    look = Appearance(
        choose_colours(terminal),
        is_light=is_light(terminal) if given.light is None else given.light,
        is_ascii=face is UiMode.ASCII,
    )
    return tui.start(config, look, demo=given.demo, mouse=given.mouse)


def _check(given: argparse.Namespace) -> int:
    from wizard.cli.commands import check

    return check.run(given)


def _completion(given: argparse.Namespace) -> int:
    from wizard.cli.commands import completion

    return completion.run(parser(), given.shell)


def _configure(given: argparse.Namespace) -> int:
    from wizard.cli.commands import configure

    return configure.run(given)


def _export(given: argparse.Namespace) -> int:
    from wizard.cli.commands import export

    return export.run(given)


def _import(given: argparse.Namespace) -> int:
    from wizard.cli.commands import import_

    return import_.run(given)


def _policy(given: argparse.Namespace) -> int:
    from wizard.cli.commands import policy

    return policy.run(given)


def _providers(given: argparse.Namespace) -> int:
    from wizard.cli.commands import providers

    return providers.run(given)


def _show(given: argparse.Namespace) -> int:
    from wizard.cli.commands import show

    return show.run(given)


_RUN: dict[str | None, Callable[[argparse.Namespace], int]] = {
    None: _wizard,
    "check": _check,
    "completion": _completion,
    "configure": _configure,
    "export": _export,
    "import": _import,
    "policy": _policy,
    "providers": _providers,
    "show": _show,
}
