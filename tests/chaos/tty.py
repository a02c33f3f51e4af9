"""Runs of the program itself on a pseudo-terminal: the full-screen wizard, the line prompts, and `check`."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.execution import carry_out
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place, can_mount
from tests.chaos.schedule import Press, Schedule
from tests.chaos.stores import Stores
from tests.support.canary import leaks
from tests.support.processes import load_factor
from tests.support.terminals import ENTER_ALTERNATE_SCREEN, Terminal
from wizard.config import file as config_file

_PATIENCE = 20.0  # seconds for the end, on an idle machine
_QUIET = 0.1  # seconds without output after which the program waits for a key
_HIDE_CURSOR, _SHOW_CURSOR = b"\x1b[?25l", b"\x1b[?25h"
_GREEN = re.compile(r"Everything the registry needs works|: passed")


class TtyRuns:
    """Runs schedules of the kind `pty`."""

    def __enter__(self) -> TtyRuns:
        self._stores = Stores()
        return self

    def __exit__(self, *_: object) -> None:
        self._stores.close()

    def run(self, plan: Schedule) -> list[str]:
        """What did not hold."""
        return carry_out(_TtyRun(plan), plan, self._stores, _TtyRun.execute)


class _TtyRun:
    place: Place
    _terminal: Terminal

    def __init__(self, plan: Schedule) -> None:
        self._plan = plan
        self._sent: set[int] = set()
        self._pid = 0
        self._status: int | None = None
        self._is_restored = self._has_hung_up = False
        self._command_lines: list[bytes] = []

    def on_request(self, number: int) -> None:
        """What happens when a request arrives."""
        if number == self._plan.writer:
            self.place.write_as_other()
        for each in self._plan.signals:
            if each.request == number:
                self._send(each.number)

    def _send(self, number: signal.Signals) -> None:
        if self._pid:
            self._sent.add(number)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def execute(self) -> None:
        """Start the program, press the keys, and end it."""
        if self._plan.is_disk_full and can_mount():
            self.place.fill_disk()
        arguments = [sys.executable, "-m", "wizard", *self._plan.arguments]
        self._terminal = Terminal(arguments, self.place.folder, self.place.environment)
        try:
            self._pid = self._terminal.process.pid
            if select.select([self._terminal._controller], [], [], _PATIENCE)[0]:
                self._command_lines.append(Path(f"/proc/{self._pid}/cmdline").read_bytes())
                self._press_all()
            self._end()
        finally:
            self._pid = 0
            self._terminal.close()

    def _press_all(self) -> None:
        timers = [
            threading.Timer(each.delay, self._send, [each.number]) for each in self._plan.signals if not each.request
        ]
        for timer in timers:
            timer.start()
        for press in self._plan.presses if self._plan.arguments[0] != "check" else ():
            self._read(_QUIET)
            if self._has_ended():
                break
            self._perform(press)
        for timer in timers:
            timer.cancel()
            timer.join()

    def _perform(self, press: Press) -> None:
        if press.size:
            self._terminal.set_size(*press.size)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGWINCH)
        else:
            os.write(self._terminal._controller, press.data)
        if press.patience:
            self._read(press.patience)

    def _has_ended(self) -> bool:
        return self._terminal.process.poll() is not None

    def _read(self, quiet: float) -> bool:
        """Read until nothing was written for so long, or the end. Returns whether anything was written."""
        before, end = len(self._terminal.stream), time.monotonic() + 4 + quiet
        while time.monotonic() < end and select.select([self._terminal._controller], [], [], quiet)[0]:
            self._terminal.stream += os.read(self._terminal._controller, 1 << 16)
        return len(self._terminal.stream) > before

    def _end(self) -> None:
        end = time.monotonic() + _PATIENCE * load_factor()
        is_check = self._plan.arguments[0] == "check"
        ending = self._plan.ending if not is_check else ""
        if ending.startswith("SIG"):
            self._send(signal.Signals[ending])
        elif ending == "hang up" and not self._has_ended():
            self._has_hung_up = True
            self._status = self._terminal.hang_up()
            return
        while not self._has_ended() and time.monotonic() < end:
            if not is_check:
                os.write(self._terminal._controller, b"\x03")
            self._read(0.3)
        while self._read(0):
            pass
        self._status = self._terminal.process.poll()
        self._is_restored = self._terminal.has_initial_modes()

    # --- what must hold ---

    @property
    def _is_killed(self) -> bool:
        return signal.SIGKILL in self._sent

    def outcome(self) -> Outcome:
        text = self._terminal.stream.decode(errors="replace")
        greens = 1 if _GREEN.search(text) or self._has_passed_file() else 0
        # What is printed last is lost with the terminal.
        return Outcome(text, greens, self._is_killed or self._has_hung_up or signal.SIGHUP in self._sent)

    def _has_passed_file(self) -> bool:
        with contextlib.suppress(config_file.ConfigError):
            validation = config_file.load(self.place.path).validation
            return validation is not None and validation.passed
        return False

    def problems(self) -> Iterator[str]:
        """What does not hold of the terminal, the exit status and the files."""
        tail = self._terminal.stream[-600:]
        for line in self._command_lines:
            if leaks(line):
                yield f"the secret is in the command line {line!r}"
        yield from self.place.problems(is_killed=self._is_killed)
        if self._status is None:
            yield f"it did not end: {tail!r}"
            return
        ended = {128 + number for number in self._sent} | {-number for number in self._sent}
        if self._status not in {0, 1, 2, 130, -signal.SIGINT, 129 if self._has_hung_up else 0} | ended:
            yield f"the exit status is {self._status}: {tail!r}"
        if not (self._is_killed or self._has_hung_up):
            yield from self._problems_of_terminal()

    def _problems_of_terminal(self) -> Iterator[str]:
        stream = self._terminal.stream
        if not self._is_restored:
            yield "the terminal has other modes than before"
        if ENTER_ALTERNATE_SCREEN in stream and not self._terminal_left_screen():
            yield "the alternate screen was not left"
        if stream.rfind(_HIDE_CURSOR) > stream.rfind(_SHOW_CURSOR):
            yield "the cursor is hidden"

    def _terminal_left_screen(self) -> bool:
        stream = self._terminal.stream
        return stream.rfind(ENTER_ALTERNATE_SCREEN) < stream.rfind(b"\x1b[?1049l")
