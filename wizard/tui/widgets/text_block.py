"""A text of one or more lines that redraws as little as possible."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from wizard.tui.terminal.glyphs import GLYPHS

_EMPTY = Content("")


class TextBlock(Widget):
    """A text whose changed rows alone are painted again; the layout is computed again only when it needs more rows."""

    def __init__(
        self,
        text: Content = _EMPTY,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._content = GLYPHS.content(text)

    def render(self) -> Content:
        return self._content

    def update(self, text: Content) -> None:
        """Replaces the text."""
        new = GLYPHS.content(text)
        if _is_same(new, self._content):
            return
        old, self._content = self._content, new
        old_rows, new_rows, height = old.split("\n"), new.split("\n"), self.size.height
        if len(new_rows) == len(old_rows) <= height and not (self._wraps(old) or self._wraps(new)):
            changed = [row for row in range(len(new_rows)) if not _is_same(new_rows[row], old_rows[row])]
            self.refresh(*(Region(0, row, self._painted_width(old_rows[row], new_rows[row]), 1) for row in changed))
        else:
            self.refresh(layout=True)

    def _painted_width(self, old: Content, new: Content) -> int:
        """The columns of a row to paint. Where it is a complete line of the terminal, the renderer compares lines."""
        width = self.size.width
        return width if width + self.gutter.width >= self.app.size.width else max(old.cell_length, new.cell_length)

    def _wraps(self, text: Content) -> bool:
        width = self.size.width
        return not width or text.get_height(self.styles.get_rules(), width) > len(text.split("\n"))


def _is_same(text: Content, other: Content) -> bool:
    return text == other and text.spans == other.spans
