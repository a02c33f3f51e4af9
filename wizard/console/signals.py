"""What the signals that end a program do while there is something to clean up: test data in a store, or a terminal.

Signals that are ignored when the program starts, such as SIGHUP below `nohup`, stay ignored.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeVar

from wizard.config.toml import ConfigError
from wizard.console.exit_status import exit_status_of
from wizard.console.signal_delivery import timely_signals
from wizard.console.stdio import print_message, write_if_possible
from wizard.files.errors import FileError
from wizard.files.signals import ENDING_SIGNALS
from wizard.text.sanitize import sanitize
from wizard.validation import active_runs

_NOTICE = "Stopping and removing the test data from the store …\n"
GRACE = 2.0  # seconds from a signal to the end of the program, also if its output is not read
_T = TypeVar("_T")


class StopRequest:
    """Whether a signal has asked the checks to stop. `number` is that signal, or 0."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.number = 0

    def is_set(self) -> bool:
        """Whether the checks must stop."""
        return self.number != 0

    @property
    def exit_status(self) -> int:
        """The exit status of the program after the signal."""
        return exit_status_of(self.number)


@contextlib.contextmanager
def stop_on_signals(notice: str = _NOTICE) -> Iterator[StopRequest]:
    """Yields a request that each signal that ends a program sets, so that the checks can still clean up.

    After the first signal, which writes `notice`, the program must end: a second one ends it at once, and so does the
    end of `GRACE` seconds. Only another SIGHUP does not, because a line that drops sends two. On exit the previous
    handlers are restored, except after a signal.
    """
    request, has_signal_or_end = StopRequest(), threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if not request.number:
            request.number = number
            request.event.set()
            has_signal_or_end.set()
            write_if_possible(notice)
        elif number != signal.SIGHUP:
            end_at_once(number)

    previous, grace = _handlers(), GRACE
    _handle(dict.fromkeys(previous, on_signal))

    def end_in_time() -> None:
        has_signal_or_end.wait()
        if request.is_set():
            time.sleep(grace)
            end_at_once(request.number)

    threading.Thread(target=end_in_time, name="signals", daemon=True).start()
    try:
        with timely_signals():
            yield request
    finally:
        if not request.is_set():
            has_signal_or_end.set()
            _handle(previous)


@contextlib.contextmanager
def finish_before_signals(path: Path) -> Iterator[None]:
    """Lets the block, which replaces the file at `path` and reports it, finish before a signal ends the program.

    A second signal, or the end of `GRACE` seconds, does not wait for the block. The program then names the file, as it
    may have its old or its new content.
    """

    def describe() -> str:
        return f"Ended while writing {sanitize(path)}. Check whether it has the old or the new content."

    with stop_on_signals(notice="") as stop:
        active_runs.register(describe)
        try:
            yield
        except (ConfigError, FileError) as error:
            if not stop.is_set():
                raise
            print_message(f"storage-wizard: {error}")
        finally:
            active_runs.unregister(describe)
    if stop.is_set():
        raise SystemExit(stop.exit_status)


class InterruptibleWait:
    """Lets the signals that end the program raise an exception, but only in `run` or in `deliver`.

    SIGINT raises `KeyboardInterrupt`, the others `SystemExit` with their exit status, unless the program has a handler
    of its own, which is called instead. After an exception, signals are ignored.
    """

    def __init__(self, handlers: Mapping[int, Any]) -> None:
        self._handlers = handlers
        self._came: list[int] = []
        self._can_raise = False

    def run(self, wait: Callable[[], _T]) -> _T:
        """Calls `wait`, which a signal ends."""
        try:
            self._can_raise = True
            self.deliver()
            return wait()
        finally:
            self._can_raise = False

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """Handles a signal: in `run` at once."""
        self._came.append(number)
        if self._can_raise:
            self.deliver()

    def deliver(self) -> None:
        """Raises the exceptions of the signals that came before."""
        while self._came:
            self._can_raise = False  # an exception leaves it so
            number = self._came.pop(0)
            handler = self._handlers[number]
            if not callable(handler):
                raise SystemExit(exit_status_of(number))
            handler(number, None)
            self._can_raise = True


@contextlib.contextmanager
def exit_on_signals() -> Iterator[InterruptibleWait]:
    """Lets the signals that end the program raise an exception only in a wait. The rest is not interrupted.

    A signal that comes before the wait raises its exception in it, one that comes after it at the end of the block.
    """
    previous = _handlers()
    interruptible = InterruptibleWait(previous)
    try:
        _handle(dict.fromkeys(previous, interruptible.on_signal))
        with timely_signals():
            yield interruptible
    finally:
        _handle(previous)
    interruptible.deliver()


@contextlib.contextmanager
def end_at_once_on_signals() -> Iterator[None]:
    """Lets the signals that end the program end it at once, and name what it may leave in a store."""
    previous = _handlers()
    _handle(dict.fromkeys(previous, lambda number, _frame: end_at_once(number)))
    try:
        yield
    finally:
        _handle(previous)


def _handlers() -> dict[int, Any]:
    """The handlers of the signals that end a program, except of those that are ignored."""
    handlers = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    return {number: handler for number, handler in handlers.items() if handler not in (None, signal.SIG_IGN)}


def _handle(handlers: Mapping[int, Any]) -> None:
    """Sets all of these handlers, even if one of them is called meanwhile and raises an exception."""
    try:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    except BaseException:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        raise


def end_at_once(number: int) -> NoReturn:
    """Ends the program without waiting for a thread or for output. Names what it may leave in a store."""
    for text in active_runs.what_may_be_left():
        write_if_possible(f"{text}\n")
    os._exit(exit_status_of(number))
