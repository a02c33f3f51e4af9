"""The terminal driver: compresses output, translates it to ASCII on request, and keeps the cursor visible."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import Any

from textual.message import Message

from wizard.console.exit_status import exit_status_of
from wizard.console.job_control import can_suspend, stop_process_group
from wizard.tui.terminal.glyphs import GLYPHS, AsciiCells
from wizard.tui.terminal.input_parser import InputParser
from wizard.tui.terminal.output import TerminalOutput
from wizard.tui.terminal.sgr import compress_sgr
from wizard.tui.terminal.textual_internals import DriverAdapter, LegacyKeys

_SHOW_CURSOR = "\x1b[?25h"
_ASCII_CELLS = AsciiCells()
_ESCAPE_DELAY = 100  # milliseconds without another character after which an escape character is the Esc key
_MAX_ESCAPE_DELAY = 5000  # milliseconds
_POLL = 0.1  # seconds between two looks whether the app ends
_CLOSE_TIMEOUT = 0.5  # seconds that the terminal has for accepting the last output
_READ_SIZE = 1 << 12  # bytes

# Kitty keys, focus reports, the queries for synchronized output and resize reports, and pointer shapes: the wizard
# needs none of them, and the answers of a slow terminal would arrive in the shell.
_UNNEEDED = r"\x1b\[(?:[><=][\d;]*u|\?1004[hl]|\?(?:2026|2048)(?:\$p|[hl]))|\x1b\]22;[^\x07\x1b]*(?:\x07|\x1b\\)"


class SuspendRefused(Message):
    """SIGTSTP was ignored, because no shell could resume the program."""


class WizardDriver(DriverAdapter):
    """Textual's POSIX driver with a visible cursor, so that a braille display can follow the focused field."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Takes what Textual's driver takes."""
        super().__init__(*arguments, **options)
        stream = sys.__stderr__
        self._output = TerminalOutput(
            stream.fileno() if stream else 2,
            (stream and stream.encoding) or "utf-8",
            on_lost=lambda: self.exit_app(exit_status_of(signal.SIGHUP)),
            on_dropped=self.redraw_app,
        )
        self.use_output(self._output)
        self._nonblocking: list[int] = []  # descriptors that were non-blocking

    def close(self) -> None:
        """Stops writing. A terminal that accepts no output is abandoned after a moment."""
        super().close()
        self._output.wait(_CLOSE_TIMEOUT)
        while self._nonblocking:
            with contextlib.suppress(OSError):
                os.set_blocking(self._nonblocking.pop(), False)

    def _set_blocking(self) -> None:
        """Makes the terminal blocking, if another program has left it non-blocking."""
        for descriptor in {self.fileno, self._output.fileno()}:
            with contextlib.suppress(OSError):
                if not os.get_blocking(descriptor):
                    self._nonblocking.append(descriptor)
                    os.set_blocking(descriptor, True)

    def start_application_mode(self) -> None:
        """Enters application mode. Textual hides the cursor there; this shows it again."""
        self._set_blocking()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_SHOW_CURSOR)

    def handle_sigtstp(self) -> None:
        """Suspends the program, unless no shell could resume it."""
        if not can_suspend():
            self.send_message(SuspendRefused())
            return
        self.leave_application_mode()
        stop_process_group()

    def handle_sigcont(self) -> None:
        """Resumes the program.

        After SIGSTOP, or when the program was not stopped at all, a thread still reads the terminal. A second reader
        would take keys from the first one and keep the program from ending.
        """
        if self.is_app_ending:
            return
        if self.is_reading:
            self.leave_application_mode()
        super().handle_sigcont()

    def read_input(self) -> None:
        """Reads the terminal until the app ends.

        Bytes that the locale cannot decode are replaced. A terminal that has disconnected ends the app.
        """
        decode = _decoder()
        parser = InputParser(LegacyKeys(), escape_delay(os.environ.get("ESCDELAY", "")), mouse=self.is_mouse_wanted)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                messages: list[Message] = []
                if selector.select(min(_POLL, parser.seconds_to_wait(time.monotonic()))):
                    data = self._read()
                    if not data:
                        self.exit_app(exit_status_of(signal.SIGHUP))
                        return
                    messages = parser.feed(decode(data), time.monotonic())
                for message in (*messages, *parser.tick(time.monotonic())):
                    self.process_message(message)

    def _read(self) -> bytes:
        """What the terminal has sent; empty when it has disconnected."""
        try:
            return os.read(self.fileno, _READ_SIZE)
        except OSError:
            return b""

    def write(self, data: str) -> None:
        """Writes to the terminal. Textual would hand it to a thread of its own first."""
        if needed := re.sub(_UNNEEDED, "", data):
            compressed = compress_sgr(needed)
            self._output.write(compressed.translate(_ASCII_CELLS) if GLYPHS.ascii else compressed)


def escape_delay(milliseconds: str) -> float:
    """The seconds of ESCDELAY, as ncurses and Textual read it; the default for a bad or an empty value."""
    is_number = milliseconds.isascii() and milliseconds.isdecimal() and len(milliseconds) < 10
    return min(max(1, int(milliseconds)) if is_number else _ESCAPE_DELAY, _MAX_ESCAPE_DELAY) / 1000


def _decoder() -> Callable[[bytes], str]:
    encoding = sys.__stdin__.encoding if sys.__stdin__ else "utf-8"
    return getincrementaldecoder(encoding)("replace").decode
