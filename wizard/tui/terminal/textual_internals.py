"""The private parts of Textual that the wizard relies on, under public names. No other module uses them.

Textual 8 offers no supported way to filter what is painted, to keep a crash from printing local variables, or to read
the terminal differently. `tests/tui/terminal/test_textual_internals.py` names every private part that is used here and
runs against the oldest and the newest release that `pyproject.toml` allows.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Callable
from typing import Any, cast

from rich.console import Console, RenderableType
from rich.control import Control
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset
from textual.keys import _character_to_key
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from wizard.tui.terminal.output import TerminalOutput

__all__ = [
    "AppAdapter",
    "ChopsUpdate",
    "CompositorUpdate",
    "DriverAdapter",
    "LayoutUpdate",
    "LegacyKeys",
    "RenderedUpdate",
    "move_cursor",
    "start_tasks_later",
]


_MOUSE_REPORT = re.compile(r"\x1b\[<\d{1,4};\d{1,5};\d{1,5}[Mm]")


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


class LegacyKeys:
    """Textual's names of keys: of characters, and of the sequences that terminals send without any key protocol.

    Nothing here raises, whatever the terminal has sent.
    """

    def __init__(self) -> None:
        self._parser = XTermParser()

    def of_character(self, char: str, *, alt: bool = False) -> list[events.Key]:
        """The keys of one character. `alt`: whether Alt is held, so that an escape character came before it."""
        return list(self._parser._sequence_to_key_events(char, alt))

    def of_sequence(self, sequence: str) -> list[events.Key]:
        """The keys of an escape sequence; none if it is unknown or is to be ignored."""
        keys = ANSI_SEQUENCES_KEYS.get(sequence)
        if isinstance(keys, tuple):
            return [events.Key(key.value, None) for key in keys]
        return self.of_character(keys) if isinstance(keys, str) and len(keys) == 1 else []

    def functional(self, code: str) -> str:
        """The name of a key by its number and the final byte of its report, such as `57364u` or `1A`; empty if none."""
        return FUNCTIONAL_KEYS.get(code, "")

    def name_of(self, char: str) -> str:
        """The name of the key that types a character."""
        return _character_to_key(char)

    def mouse(self, sequence: str) -> list[Message]:
        """The mouse event of an SGR report; none for any other report."""
        event = self._parser.parse_mouse_code(sequence) if _MOUSE_REPORT.fullmatch(sequence) else None
        return [event] if event else []


class AppAdapter(App[int]):
    """Textual's app with its private hooks under public names."""

    def filter_update(self, update: CompositorUpdate) -> CompositorUpdate | None:
        """What to write to the terminal for a screen update; None to write nothing."""
        return update

    def redraw(self) -> None:
        """Draws everything again."""
        self.refresh()

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

    def on_ended(self) -> None:
        """The app has ended, and has restored the terminal."""

    async def _shutdown(self) -> None:
        await super()._shutdown()
        self.on_ended()

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


class FollowsTerminalSize:
    """A screen that is always laid out for the size that the terminal has now.

    Textual lets a screen that was laid out for a new size send this size to itself. If the terminal is resized again
    before that arrives, as at the start, each of the two sizes would lead to the other one, without an end.
    """

    async def _on_resize(self, event: events.Resize) -> None:
        event.size = event.virtual_size = cast(MessagePump, self).app.size


def call_in_event_loop(handle: Callable[[], None]) -> None:
    """Lets the event loop call a function next. Does nothing where no loop runs: the app has ended."""
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop().call_soon_threadsafe(handle)


def start_tasks_later(loop: asyncio.AbstractEventLoop) -> None:
    """Lets the event loop start each task in a turn of its own.

    From Python 3.12 on, Textual lets tasks start at once. A new screen is then composed before its style sheet is
    loaded, and is painted twice or, as its styles are not computed again, wrongly.
    """
    loop.set_task_factory(None)


class DriverAdapter(LinuxDriver):
    """Textual's POSIX driver with its private hooks under public names."""

    _app: AppAdapter
    will_continue = False  # once the event loop gets to it, after a SIGCONT

    def use_output(self, output: TerminalOutput) -> None:
        """Writes to `output` in place of stderr."""
        self._file = output  # type: ignore[assignment]  # Textual writes to it, and asks for its descriptor

    @property
    def is_mouse_wanted(self) -> bool:
        """Whether the terminal is asked to report the mouse."""
        return self._mouse

    # Signals

    def handle_sigtstp(self) -> None:
        """Handles SIGTSTP. Textual would stop this process alone, and not its process group."""

    def handle_sigcont(self) -> None:
        """Handles SIGCONT: enters application mode again."""
        super()._sigcont_application()

    # Textual calls these as handlers of the signals, in the middle of whatever the app does. It may hold the lock of
    # the queue of output, which leaving application mode needs, so the event loop does the rest next.

    def _sigtstp_application(self, *_: object) -> None:
        call_in_event_loop(self.handle_sigtstp)

    def _sigcont_application(self, *_: object) -> None:
        if not self.will_continue:
            self.will_continue = True
            call_in_event_loop(self.continue_now)

    def continue_now(self) -> None:
        """Handles all SIGCONT that have come so far."""
        self.will_continue = False
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

    def exit_app(self, status: int) -> None:
        """Ends the app, from any thread."""
        self._app.call_later(self._app.exit, status)

    def redraw_app(self) -> None:
        """Draws everything again, from any thread."""
        self._app.call_later(self._app.redraw)

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
