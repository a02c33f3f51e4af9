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

from wizard.printable import printable
from wizard.tui.chrome import Line
from wizard.tui.theme import DIM


class Names(Widget):
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
        return Strip([Segment((mark + printable(self.names[number], width - 2)).ljust(width), style)])


class Buckets(ModalScreen[str | None]):
    """The name that was chosen; None when it was left without one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("enter", "choose", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
    ]

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._all = names

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Buckets", classes="dialog-title", markup=False)
            yield Input(placeholder="Type a part of the name", compact=True, classes="filter")
            yield Names()
            yield Line(id="count")
            yield Static("↑↓ Choose   Enter Take it   Esc Back", classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self._filter("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter(event.value.strip().lower())

    def _filter(self, part: str) -> None:
        found = [name for name in self._all if part in name.lower()]
        self.query_one(Names).offer(found)
        self.query_one("#count", Line).say(Content.styled(f"{len(found)} of {len(self._all)}", DIM))

    def action_move(self, by: int) -> None:
        self.query_one(Names).move(by)

    def action_choose(self) -> None:
        names = self.query_one(Names)
        self.dismiss(names.names[names.place] if names.names else None)
