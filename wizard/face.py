"""The faces of the wizard, and the rule by which a terminal gets one, which `storage-wizard --help` prints.

Apart from `terminal`, which carries the rule out, as every command declares the flags of the faces.
"""

from __future__ import annotations

from enum import StrEnum

LEAST_COLUMNS, LEAST_ROWS = 60, 18
RULE = (
    "Line prompts where TERM is dumb or not set, or the terminal is smaller than "
    f"{LEAST_COLUMNS}x{LEAST_ROWS}; ASCII on the Linux console and where the locale is not UTF-8; else all glyphs. "
    "NO_COLOR takes all colours away; a terminal of 16 colours gets its own palette; one whose COLORFGBG says that its "
    "background is light gets light screens."
)


class Face(StrEnum):
    """How the wizard shows itself."""

    RICH = "rich"
    ASCII = "ascii"
    PLAIN = "plain"
