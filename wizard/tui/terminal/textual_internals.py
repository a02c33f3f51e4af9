"""The private parts of Textual that the wizard relies on, under public names. No other module uses them.

Textual 8 offers no supported way to filter what is painted, to keep a crash from printing local variables, or to read
the terminal differently. `tests/tui/test_textual_internals.py` names every private part that is used here and runs
against the oldest and the newest release that `pyproject.toml` allows.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset
from textual.screen import Screen

__all__ = [
    "AppAdapter",
    "ChopsUpdate",
    "CompositorUpdate",
    "DriverAdapter",
    "LayoutUpdate",
    "RenderedUpdate",
    "XTermParser",
    "move_cursor",
]


class RenderedUpdate(CompositorUpdate):
    """A screen update that is rendered already."""

    def __init__(self, sequence: str) -> None:
        self._sequence = sequence

    def render_segments(self, console: Console) -> str:
        """The escape sequences, as they are written to the terminal."""
        del console
        return self._sequence


def move_cursor(app: App[Any], to: Offset) -> None:
    """Moves the terminal's cursor, at once and after every screen update."""
    app.cursor_position = to
    if not app.is_headless and app._driver is not None:
        app._driver.write(Control.move_to(*to).segment.text)


class AppAdapter(App[int]):
    """Textual's app with its private hooks under public names."""

    def filter_update(self, update: CompositorUpdate) -> CompositorUpdate | None:
        """What to write to the terminal for a screen update; None to write nothing."""
        return update

    def handle_error(self, error: Exception) -> None:
        """Ends the app because of an error, as if a message handler had raised it."""
        self._handle_exception(error)

    @property
    def first_error(self) -> Exception | None:
        """The error that ended the app; of several, the first."""
        return self._exception

    @property
    def is_ending(self) -> bool:
        """Whether the app is ending, on request or because of an error."""
        return self._exit or self._exception is not None

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate) and not self.is_headless:
            renderable = self.filter_update(renderable)
        super()._display(screen, renderable)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with local variables, and these can hold secrets.
        self.bell()
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """Ends the app without printing anything, because `renderables` may show the values of an error."""
        del renderables
        self._fatal_error()


class DriverAdapter(LinuxDriver):
    """Textual's POSIX driver with its private hooks under public names."""

    _app: AppAdapter

    # Signals

    def handle_sigtstp(self) -> None:
        """Handles SIGTSTP: leaves application mode and stops the process."""
        super()._sigtstp_application()

    def handle_sigcont(self) -> None:
        """Handles SIGCONT: enters application mode again."""
        super()._sigcont_application()

    def _sigtstp_application(self, *_: object) -> None:
        self.handle_sigtstp()

    def _sigcont_application(self, *_: object) -> None:
        self.handle_sigcont()

    @property
    def is_app_ending(self) -> bool:
        """Whether the app is ending, so that it must not enter application mode again."""
        return self._app.is_ending

    @property
    def is_reading(self) -> bool:
        """Whether a thread is reading the terminal."""
        return self._key_thread is not None and self._key_thread.is_alive()

    def leave_application_mode(self) -> None:
        """Stops reading the terminal. The app redraws everything when it enters application mode again."""
        self.suspend_application_mode()
        self._must_signal_resume = True

    # Input

    def read_input(self) -> None:
        """Reads the terminal until the app ends. It runs in a thread of its own."""
        super()._run_input_thread()

    def new_parser(self) -> XTermParser:
        """A parser that turns what the terminal sends into messages."""
        return XTermParser(self._debug)

    def exit_app(self, status: int) -> None:
        """Ends the app, from any thread."""
        self._app.call_later(self._app.exit, status)

    def _run_input_thread(self) -> None:
        # Textual would print the traceback of an error in this thread.
        try:
            self.read_input()
        except Exception as error:  # noqa: BLE001 - the app reports it without the values of its traceback
            self._app.call_later(self._app.handle_error, error)

    # Size

    def _get_terminal_size(self) -> tuple[int, int]:
        # Textual reads COLUMNS and LINES first, and then the size of standard output; it draws on another stream.
        with contextlib.suppress(OSError):
            columns, rows = os.get_terminal_size(self._file.fileno()) if self._file else (0, 0)
            if columns and rows:
                return columns, rows
        size: tuple[int, int] = super()._get_terminal_size()
        return size
