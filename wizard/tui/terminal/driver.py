"""The terminal driver: compresses output, translates it to ASCII on request, and keeps the cursor visible."""

from __future__ import annotations

import os
import selectors
import signal
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable

from textual.message import Message

from wizard.console.job_control import can_suspend
from wizard.tui.terminal.glyphs import GLYPHS, AsciiCells
from wizard.tui.terminal.sgr import compress_sgr
from wizard.tui.terminal.textual_internals import DriverAdapter

_SHOW_CURSOR = "\x1b[?25h"
_ASCII_CELLS = AsciiCells()
_ESCAPE_TIMEOUT = 0.1  # seconds without another character after which an escape character is the Esc key
_READ_SIZE = 1 << 12  # bytes


class SuspendRefused(Message):
    """SIGTSTP was ignored, because no shell could resume the program."""


class WizardDriver(DriverAdapter):
    """Textual's POSIX driver with a visible cursor, so that a braille display can follow the focused field."""

    def start_application_mode(self) -> None:
        """Enters application mode. Textual hides the cursor there; this shows it again."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_SHOW_CURSOR)

    def handle_sigtstp(self) -> None:
        """Suspends the program, unless no shell could resume it."""
        if can_suspend():
            super().handle_sigtstp()
        else:
            self.send_message(SuspendRefused())

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
        parser = self.new_parser()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_ESCAPE_TIMEOUT):
                    data = self._read()
                    if not data:
                        self.exit_app(128 + signal.SIGHUP)
                        return
                    if text := decode(data):
                        for message in parser.feed(text):
                            self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        """What the terminal has sent; empty when it has disconnected."""
        try:
            return os.read(self.fileno, _READ_SIZE)
        except OSError:
            return b""

    def write(self, data: str) -> None:
        """Writes to the terminal."""
        compressed = compress_sgr(data)
        super().write(compressed.translate(_ASCII_CELLS) if GLYPHS.ascii else compressed)


def _decoder() -> Callable[[bytes], str]:
    encoding = sys.__stdin__.encoding if sys.__stdin__ else "utf-8"
    return getincrementaldecoder(encoding)("replace").decode
