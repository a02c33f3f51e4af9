"""The faces of the wizard, and the rule by which a terminal gets one, which `storage-wizard --help` prints.

Apart from `terminal`, which carries the rule out, as every command declares the flags of the faces.
"""

from __future__ import annotations

from enum import StrEnum

MIN_COLUMNS, MIN_ROWS = 60, 18
SELECTION_RULES = (
    "Line prompts where TERM is dumb or not set, or the terminal is smaller than "
    f"{MIN_COLUMNS}x{MIN_ROWS}; ASCII on the Linux console and where the locale is not UTF-8; else all glyphs. "
    "NO_COLOR takes all colours away; a terminal of 16 colours gets its own palette; one whose COLORFGBG says that its "
    "background is light gets light screens."
)


class UiMode(StrEnum):
    """How the wizard shows itself."""

    RICH = "rich"
    ASCII = "ascii"
    PLAIN = "plain"
