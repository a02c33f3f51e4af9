"""All buckets of a store, to choose from: a filter, and the names that contain it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from wizard.text.sanitize import sanitize
from wizard.tui.theme import DIM
from wizard.tui.widgets.frame import TextBlock


class NameList(Widget):
    """The names that are in view; thousands of others cost nothing."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"names--name", "names--here"}

    def __init__(self) -> None:
        super().__init__()
        self.names: Sequence[str] = ()
        self.place = 0

    def offer(self, names: Sequence[str]) -> None:
        """Other names; the first is chosen."""
        if names != self.names:
            self.names, self.place = names, 0
            self.refresh()

    def move(self, by: int) -> None:
        """Chooses another name, as far as there are some."""
        place = max(0, min(len(self.names) - 1, self.place + by))
        if place != self.place:
            self.place = place
            self.refresh()

    def render_line(self, y: int) -> Strip:
        first = max(0, min(self.place - self.size.height // 2, len(self.names) - self.size.height))
        number, width = first + y, self.size.width
        if number >= len(self.names):
            return Strip.blank(width, self.rich_style)
        style = self.get_component_rich_style("names--here" if number == self.place else "names--name")
        mark = "▸ " if number == self.place else "  "
        return Strip([Segment((mark + sanitize(self.names[number], width - 2)).ljust(width), style)])


class BucketPicker(ModalScreen[str | None]):
    """The name that was chosen; None when it was left without one. Opened before the store has answered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("enter", "choose", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
    ]

    def __init__(self, host: str) -> None:
        super().__init__()
        self._said = f"Waiting for {host} …"
        self._all: Sequence[str] = ()
        self._lower: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("The buckets that these keys may see", classes="dialog-title", markup=False)
            yield Input(placeholder="Type a part of the name", compact=True, classes="filter", select_on_focus=False)
            yield NameList()
            yield TextBlock(id="said")
            yield Static("↑↓ Choose   Enter Take it   Esc Back", classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self._show()

    def show_result(self, found: Sequence[str] | str) -> None:
        """The names, or a sentence on why there are none."""
        if isinstance(found, str):
            self._said = found
        else:
            self._all, self._lower = found, [name.lower() for name in found]
            self._said = "" if found else "The store has no bucket that these keys may see."
        self._show()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        part = self.query_one(Input).value.strip().lower()
        found = [name for name, lower in zip(self._all, self._lower, strict=True) if part in lower]
        self.query_one(NameList).offer(found)
        self.query_one("#said", TextBlock).say(Content.styled(self._said or f"{len(found)} of {len(self._all)}", DIM))

    def action_move(self, by: int) -> None:
        self.query_one(NameList).move(by)

    def action_choose(self) -> None:
        names = self.query_one(NameList)
        if names.names:
            self.dismiss(names.names[names.place])
