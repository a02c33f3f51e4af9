"""Keeps characters that control a terminal, or reorder a line, out of everything that is painted.

Values of a settings file, and text that was pasted, are shown as they are. Textual writes their control characters to
the terminal.
"""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_REPLACEMENT = "\ufffd"


class _SafeCells(dict[int, str]):
    """A table for `str.translate`: each unsafe character becomes a safe text of the same width in cells."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_safe = char.isprintable() or unicodedata.category(char) == "Zs"  # other blanks than the space
        self[code] = char if is_safe else _REPLACEMENT[: cell_len(char)]
        return self[code]


_SAFE_CELLS = _SafeCells()


class UnsafeCharacterFilter(LineFilter):
    """Textual applies it to every line that a widget renders."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """`segments` with their unsafe characters removed, or replaced where they have a width."""
        del background
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(segment.text.translate(_SAFE_CELLS), segment.style)
            for segment in segments
        ]
