"""Output to a terminal that may stop accepting it: nothing that the program must do waits behind a write.

A terminal accepts no output after XOFF, on a silent serial console, or while its program is suspended.
"""

from __future__ import annotations

import io
import os
import re
import select
import threading
import time
from collections.abc import Callable

_MAX_WAITING = 256 << 10  # bytes that wait for the terminal; more are dropped
_CHUNK = 4096  # bytes of one write
_MODE_CHANGES = re.compile(rb"(?:\x1b\[\?\d+[hl])+")  # these must not be dropped: nothing repeats them


def _nothing() -> None:
    pass


class TerminalOutput:
    """A file that a thread writes to a descriptor; `write` never blocks.

    `on_lost` is called in that thread when the terminal has disconnected, and `on_dropped` when it accepts output again
    after some was dropped.
    """

    def __init__(
        self,
        descriptor: int,
        encoding: str,
        *,
        on_lost: Callable[[], None] = _nothing,
        on_dropped: Callable[[], None] = _nothing,
    ) -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._on_lost = on_lost
        self._on_dropped = on_dropped
        self._waiting: list[bytes] = []
        self._size = 0  # bytes in `_waiting`
        self._is_writing = False
        self._has_dropped = False
        self._is_lost = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def write(self, text: str) -> int:
        """Adds text to what waits for the terminal."""
        data = text.encode(self._encoding, "replace")
        with self._changed:
            if data and not self._is_lost:
                self._waiting.append(data)
                self._size += len(data)
                self._drop_excess()
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
                    self._thread.start()
                self._changed.notify_all()
        return len(text)

    def flush(self) -> None:
        """Does nothing: the thread writes as soon as the terminal accepts output."""

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._descriptor

    def wait(self, seconds: float) -> bool:
        """Waits until everything is written, but not longer than `seconds`. Returns whether it is."""
        with self._changed:
            return (
                self._changed.wait_for(lambda: not (self._waiting or self._is_writing), seconds) and not self._is_lost
            )

    def _drop_excess(self) -> None:
        if self._is_writing and self._size > _MAX_WAITING:
            self._waiting = [data for data in self._waiting if _MODE_CHANGES.fullmatch(data)]
            self._size = sum(map(len, self._waiting))
            self._has_dropped = True

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                data, self._waiting, self._size = b"".join(self._waiting), [], 0
                self._is_writing = True
            is_written = self._write_all(data)
            with self._changed:
                self._is_writing = False
                self._is_lost = not is_written
                has_dropped, self._has_dropped = self._has_dropped, False
                if self._is_lost:
                    self._waiting.clear()
                self._changed.notify_all()
            if not is_written:
                self._on_lost()
                return
            if has_dropped:
                self._on_dropped()

    def _write_all(self, data: bytes) -> bool:
        """Writes data, however long it takes. Returns False if the terminal has disconnected."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._descriptor, left[:_CHUNK]) :]
            except BlockingIOError:  # another program has set O_NONBLOCK
                select.select([], [self._descriptor], [])
            except OSError:
                return False
        return True


class FarewellStream(io.TextIOBase):
    """Takes the place of stderr after the full-screen wizard: if the terminal accepts no output, it is abandoned."""

    def __init__(self, descriptor: int, encoding: str, seconds: float) -> None:
        """`seconds`: how long all output together may wait for the terminal."""
        self._output = TerminalOutput(descriptor, encoding)
        self._encoding = encoding
        self._seconds = seconds

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the terminal."""
        return self._encoding

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._output.fileno()

    def isatty(self) -> bool:
        """Whether the descriptor is a terminal."""
        return os.isatty(self.fileno())

    def writable(self) -> bool:
        """True: it is a stream for output."""
        return True

    def write(self, text: str) -> int:
        """Adds text to what waits for the terminal."""
        return self._output.write(text)

    def flush(self) -> None:
        """Waits until the terminal has accepted everything, or until the time is used up."""
        started = time.monotonic()
        if not self._output.wait(self._seconds):
            self._discard()
        self._seconds = max(0.0, self._seconds - (time.monotonic() - started))

    def _discard(self) -> None:
        """Discards all further output, also what is written without this stream."""
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, self.fileno())
        os.close(null)
