"""Stopping the checks on a signal, so that they can still clean up."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOTICE = "Stopping, and taking away what was made in the store …\n".encode()


@contextlib.contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Yields an event that SIGINT, SIGTERM and SIGHUP set. The same signal a second time ends the program at once.

    Signals that are ignored already, such as SIGHUP below `nohup`, stay ignored. On exit the previous handlers are
    restored, except after a signal: the program then ends, and another signal may end it at once.
    """
    stop = threading.Event()

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()
        with contextlib.suppress(OSError):  # the terminal may be gone
            os.write(2, _NOTICE)  # not `print_message`: the signal may have come while a buffer was being written

    previous = {number: handler for number in _STOP_SIGNALS if (handler := signal.getsignal(number)) != signal.SIG_IGN}
    for number in previous:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        if not stop.is_set():
            for number, handler in previous.items():
                signal.signal(number, handler)
