"""What the terminal can show, and which user interface and colours suit it."""

import contextlib
import os
import sys
import time
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, Self

from wizard.console.ui_mode import MIN_COLUMNS, MIN_ROWS, UiMode

_SIZE_POLL = 0.02  # seconds between two looks whether the terminal has a size


class Colours(Enum):
    """The number of colours to use."""

    NONE = 0
    SIXTEEN = 16
    MANY = 256


class Appearance(NamedTuple):
    """How the full-screen wizard is drawn."""

    colours: Colours = Colours.MANY
    is_light: bool = False
    is_ascii: bool = False


class Terminal(NamedTuple):
    """What is known about a terminal. `columns` and `rows` are 0 if it does not report its size."""

    environment: Mapping[str, str]
    encoding: str
    columns: int
    rows: int

    @classmethod
    def current(cls, *, wait: float = 0.0) -> Self:
        """The terminal that this program runs in. Waits up to `wait` seconds for one that does not have a size yet."""
        deadline = time.monotonic() + wait
        while not all(size := _terminal_size()) and time.monotonic() < deadline:
            time.sleep(_SIZE_POLL)
        return cls(os.environ, sys.stderr.encoding or "", *size)

    @property
    def name(self) -> str:
        """The value of TERM."""
        return self.environment.get("TERM", "")

    @property
    def is_utf8(self) -> bool:
        """Whether stderr and the locale are UTF-8; in the C locale, stderr alone is no proof."""
        return self.encoding.lower().replace("-", "") == "utf8" and "UTF8" in _locale(self.environment)


def _terminal_size() -> tuple[int, int]:
    with contextlib.suppress(OSError):
        return os.get_terminal_size(sys.stderr.fileno())
    return 0, 0


def _is_linux_console(name: str) -> bool:
    """Whether TERM names the Linux console, also below `screen` or with a number of colours."""
    return any(part == "linux" or part.startswith("linux-") for part in name.split("."))


def _locale(environment: Mapping[str, str]) -> str:
    ctype = environment.get("LC_CTYPE", "")
    if ctype == "C.UTF-8" and not environment.get("LC_ALL"):  # Python has set it itself (PEP 538)
        ctype = ""
    name = environment.get("LC_ALL") or ctype or environment.get("LANG") or ""
    return name.upper().replace("-", "")


def choose_ui_mode(terminal: Terminal) -> tuple[UiMode, str]:
    """The user interface, and why it is not full-screen with Unicode; empty if it is."""
    if terminal.name in ("", "dumb", "unknown"):
        return UiMode.PLAIN, f"TERM is {terminal.name or 'not set'}"
    if not (terminal.columns and terminal.rows):
        return UiMode.PLAIN, "the terminal does not report its size"
    if terminal.columns < MIN_COLUMNS or terminal.rows < MIN_ROWS:
        size = f"{terminal.columns}x{terminal.rows}"
        return UiMode.PLAIN, f"the terminal is {size}, but the full-screen wizard needs {MIN_COLUMNS}x{MIN_ROWS}"
    if _is_linux_console(terminal.name):
        return UiMode.ASCII, "the Linux console does not support the Unicode symbols"
    if not terminal.is_utf8:
        return UiMode.ASCII, "the locale is not UTF-8"
    return UiMode.RICH, ""


def choose_colours(terminal: Terminal) -> Colours:
    """Decides by NO_COLOR (https://no-color.org), then COLORTERM, then the terminfo entry of TERM."""
    if terminal.environment.get("NO_COLOR"):
        return Colours.NONE
    if terminal.environment.get("COLORTERM") in ("truecolor", "24bit"):
        return Colours.MANY
    count = _terminfo_colours(terminal.name)
    if count < 8:
        return Colours.NONE
    return Colours.MANY if count >= 256 else Colours.SIXTEEN


def is_light(terminal: Terminal) -> bool:
    """Whether the background is light, by COLORFGBG: `15;0` is white on black. False if it is not set."""
    background = terminal.environment.get("COLORFGBG", "").rpartition(";")[2]
    return background.isdecimal() and int(background) in (7, *range(9, 16))


def _terminfo_colours(name: str) -> int:
    if "256color" in name or "direct" in name:  # also if this machine has no terminfo entry for it
        return 256
    import curses  # imported here: only needed without COLORTERM

    try:
        curses.setupterm(name)
    except curses.error:
        return 16
    return curses.tigetnum("colors")
