"""A dialog that lists the buckets of a store and selects one: a filter, and the names that contain it."""

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
from wizard.tui.widgets.text_block import TextBlock

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


class BucketPicker(ModalScreen[str | None]):
    """Its result is the selected name, or None. It opens before the store has answered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("enter", "select", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
    ]

    def __init__(self, host: str) -> None:
        super().__init__()
        self._notice = f"Waiting for {host} …"  # shown in place of the number of names
        self._names: Sequence[str] = ()
        self._lower_names: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("The buckets that these keys may see", classes="dialog-heading", markup=False)
            name = Input(placeholder="Type a part of the name", compact=True, classes="filter", select_on_focus=False)
            name.cursor_blink = False
            yield name
            yield NameList()
            yield TextBlock(Content.styled(self._notice, DIM), id="dialog-status")
            yield Static("↑↓ Choose   Enter Take it   Esc Back", classes="dialog-keys", markup=False)

    def show_result(self, result: Sequence[str] | str) -> None:
        """Shows the names, or a sentence on why they cannot be listed."""
        if isinstance(result, str):
            self._notice = result
        else:
            self._names, self._lower_names = result, [name.lower() for name in result]
            self._notice = "" if result else "The store has no bucket that these keys may see."
        self._apply_filter()

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._apply_filter()

    def _apply_filter(self) -> None:
        part = self.query_one(Input).value.strip().lower()
        names = [name for name, lower in zip(self._names, self._lower_names, strict=True) if part in lower]
        self.query_one(NameList).set_names(names)
        status = self._notice or f"{len(names)} of {len(self._names)}"
        self.query_one("#dialog-status", TextBlock).update(Content.styled(status, DIM))

    def action_move(self, by: int) -> None:
        self.query_one(NameList).move(by)

    def action_select(self) -> None:
        if (name := self.query_one(NameList).selected) is not None:
            self.dismiss(name)
