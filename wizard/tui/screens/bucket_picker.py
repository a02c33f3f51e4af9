"""A dialog that lists the buckets of a store and selects one: a filter, and the names that contain it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.theme import DIM
from wizard.tui.widgets.dialog_keys import DialogKeys
from wizard.tui.widgets.name_list import NameList
from wizard.tui.widgets.text_block import TextBlock


class BucketPicker(FollowsTerminalSize, ModalScreen[str | None]):
    """Its result is the selected name, or None. It opens before the store has answered.

    A text that no name contains, or that was typed while no names are known, is a name itself.
    """

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("enter", "select", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
    ]

    def __init__(self, host: str, current: str) -> None:
        """`current` is the bucket of the settings, which is selected first."""
        super().__init__()
        self._current = current
        self._notice = f"Waiting for {host} …"  # shown in place of the number of names
        self._names: Sequence[str] = ()
        self._lower_names: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Buckets visible to these keys", classes="dialog-heading", markup=False)
            name = Input(placeholder="Type to filter", compact=True, classes="filter", select_on_focus=False)
            name.cursor_blink = False
            yield name
            yield NameList()
            yield TextBlock(Content.styled(self._notice, DIM), id="dialog-status")
        yield DialogKeys((("↑↓", "Move"), ("Enter", "Select"), ("Esc", "Cancel")))

    def show_result(self, result: Sequence[str] | str) -> None:
        """Shows the names, or a sentence on why they cannot be listed."""
        if isinstance(result, str):
            self._notice = result
        else:
            self._names, self._lower_names = result, [name.lower() for name in result]
            self._notice = "" if result else "These keys cannot see any buckets."
        self._apply_filter()
        if not self._typed and self._current in self._names:
            self.query_one(NameList).move(self._names.index(self._current))

    @property
    def _typed(self) -> str:
        return self.query_one(Input).value.strip()

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._apply_filter()

    def _apply_filter(self) -> None:
        part = self._typed.lower()
        names = [name for name, lower in zip(self._names, self._lower_names, strict=True) if part in lower]
        self.query_one(NameList).set_names(names)
        status = self._notice or f"{len(names)} of {len(self._names)}"
        if part and not names:
            status = f"{status}  Enter uses the name as typed."
        self.query_one("#dialog-status", TextBlock).update(Content.styled(status, DIM))

    def action_move(self, by: int) -> None:
        self.query_one(NameList).move(by)

    def action_select(self) -> None:
        if name := self.query_one(NameList).selected or self._typed:
            self.dismiss(name)
