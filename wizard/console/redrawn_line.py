"""A line of a terminal that is drawn again and again on stderr."""

from __future__ import annotations

import os
import sys

from wizard.console.stdio import redraw
from wizard.text.sanitize import escape_unsafe

_CLEAR_LINE = "\r\x1b[K"
_COLUMNS = 78


def can_redraw() -> bool:
    """Whether stderr is a terminal on which a line can be drawn again."""
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def draw(line: str) -> None:
    """Replaces the line."""
    redraw(_CLEAR_LINE + escape_unsafe(line, "")[:_COLUMNS])


def clear() -> None:
    """Removes the line."""
    redraw(_CLEAR_LINE)
