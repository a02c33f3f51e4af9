"""The symbols of the screens, in Unicode or in ASCII. Words repeat what a symbol means."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content, Span

from wizard.text.ascii import to_ascii, to_ascii_cell

PASSED, FAILED, WARNING, SKIPPED, BUSY, CURRENT = "✓", "✗", "!", "·", "…", "▸"


class Glyphs:
    """Which character set is in use."""

    def __init__(self, ascii: bool = False) -> None:  # noqa: A002 - the name of the character set
        self.ascii = ascii

    @property
    def width(self) -> int:
        """Columns that the widest status symbol takes."""
        return 4 if self.ascii else 1

    def symbol(self, glyph: str) -> str:
        """A status symbol, padded to `width` so that the texts after it are aligned."""
        return (to_ascii(glyph) if self.ascii else glyph).ljust(self.width)

    def content(self, text: Content) -> Content:
        """`text` with its styles, in the character set that is in use."""
        if not self.ascii or text.plain.isascii():
            return text
        pieces = [to_ascii(char) for char in text.plain]
        offsets = [0]
        for piece in pieces:
            offsets.append(offsets[-1] + len(piece))
        spans = [Span(offsets[span.start], offsets[span.end], span.style) for span in text.spans]
        return Content("".join(pieces), spans)


GLYPHS = Glyphs()


class AsciiCells(dict[int, str]):
    """A table for `str.translate`: each character becomes ASCII of the same width in cells."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if char.isascii() else to_ascii_cell(char).ljust(cell_len(char), "?")[: cell_len(char)]
        return self[code]
