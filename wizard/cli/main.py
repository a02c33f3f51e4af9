"""Entry point: parse argv, run the chosen command, map errors to exit statuses."""

from __future__ import annotations

import atexit
import errno
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from wizard.cli.machine_limits import reached_limit
from wizard.config import DEFAULT_FILE
from wizard.console.core_dumps import disable_core_dumps, refuse_debuggers
from wizard.console.exit_status import CommandError, ExitStatus, exit_status_of
from wizard.console.stdio import READER_IS_GONE, prepare_streams, print_message, redirect_to_devnull

if TYPE_CHECKING:
    import argparse

_COMMANDS_WITHOUT_SECRETS = ("completion", "providers")
_SHORT_COMMANDS = (
    "export",
    "policy",
    "show",
)  # they only read the settings file, and have ended before anyone attaches
_THREADED_COMMANDS = (None, "check", "configure", "verify")
_WITHOUT_ARGUMENTS = SimpleNamespace(
    config=DEFAULT_FILE, demo=False, ui_mode=None, light=None, mouse=False, command=None
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program with `arguments`, by default `sys.argv[1:]`; returns its exit status."""
    gc.set_threshold(20_000)  # imports allocate many long-lived objects; saves about 15 ms
    atexit.register(gc.freeze)  # the collection at exit then skips them too
    prepare_streams()
    report_crash = _CrashReporter()
    try:
        given = _parse(sys.argv[1:] if arguments is None else arguments)
        if given.command not in _COMMANDS_WITHOUT_SECRETS:
            disable_core_dumps()
            if given.command not in _SHORT_COMMANDS:
                refuse_debuggers()
        with _thread_crashes(report_crash) if given.command in _THREADED_COMMANDS else nullcontext():
            return _load(given.command)(given)
    except CommandError as error:
        print_message(f"storage-wizard: {error}")
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - reported without the values that a traceback may quote
        if isinstance(error, OSError) and error.errno in READER_IS_GONE:
            import signal  # imported here: it creates many objects, and most commands need none

            redirect_to_devnull(sys.stdout)
            return exit_status_of(signal.SIGPIPE if error.errno == errno.EPIPE else signal.SIGHUP)
        report_crash(error)
        _print_what_may_be_left()
        return ExitStatus.FAILED


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed arguments. Without any, the wizard starts sooner, as nothing has to be parsed."""
    if not arguments:
        return cast("argparse.Namespace", _WITHOUT_ARGUMENTS)
    from wizard.cli.arguments import quick_parser

    given = quick_parser().parse_args(arguments)
    if given.demo and given.command:
        raise CommandError("--demo works only in the wizard, not in a command. Run: storage-wizard --demo")
    return given


def _load(command: str | None) -> Callable[[argparse.Namespace], int]:  # noqa: C901 - a case for each command
    """The function that runs a command. Only that command's module is imported, which keeps the start-up short."""
    match command:
        case "check":
            from wizard.cli.commands.check import run
        case "completion":
            from wizard.cli.commands.completion import run
        case "configure":
            from wizard.cli.commands.configure import run
        case "export":
            from wizard.cli.commands.export import run
        case "import":
            from wizard.cli.commands.import_ import run
        case "migrate":
            from wizard.cli.commands.migrate import run
        case "policy":
            from wizard.cli.commands.policy import run
        case "providers":
            from wizard.cli.commands.providers import run
        case "show":
            from wizard.cli.commands.show import run
        case "verify":
            from wizard.cli.commands.verify import run
        case _:
            from wizard.cli.launcher import launch

            return launch
    return run


def _print_what_may_be_left() -> None:
    """Of runs, if there were any: their module is not loaded before the first."""
    if active_runs := sys.modules.get("wizard.validation.active_runs"):
        for text in active_runs.what_may_be_left():
            print_message(text)


class _CrashReporter:
    """Reports an error that should never happen. Of several only the first, as it has often caused the others."""

    def __init__(self) -> None:
        self._remaining = iter((True,))  # unlike a flag, safe between threads

    def __call__(self, error: BaseException) -> None:
        if next(self._remaining, False):
            print_message(f"storage-wizard: {_crash_message(error)}")


def _crash_message(error: BaseException) -> str:
    """The message of the report. Where nothing can be loaded any more it is short."""
    if limit := reached_limit(error):
        return limit
    try:
        from wizard.cli import crash_report  # imported here: only needed after a crash

        return crash_report.write(error)
    except (OSError, ImportError, MemoryError):
        return f"something went wrong ({type(error).__name__}). Please report it."


@contextmanager
def _thread_crashes(report_crash: _CrashReporter) -> Iterator[None]:
    """Reports errors of threads in the same way."""
    import threading  # imported here: most commands have a single thread

    def on_error(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            report_crash(arguments.exc_value)

    previous = threading.excepthook
    threading.excepthook = on_error
    try:
        yield
    finally:
        threading.excepthook = previous
