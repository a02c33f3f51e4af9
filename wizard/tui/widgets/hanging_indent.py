"""Wraps a text so that its further lines are indented as its first one."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from wizard.tui.terminal.glyphs import GLYPHS

_MIN_WIDTH = 12  # columns of the text; a narrower screen cuts its lines


def hanging(first: Content, text: Content, width: int, following: Content | None = None) -> Iterator[Content]:
    """The lines of `text` in `width` columns, the first after `first`, the others after `following` or blanks."""
    first, text = GLYPHS.content(first), GLYPHS.content(text)
    rest = Content(" " * first.cell_length) if following is None else GLYPHS.content(following)
    for number, line in enumerate(text.wrap(max(_MIN_WIDTH, width - first.cell_length))):
        yield Content.assemble(rest if number else first, line.rstrip())
