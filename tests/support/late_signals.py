"""A signal that comes just before a system call blocks."""

from __future__ import annotations

import ctypes
import functools
import operator
import os
import signal
import threading

from tests.support.processes import READY_SECONDS

_RAISE = ctypes.CDLL(None)["raise"]


def raise_and_read(number: signal.Signals, is_handled: threading.Event) -> bytes:
    """Raises a signal, and then reads from a pipe without a step of Python in between.

    Returns b"handled" if the event is set while the read waits, and b"late" if that takes long.
    """
    reader, writer = os.pipe()

    def write() -> None:
        os.write(writer, b"handled" if is_handled.wait(READY_SECONDS) else b"late")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        _, data = list(map(operator.call, [functools.partial(_RAISE, number), functools.partial(os.read, reader, 10)]))
        return bytes(data)
    finally:
        is_handled.set()
        thread.join()
        os.close(reader)
        os.close(writer)
