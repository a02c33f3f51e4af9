"""The terminal's end of the app: few bytes, in ASCII where that is wanted, and a cursor that can be followed."""

from __future__ import annotations

import os
import selectors
import signal
import sys
from codecs import getincrementaldecoder

from wizard.console.job_control import can_suspend
from wizard.tui.terminal.glyphs import GLYPHS, AsciiCells
from wizard.tui.terminal.sgr import compress_sgr
from wizard.tui.terminal.textual_internals import DriverAdapter

_SHOW_CURSOR = "\x1b[?25h"
_ASCII_CELLS = AsciiCells()
_ESCAPE_TIMEOUT = 0.1  # seconds after which an escape character that nothing has followed is the Esc key


class WizardDriver(DriverAdapter):
    """The POSIX driver with the terminal's cursor in view, so that a braille display follows the focused field."""

    def start_application_mode(self) -> None:
        """Enters application mode; Textual hides the cursor there."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_SHOW_CURSOR)

    def stop(self) -> None:
        """Stops on SIGTSTP, unless no shell could resume the program."""
        if can_suspend():
            super().stop()

    def resume(self) -> None:
        """Resumes on SIGCONT, also after a SIGSTOP, and where the program was not stopped at all.

        In both cases the terminal is still being read. A second reader would take keys from the first and keep the
        program from ending.
        """
        if self.is_app_ending:
            return
        if self.is_reading:
            self.leave_application_mode()
        super().resume()

    def run_input_thread(self) -> None:
        """Reads the terminal until the app ends. Bytes that the locale cannot decode are replaced; a terminal that is
        gone ends the app."""
        decode = getincrementaldecoder(sys.__stdin__.encoding if sys.__stdin__ else "utf-8")("replace").decode
        parser = self.new_parser()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_ESCAPE_TIMEOUT):
                    data = self._read()
                    if not data:
                        self.exit_app(128 + signal.SIGHUP)
                        return
                    for message in parser.feed(text) if (text := decode(data)) else ():
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 1 << 12)
        except OSError:
            return b""

    def write(self, data: str) -> None:
        """Writes to the terminal."""
        compressed = compress_sgr(data)
        super().write(compressed.translate(_ASCII_CELLS) if GLYPHS.ascii else compressed)
