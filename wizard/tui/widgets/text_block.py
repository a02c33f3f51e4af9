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
        old_rows, self._content = self._content.split("\n"), new
        new_rows, (width, height) = new.split("\n"), self.size
        rules = self.styles.get_rules()
        if len(new_rows) == len(old_rows) == height == new.get_height(rules, width):  # no row is wrapped
            changed = [row for row in range(height) if not _is_same(new_rows[row], old_rows[row])]
            self.refresh(*(Region(0, row, width, 1) for row in changed))
        else:
            self.refresh(layout=True)


def _is_same(text: Content, other: Content) -> bool:
    return text == other and text.spans == other.spans
