"""What the signals that end a program do while there is something to clean up: test data in a store, or a terminal.

Signals that are ignored when the program starts, such as SIGHUP below `nohup`, stay ignored.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NoReturn

from wizard.console.exit_status import exit_status_of
from wizard.console.signal_delivery import timely_signals
from wizard.files.signals import ENDING_SIGNALS
from wizard.validation import active_runs

_NOTICE = "Stopping and removing the test data from the store …\n"
GRACE = 2.0  # seconds from a signal to the end of the program, also if its output is not read
_STDERR = 2
_Handler = Callable[[int, FrameType | None], None]


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
            _write_if_possible(notice)
        elif number != signal.SIGHUP:
            end_at_once(number)

    previous = _handle(dict.fromkeys(ENDING_SIGNALS, on_signal))
    grace = GRACE

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
            _restore(previous)


@contextlib.contextmanager
def exit_on_signals() -> Iterator[None]:
    """Lets the signals that end the program raise an exception instead, so that `finally` blocks run.

    SIGINT raises `KeyboardInterrupt`, the others `SystemExit` with their exit status. Signals with handlers of their
    own keep them. After the first signal all others are ignored until the end of the block.
    """
    has_come = False

    def on_signal(number: int, _frame: FrameType | None) -> None:
        nonlocal has_come
        if has_come:
            return
        has_come = True
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(exit_status_of(number))

    defaults = (signal.SIG_DFL, signal.default_int_handler)
    previous = _handle({number: on_signal for number in ENDING_SIGNALS if signal.getsignal(number) in defaults})
    try:
        with timely_signals():
            yield
    finally:
        _restore(previous)


@contextlib.contextmanager
def end_at_once_on_signals() -> Iterator[None]:
    """Lets the signals that end the program end it at once, and name what it may leave in a store."""
    previous = _handle(dict.fromkeys(ENDING_SIGNALS, lambda number, _frame: end_at_once(number)))
    try:
        yield
    finally:
        _restore(previous)


def _handle(handlers: dict[int, _Handler]) -> dict[int, object]:
    """Handles signals, except those that are ignored. Returns the previous handlers of those that are handled."""
    previous = {number: signal.getsignal(number) for number in handlers}
    previous = {number: handler for number, handler in previous.items() if handler not in (None, signal.SIG_IGN)}
    for number in previous:
        signal.signal(number, handlers[number])
    return dict(previous)


def _restore(handlers: dict[int, object]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)  # type: ignore[arg-type]  # from `getsignal`


def end_at_once(number: int) -> NoReturn:
    """Ends the program without waiting for a thread or for output. Names what it may leave in a store."""
    for text in active_runs.what_may_be_left():
        _write_if_possible(f"{text}\n")
    os._exit(exit_status_of(number))


def _write_if_possible(text: str) -> None:
    """Writes on stderr, unless that would wait: a terminal can be suspended, or gone.

    Not with `print_message`: a signal may come while a buffer is being written.
    """
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [_STDERR], [], 0)[1]:
            os.write(_STDERR, text.encode())
