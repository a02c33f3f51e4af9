"""Lets the handlers of signals run in time, whatever system call the main thread waits in.

Python handles a signal between two steps of the main thread. One that comes just before a system call blocks is handled
only after that call: never, if a terminal no longer accepts output.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator

_NUDGE = signal.SIGURG  # ignored by default, so that one that comes late does no harm
_DELAYS = (0.05, 0.2)  # seconds until the main thread, which was just about to wait, does wait


@contextlib.contextmanager
def timely_signals() -> Iterator[None]:
    """Interrupts, after each signal, the system call that the main thread waits in. Only for the main thread."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    main_thread, has_ended = threading.get_ident(), threading.Event()

    def nudge() -> None:
        while numbers := os.read(reader, 64):
            for delay in _DELAYS if set(numbers) != {_NUDGE} else ():
                if not has_ended.wait(delay):
                    signal.pthread_kill(main_thread, _NUDGE)

    previous_handler = signal.signal(_NUDGE, lambda *_: None)
    previous_writer = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    thread = threading.Thread(target=nudge, name="signal delivery", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        signal.set_wakeup_fd(previous_writer)
        signal.signal(_NUDGE, previous_handler)
        os.close(writer)
        thread.join()
        os.close(reader)
