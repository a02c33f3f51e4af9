"""A program on a pseudo-terminal, driven by key presses; its output is recorded byte by byte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
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
from tests.support.processes import READY_SECONDS, load_factor, wait_for

TIMEOUT = READY_SECONDS
_SHELL = str(Path(__file__).with_name("job_control_shell.py"))
ENTER_ALTERNATE_SCREEN = b"\x1b[?1049h"
LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"
_ESCAPE_SEQUENCE = re.compile(rb"\x1b(\[[0-?]*[ -/]*([@-~]|$)|[^[]|$)")  # or the first part of one


class Terminal:
    """A program on a pseudo-terminal of its own; `stream` is everything that it has written.

    The program is the leader of the terminal's session, so that Ctrl+C becomes a signal. No shell could resume it if it
    stopped, as under `ssh -t host storage-wizard`. With `job_control` it is a job of a shell instead.
    """

    def __init__(
        self,
        command: list[str],
        folder: Path,
        environment: Mapping[str, str] = MappingProxyType({}),
        size: tuple[int, int] = (80, 24),
        *,
        job_control: bool = False,
        is_blocking: bool = True,
    ) -> None:
        self._job_control = job_control
        self._controller, self._device = pty.openpty()
        self._set_size(*size)
        os.set_blocking(self._device, is_blocking)
        self.modes: list[Any] = termios.tcgetattr(self._device)
        inherited = dict(os.environ) | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *([sys.executable, "-I", "-S", _SHELL] if job_control else []), *command],
            cwd=folder,
            env=inherited | {"LANG": "C.UTF-8", **environment},
            stdin=self._device,
            stdout=self._device,
            stderr=self._device,
        )
        self.stream = b""
        self._seen = 0  # bytes of `stream` at the last mark

    @property
    def pid(self) -> int:
        """The process id of the program; `process` is the shell if there is one."""
        if not self._job_control:
            return self.process.pid
        return wait_for(self._foreground_job)

    def _foreground_job(self) -> int | None:
        group = os.tcgetpgrp(self._controller)
        return group if group not in (0, self.process.pid) else None

    def mark(self) -> None:
        """Let `wait_for` and the byte counts ignore the output up to here."""
        self._seen = len(self.stream)

    def press(self, keys: bytes) -> None:
        """Set a mark and send keys."""
        self.mark()
        os.write(self._controller, keys)

    def type(self, text: str) -> None:
        """Press the keys of `text` one by one, and wait until each is shown.

        A busy program shows some of the keys at once, so that no one output holds the text.
        """
        for key in text:
            self.press(key.encode())
            deadline = time.monotonic() + TIMEOUT
            while key.encode() not in _ESCAPE_SEQUENCE.sub(b"", self.stream[self._seen :]):
                assert self._read(deadline), f"the program ended before it showed {key!r}: {self.stream[-2000:]!r}"

    def send_signal(self, number: signal.Signals) -> None:
        """Set a mark and send a signal to the program and its children."""
        self.mark()
        os.killpg(self.pid, number)

    def wait_for(self, text: str) -> None:
        """Read until `text` was written since the last mark."""
        deadline = time.monotonic() + TIMEOUT
        while text.encode() not in self.stream[self._seen :]:
            assert self._read(deadline), f"the program ended before it wrote {text!r}: {self.stream[-2000:]!r}"

    def wait_for_screen(self, text: str) -> None:
        """Read until `text` was written on a screen that was entered since the last mark, as after `resume`.

        What was written before the program stopped can be read only after it.
        """
        self.wait_for(ENTER_ALTERNATE_SCREEN.decode())
        self._seen = self.stream.index(ENTER_ALTERNATE_SCREEN, self._seen)
        self.wait_for(text)

    def wait_for_output(self) -> None:
        """Read until something was written."""
        assert self._read(time.monotonic() + TIMEOUT), "the program ended"

    def read_until_quiet(self, seconds: float = 0.4) -> int:
        """Read until nothing was written for so long, or longer on a busy machine.

        Returns the number of bytes since the last mark.
        """
        deadline, seconds = time.monotonic() + TIMEOUT, seconds * load_factor()
        while select.select([self._controller], [], [], seconds)[0]:
            assert time.monotonic() < deadline, f"it never paused for {seconds} s: {self.stream[-2000:]!r}"
            self.stream += os.read(self._controller, 1 << 16)
        return len(self.stream) - self._seen

    def read_for(self, seconds: float) -> int:
        """Read for exactly so long; returns the number of bytes since the last mark."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self._controller], [], [], left)[0]:
                self.stream += os.read(self._controller, 1 << 16)
        return len(self.stream) - self._seen

    def resize(self, columns: int, rows: int) -> None:
        """Set a mark and change the size."""
        self._set_size(columns, rows)
        self.send_signal(signal.SIGWINCH)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._device, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def hang_up(self) -> int:
        """Close the terminal, as a dropped connection does; returns the exit status."""
        os.close(self._device)
        os.close(self._controller)
        return self.process.wait(TIMEOUT)

    def wait_until_stopped(self, *, press_ctrl_z: bool = True) -> None:
        """Wait until the program is stopped. After Ctrl+Z, check that the terminal's modes are restored.

        Ctrl+Z is pressed again after some seconds: Python handles a signal that arrives just before a blocking read
        only after that read. Not soon, because the kernel may deliver it only after the program was resumed.
        """
        patience = 3 * load_factor()
        deadline, next_press = time.monotonic() + TIMEOUT, time.monotonic() + patience
        while not self._is_stopped():
            assert time.monotonic() < deadline, f"it did not stop after {self.stream[-2000:]!r}"
            if press_ctrl_z and time.monotonic() > next_press:
                os.write(self._controller, b"\x1a")
                next_press += patience
            self.read_until_quiet(0.01)
        self.read_until_quiet(0.0)
        assert not press_ctrl_z or self.has_initial_modes()

    def _is_stopped(self) -> bool:
        return Path("/proc", str(self.pid), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"

    def resume(self) -> None:
        """Set a mark and continue the stopped program, as `fg` in a shell."""
        self.send_signal(signal.SIGCONT)

    def wait_for_exit(self) -> int:
        """Read the remaining output and wait for the program's end; returns the exit status."""
        deadline = time.monotonic() + TIMEOUT
        while self._read(deadline):
            pass
        return self.process.returncode

    def _read(self, deadline: float) -> bool:
        """Read once; False if the program has ended and all of its output was read."""
        # Polls, because the end of the program alone does not wake a reader: the device stays open in this process.
        while True:
            has_ended = self.process.poll() is not None
            assert has_ended or time.monotonic() < deadline, f"timed out after {self.stream[-2000:]!r}"
            if select.select([self._controller], [], [], 0.0 if has_ended else 0.05)[0]:
                self.stream += os.read(self._controller, 1 << 16)
                return True
            if has_ended:
                return False

    def stop_output(self) -> None:
        """Let the terminal take no output any more, as after Ctrl+S."""
        termios.tcflow(self._device, termios.TCOOFF)

    def start_output(self) -> None:
        """Let the terminal take output again, as after Ctrl+Q."""
        termios.tcflow(self._device, termios.TCOON)

    def wait_until_keys_are_read(self) -> None:
        """Wait until the program has read all keys, without reading its output."""
        wait_for(lambda: not select.select([self._device], [], [], 0)[0] or None)

    def is_blocking(self) -> bool:
        """Whether the program's side of the terminal is blocking."""
        return os.get_blocking(self._device)

    def set_size(self, columns: int, rows: int) -> None:
        """Change the size; unlike `resize` while the program may still be starting."""
        self._set_size(columns, rows)

    def waiting_input(self) -> int:
        """The number of bytes that were typed and not read, also of a line without an end."""
        modes = termios.tcgetattr(self._device)
        termios.tcsetattr(self._device, termios.TCSANOW, [*modes[:3], modes[3] & ~termios.ICANON, *modes[4:]])
        count = fcntl.ioctl(self._device, termios.FIONREAD, bytes(4))
        termios.tcsetattr(self._device, termios.TCSANOW, modes)
        return int.from_bytes(count, sys.byteorder)

    def has_initial_modes(self) -> bool:
        """Whether the terminal reads lines and echoes input as at the start."""
        return termios.tcgetattr(self._device) == self.modes

    def is_restored(self) -> bool:
        """Whether the terminal has its initial modes, and the alternate screen was left."""
        is_left = self.stream.rfind(LEAVE_ALTERNATE_SCREEN) > self.stream.rfind(ENTER_ALTERNATE_SCREEN)
        return is_left and self.has_initial_modes()

    def close(self) -> None:
        """Kill the program and close the terminal."""
        with contextlib.suppress(OSError):  # the controller is closed already after `hang_up`
            if job := self._job_control and self._foreground_job():
                os.killpg(job, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()  # it leads no process group until `setsid` has run
        self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self._controller)
            os.close(self._device)


@contextlib.contextmanager
def terminal(
    folder: Path,
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    environment: Mapping[str, str] = MappingProxyType({}),
    job_control: bool = False,
    is_blocking: bool = True,
) -> Iterator[Terminal]:
    """Python with `arguments` (`"-m", "wizard"` for the program itself) on a terminal, closed at the end."""
    opened = Terminal(
        [sys.executable, *arguments], folder, environment, size, job_control=job_control, is_blocking=is_blocking
    )
    try:
        yield opened
    finally:
        opened.close()
