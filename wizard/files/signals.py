"""The signals that end the program, and how they wait while they would come between two steps of a write."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

_Handler = Callable[[int, FrameType | None], object]

# See signal(7). SIGPIPE and SIGXFSZ are ignored by Python, SIGKILL cannot be handled, and SIGSEGV, SIGBUS, SIGFPE and
# SIGILL come again as soon as a handler returns.
_NAMES = (
    *("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"),
    *("SIGALRM", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGPROF", "SIGIO", "SIGPWR", "SIGXCPU", "SIGXFSZ", "SIGSTKFLT"),
    *("SIGABRT", "SIGTRAP", "SIGSYS", "SIGEMT", "SIGLOST"),
)
_REAL_TIME = range(getattr(signal, "SIGRTMIN", 1), getattr(signal, "SIGRTMAX", 0) + 1)

# Every signal that ends a process by default and can come from outside. SIGINT is the first one.
ENDING_SIGNALS: tuple[int, ...] = (*(getattr(signal, name) for name in _NAMES if hasattr(signal, name)), *_REAL_TIME)


@contextlib.contextmanager
def deferred_signals() -> Iterator[None]:
    """Let signals wait until the end of the block. What is ignored stays ignored.

    Only the main thread can do that: without effect in another one. The block must be short.
    """
    waiting: list[int] = []
    previous: dict[int, _Handler | int] = {}
    try:
        _defer(waiting, previous)
        yield
    finally:
        for number, handler in reversed(previous.items()):  # SIGINT last: its handler raises
            signal.signal(number, handler)
        _deliver(waiting, previous)


def _defer(waiting: list[int], previous: dict[int, _Handler | int]) -> None:
    """Make signals wait in `waiting`, and store their handlers in `previous`."""
    import threading  # imported here: not needed to read a file

    for number in ENDING_SIGNALS if threading.current_thread() is threading.main_thread() else ():
        handler = signal.getsignal(number)
        if handler is not None and handler != signal.SIG_IGN:  # None: it was not set by Python
            previous[number] = handler
            signal.signal(number, lambda received, _frame: waiting.append(received))


def _deliver(waiting: list[int], previous: dict[int, _Handler | int]) -> None:
    """Deliver the signals that came meanwhile, first those that end the process.

    A handler is called, instead of sending the signal again: an event loop has noticed the signal already.
    """
    for number in waiting:
        if previous[number] == signal.SIG_DFL:
            signal.raise_signal(number)
    for number in dict.fromkeys(waiting):
        handler = previous[number]
        if callable(handler):
            handler(number, None)
