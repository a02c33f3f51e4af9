"""The terminal's end of the app: few bytes, in ASCII where that is wanted, and a cursor that can be followed."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
from codecs import getincrementaldecoder
from typing import Any

from rich.control import Control
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset

from wizard.tui.terminal.glyphs import GLYPHS, Narrow
from wizard.tui.terminal.sgr import compress_sgr

_SHOW_CURSOR = "\x1b[?25h"
_NARROW = Narrow()
_TICK = 0.1  # seconds after which an escape that nothing has followed is the key


def point_cursor(app: App[Any], to: Offset) -> None:
    """Puts the terminal's own cursor on a place of the screen."""
    app.cursor_position = to
    if not app.is_headless and app._driver is not None:
        app._driver.write(Control.move_to(*to).segment.text)


class WizardDriver(LinuxDriver):
    """Textual's driver for POSIX, with the real cursor in view: it stands on the focused field, where a braille
    display follows it."""

    def start_application_mode(self) -> None:
        """As Textual has it, which hides the cursor."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(_SHOW_CURSOR)

    def _sigcont_application(self, *arguments: object) -> None:
        """As Textual has it, after a stop that was not asked for, and where nothing was stopped, as well.

        There the keys would be read twice from then on, and leaving would wait for ever.
        """
        if self._app._exit or self._app._exception is not None:
            return  # the terminal is the shell's again
        if self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application(*arguments)

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size of the terminal that is drawn on; Textual asks standard output, and COLUMNS and LINES before it."""
        with contextlib.suppress(OSError):
            columns, rows = os.get_terminal_size(self._file.fileno()) if self._file else (0, 0)
            if columns and rows:
                return columns, rows
        size: tuple[int, int] = super()._get_terminal_size()
        return size

    def run_input_thread(self) -> None:
        """As Textual has it, but for a terminal that sends what is no text in its locale, and for one that has gone."""
        decode = getincrementaldecoder(sys.__stdin__.encoding if sys.__stdin__ else "utf-8")("replace").decode
        parser = XTermParser(self._debug)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_TICK):
                    data = self._read()
                    if not data:
                        self._app.call_later(self._app.exit, 128 + signal.SIGHUP)
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

    def _run_input_thread(self) -> None:
        """What should not have happened is told by the app, which knows what not to tell."""
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001
            self._app.call_later(self._app._handle_exception, error)

    def write(self, data: str) -> None:
        """To the terminal."""
        slim = compress_sgr(data)
        super().write(slim.translate(_NARROW) if GLYPHS.ascii else slim)
