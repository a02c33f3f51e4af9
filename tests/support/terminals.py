"""A program on a pseudo-terminal, driven by key presses; its output is recorded byte by byte."""

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

TIMEOUT = 30.0  # seconds
ENTER_ALTERNATE_SCREEN = b"\x1b[?1049h"
LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"


class Terminal:
    """A program on a pseudo-terminal of its own; `stream` is everything that it has written.

    The program leads a session with this terminal, so that Ctrl+C becomes a signal.
    """

    def __init__(
        self,
        command: list[str],
        folder: Path,
        environment: Mapping[str, str] = MappingProxyType({}),
        size: tuple[int, int] = (80, 24),
    ) -> None:
        self._controller, self._device = pty.openpty()
        self._set_size(*size)
        self.modes: list[Any] = termios.tcgetattr(self._device)
        inherited = dict(os.environ) | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],
            cwd=folder,
            env=inherited | {"LANG": "C.UTF-8", **environment},
            stdin=self._device,
            stdout=self._device,
            stderr=self._device,
        )
        self.stream = b""
        self._seen = 0  # bytes of `stream` before the last key, signal or resize

    def press(self, keys: bytes) -> None:
        """Send keys; `wait_for` then looks only at output after them."""
        self._seen = len(self.stream)
        os.write(self._controller, keys)

    def wait_for(self, text: str) -> None:
        """Read until `text` was written since the last key."""
        while text.encode() not in self.stream[self._seen :]:
            assert self._read(), f"the program ended before it wrote {text!r}: {self.stream[-2000:]!r}"

    def wait_for_output(self) -> None:
        """Read until something was written."""
        assert self._read(), "the program ended"

    def read_until_quiet(self, seconds: float = 0.4) -> int:
        """Read until nothing was written for so long; returns the number of bytes since the last key."""
        while select.select([self._controller], [], [], seconds)[0]:
            self.stream += os.read(self._controller, 1 << 16)
        return len(self.stream) - self._seen

    def read_for(self, seconds: float) -> int:
        """Read for exactly so long; returns the number of bytes since the last key."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self._controller], [], [], left)[0]:
                self.stream += os.read(self._controller, 1 << 16)
        return len(self.stream) - self._seen

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; `wait_for` then looks only at output after it."""
        self._seen = len(self.stream)
        self._set_size(columns, rows)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._device, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> int:
        """Close the terminal, as a dropped connection does; returns the exit status."""
        os.close(self._device)
        os.close(self._controller)
        return self.process.wait(TIMEOUT)

    def wait_until_stopped(self) -> None:
        """Wait until Ctrl+Z has stopped the program, and check that the terminal's modes are restored.

        Ctrl+Z is pressed again every second: Python handles a signal that arrives just before a blocking read only
        after that read.
        """
        deadline, next_press = time.monotonic() + TIMEOUT, time.monotonic() + 1
        while os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOHANG) is None:
            assert time.monotonic() < deadline, f"it did not stop after {self.stream[-2000:]!r}"
            if time.monotonic() > next_press:
                os.write(self._controller, b"\x1a")
                next_press += 1
            self.read_until_quiet(0.01)
        self.read_until_quiet(0.0)
        assert termios.tcgetattr(self._device) == self.modes

    def resume(self) -> None:
        """Continue a stopped program, as `fg`; `wait_for` then looks only at output after it."""
        self._seen = len(self.stream)
        os.killpg(self.process.pid, signal.SIGCONT)

    def wait_for_exit(self) -> int:
        """Read the remaining output and wait for the program's end; returns the exit status."""
        while self.process.poll() is None:
            self._read()
        while self._read(0.0):
            pass
        return self.process.returncode

    def _read(self, timeout: float = TIMEOUT) -> bool:
        """Read once; False if the program has ended, or without output in time if `timeout` is 0."""
        # Polls, because the end of the program alone does not wake a reader: the device stays open in this process.
        deadline = time.monotonic() + timeout
        while True:
            readable, _, _ = select.select([self._controller], [], [], 0.05 if timeout else 0.0)
            if readable:
                self.stream += os.read(self._controller, 1 << 16)
                return True
            if not timeout or self.process.poll() is not None:
                return False
            assert time.monotonic() < deadline, f"nothing more was written after {self.stream[-2000:]!r}"

    def is_restored(self) -> bool:
        """Whether the terminal has its initial modes, and the alternate screen was left."""
        is_left = self.stream.rfind(LEAVE_ALTERNATE_SCREEN) > self.stream.rfind(ENTER_ALTERNATE_SCREEN)
        return is_left and termios.tcgetattr(self._device) == self.modes

    def close(self) -> None:
        """Kill the program and close the terminal."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(OSError):  # closed already after `hang_up`
            os.close(self._controller)
            os.close(self._device)


@contextlib.contextmanager
def terminal(
    folder: Path,
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Terminal]:
    """Python with `arguments` (`"-m", "wizard"` for the program itself) on a terminal, closed at the end."""
    opened = Terminal([sys.executable, *arguments], folder, environment, size)
    try:
        yield opened
    finally:
        opened.close()
