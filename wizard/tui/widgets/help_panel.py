"""The help of the focused field, in the rows that the fields leave free."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.theme import DIM

_MIN_ROWS = 3  # the heading and two lines; fewer are no help, so F1 has to do
_MARGIN = 1  # columns at each side


class HelpPanel(Widget):
    """Takes all rows below the fields, and shows nothing where they are too few.

    The heading stays where it is while the focus moves between the fields of a step.
    """

    def __init__(self) -> None:
        super().__init__(id="help", markup=False)
        self._heading = ""
        self._texts: Sequence[str] = ()
        self._of_all_fields: Sequence[Sequence[str]] = ()

    def show(self, heading: str, texts: Sequence[str], of_all_fields: Sequence[Sequence[str]]) -> None:
        """Shows the paragraphs `texts`. `of_all_fields` are those of every field of the step."""
        new = (heading, texts, of_all_fields)
        if new != (self._heading, self._texts, self._of_all_fields):
            self._heading, self._texts, self._of_all_fields = new
            self.refresh()

    @property
    def shown(self) -> str:
        """The text that is shown; empty where there is no room."""
        return self.render().plain.strip("\n")

    def render(self) -> Content:
        width, height = self.size.width - 2 * _MARGIN, self.size.height
        if not self._texts or height < _MIN_ROWS or width < 1:
            return Content()
        rows = 1 + max(len(_wrapped(texts, width)) for texts in (*self._of_all_fields, self._texts))
        lines, room = _wrapped(self._texts, width), min(rows, height) - 1
        if len(lines) > room:
            lines = [*lines[: room - 1], "… F1 shows all of it."]
        heading = Content.styled(f"── {self._heading} ──", "$primary")  # a longer rule would take 200 bytes a screen
        shown = [heading, *(Content.styled(line, DIM) for line in lines)]
        margin = " " * _MARGIN
        blank = [Content()] * max(0, height - rows)
        return GLYPHS.content(Content("\n").join([*blank, *(Content(margin) + line for line in shown)]))


def _wrapped(texts: Sequence[str], width: int) -> list[str]:
    return [line for text in texts for line in textwrap.wrap(text, width, break_on_hyphens=False)]
