"""A list of names, one of which is selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from wizard.text.sanitize import sanitize

_CURSOR = "▸ "


class NameList(Widget):
    """A list of names. It renders only the visible ones, so that it can hold many thousands."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"names--name", "names--cursor"}

    def __init__(self) -> None:
        super().__init__()
        self.names: Sequence[str] = ()
        self.index = 0

    @property
    def selected(self) -> str | None:
        """The selected name; None if the list is empty."""
        return self.names[self.index] if self.names else None

    def set_names(self, names: Sequence[str]) -> None:
        """Replaces the names and selects the first one."""
        if names != self.names:
            self.names, self.index = names, 0
            self.refresh()

    def move(self, by: int) -> None:
        """Selects another name, at most up to the first or the last."""
        index = max(0, min(len(self.names) - 1, self.index + by))
        if index != self.index:
            self.index = index
            self.refresh()

    def render_line(self, y: int) -> Strip:
        height, width = self.size.height, self.size.width
        first = max(0, min(self.index - height // 2, len(self.names) - height))
        index = first + y
        if index >= len(self.names):
            return Strip.blank(width, self.rich_style)
        is_selected = index == self.index
        style = self.get_component_rich_style("names--cursor" if is_selected else "names--name")
        prefix = _CURSOR if is_selected else " " * len(_CURSOR)
        name = sanitize(self.names[index], width - len(_CURSOR))
        return Strip([Segment((prefix + name).ljust(width), style)])
