"""The user interfaces of the wizard, and the text of the rule that `terminal` applies to choose one.

It is a module of its own because `--help` prints the rule, and every command parses the flags for it.
"""

from __future__ import annotations

from enum import StrEnum

MIN_COLUMNS, MIN_ROWS = 60, 18
SELECTION_RULES = (
    "Line prompts if TERM is dumb or not set, or the terminal is smaller than "
    f"{MIN_COLUMNS}x{MIN_ROWS}; ASCII on the Linux console and if the locale is not UTF-8; otherwise Unicode. "
    "NO_COLOR disables colours; a terminal of 16 colours gets its own palette; one whose COLORFGBG reports a light "
    "background gets the light theme."
)


class UiMode(StrEnum):
    """A user interface: full-screen with Unicode or ASCII, or line prompts."""

    RICH = "rich"
    ASCII = "ascii"
    PLAIN = "plain"
