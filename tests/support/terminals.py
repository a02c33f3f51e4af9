"""A program in a terminal of its own, driven by keys and read byte by byte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.support.paths import ROOT

PATIENCE = 30.0  # seconds
LEFT = b"\x1b[?1049l"  # the alternate screen is left
ENTERED = b"\x1b[?1049h"


class Terminal:
    """A program in a terminal of 80x24; `stream` is all that it has written."""

    def __init__(
        self,
        command: list[str],
        folder: Path,
        more: Mapping[str, str] = MappingProxyType({}),
        size: tuple[int, int] = (80, 24),
    ) -> None:
        self._ours, self._theirs = pty.openpty()
        columns, rows = size
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes: list[Any] = termios.tcgetattr(self._theirs)
        environment = dict(os.environ) | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
        environment |= {"LANG": "C.UTF-8", **more}
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],  # the terminal is its own, so that Ctrl+C in it is a signal
            cwd=folder,
            env=environment,
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
        )
        self.stream = b""
        self._seen = 0

    def press(self, keys: bytes) -> None:
        """Sends keys; what is waited for from now on must come after them."""
        self._seen = len(self.stream)
        os.write(self._ours, keys)

    def wait_for(self, words: str) -> None:
        """Reads until `words` have been written since the last key."""
        while words.encode() not in self.stream[self._seen :]:
            assert self._read(), f"the program ended before it said {words!r}: {self.stream[-2000:]!r}"

    def first_byte(self) -> None:
        """Reads until something has been written."""
        assert self._read(), "the program ended"

    def silence(self, seconds: float = 0.4) -> int:
        """Reads until nothing has come for so long; the bytes since the last key."""
        while select.select([self._ours], [], [], seconds)[0]:
            self.stream += os.read(self._ours, 1 << 16)
        return len(self.stream) - self._seen

    def read_for(self, seconds: float) -> int:
        """Reads for so long, whatever comes; the bytes since the last key."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self._ours], [], [], left)[0]:
                self.stream += os.read(self._ours, 1 << 16)
        return len(self.stream) - self._seen

    def resize(self, width: int, height: int) -> None:
        """Gives the terminal another size; what is waited for from now on must come after it."""
        self._seen = len(self.stream)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        os.killpg(self.process.pid, signal.SIGWINCH)

    def hang_up(self) -> int:
        """The line drops, and with it the terminal; the exit status."""
        os.close(self._theirs)
        os.close(self._ours)
        return self.process.wait(PATIENCE)

    def stopped(self) -> None:
        """Waits until Ctrl+Z has stopped the program, with the terminal as it was.

        Once a second it is pressed again: Python meets a signal that came just before a read after that read only.
        """
        until, again = time.monotonic() + PATIENCE, time.monotonic() + 1
        while os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOHANG) is None:
            assert time.monotonic() < until, f"it went on after {self.stream[-2000:]!r}"
            if time.monotonic() > again:
                os.write(self._ours, b"\x1a")
                again += 1
            self.silence(0.01)
        self.silence(0.0)
        assert termios.tcgetattr(self._theirs) == self.modes

    def go_on(self) -> None:
        """`fg` in the shell; what is waited for from now on must come after it."""
        self._seen = len(self.stream)
        os.killpg(self.process.pid, signal.SIGCONT)

    def end(self) -> int:
        """Reads all that is still written, waits for the end; the exit status."""
        while self.process.poll() is None:
            self._read()
        while self._read(0.0):
            pass
        return self.process.returncode

    def _read(self, patience: float = PATIENCE) -> bool:
        # In small bites, as the end of a program alone does not wake a reader: the terminal stays open here.
        until = time.monotonic() + patience
        while True:
            readable, _, _ = select.select([self._ours], [], [], 0.05 if patience else 0.0)
            if readable:
                self.stream += os.read(self._ours, 1 << 16)
                return True
            if not patience or self.process.poll() is not None:
                return False
            assert time.monotonic() < until, f"nothing more was written after {self.stream[-2000:]!r}"

    def is_as_before(self) -> bool:
        """Whether the terminal reads lines and echoes again, outside of the alternate screen."""
        return termios.tcgetattr(self._theirs) == self.modes and self.stream.rfind(LEFT) > self.stream.rfind(ENTERED)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(OSError):  # it has hung up
            os.close(self._ours)
            os.close(self._theirs)


@contextlib.contextmanager
def terminal(
    folder: Path,
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Terminal]:
    """Python with `arguments` in a terminal; the wizard itself when they begin with `-m`."""
    opened = Terminal([sys.executable, *arguments], folder, environment, size)
    try:
        yield opened
    finally:
        opened.close()
