"""The marks, in Unicode or in ASCII. What they mean stands in words as well."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content, Span

from wizard.text.ascii import to_ascii, to_ascii_cell


@dataclass
class Glyphs:
    """Which set of marks is in use."""

    ascii: bool = False

    @property
    def width(self) -> int:
        """Columns that a mark may take."""
        return 4 if self.ascii else 1

    def mark(self, glyph: str) -> str:
        """A mark, padded so that what follows stands in one column."""
        return (to_ascii(glyph) if self.ascii else glyph).ljust(self.width)

    def content(self, text: Content) -> Content:
        """A text with its styles, in the set that is in use."""
        if not self.ascii or text.plain.isascii():
            return text
        pieces = [to_ascii(char) for char in text.plain]
        places = [0]
        for piece in pieces:
            places.append(places[-1] + len(piece))
        spans = [Span(places[span.start], places[span.end], span.style) for span in text.spans]
        return Content("".join(pieces), spans)


GLYPHS = Glyphs()


class AsciiCells(dict[int, str]):
    """A table for `str.translate` that makes ASCII of each character without moving the next one."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if char.isascii() else to_ascii_cell(char).ljust(cell_len(char), "?")[: cell_len(char)]
        return self[code]
