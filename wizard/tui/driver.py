"""The terminal's end of the app: few bytes, in ASCII where that is wanted, and a cursor that can be followed."""

from __future__ import annotations

import contextlib
import os
from typing import Any

from rich.control import Control
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset

from wizard.tui.glyphs import GLYPHS, Narrow
from wizard.tui.sgr import squeeze

_SHOW_CURSOR = "\x1b[?25h"
_NARROW = Narrow()


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

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size of the terminal that is drawn on; Textual asks standard output, and COLUMNS and LINES before it."""
        with contextlib.suppress(OSError):
            columns, rows = os.get_terminal_size(self._file.fileno()) if self._file else (0, 0)
            if columns and rows:
                return columns, rows
        size: tuple[int, int] = super()._get_terminal_size()
        return size

    def write(self, data: str) -> None:
        """To the terminal."""
        slim = squeeze(data)
        super().write(slim.translate(_NARROW) if GLYPHS.ascii else slim)
