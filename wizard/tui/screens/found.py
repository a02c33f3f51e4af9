"""A dialog that lists what was found on this machine, and selects what to start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from wizard.session.found import Found
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.widgets.dialog_keys import DialogKeys
from wizard.tui.widgets.name_list import NameList
from wizard.tui.widgets.text_block import TextBlock

_MAX_WIDTH, _MAX_PART, _FRAME = 72, 0.96, 8  # columns of the dialog, of the screen, and around a label: dialogs.tcss
_MAX_HEIGHT = 7  # rows of the list; more have no room at 60x18


class FoundDialog(FollowsTerminalSize, ModalScreen[Found | None]):
    """Its result is what was selected, or None. What cannot be imported is listed with the reason."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f5,ctrl+o", "dismiss(None)", show=False),
        Binding("enter", "select", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", show=False, priority=True),
        Binding("down,tab", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
    ]

    def __init__(self, found: Sequence[Found]) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Start from a configuration on this machine", classes="dialog-heading", markup=False)
            yield (names := NameList())
            names.set_names([each.label for each in self._found])
            names.styles.height = min(len(self._found), _MAX_HEIGHT)
            yield TextBlock(self._status(0), id="dialog-status")
        yield DialogKeys((("↑↓", "Select"), ("Enter", "Start from it"), ("Esc", "Cancel")))

    def _status(self, index: int) -> Content:
        """What happens with one of them, or why it cannot be imported; first its name, where the list has cut it."""
        found = self._found[index]
        if found.problem:
            return Content(found.problem)
        usual = "It replaces your entries. Nothing is saved yet, and the source is not changed."
        return Content(usual if len(found.label) <= self._columns else f"{found.label}\n{usual}")

    @property
    def _columns(self) -> int:
        """The columns of a label in the list."""
        return min(_MAX_WIDTH, int(self.app.size.width * _MAX_PART)) - _FRAME

    def action_move(self, by: int) -> None:
        names = self.query_one(NameList)
        names.move(by)
        self.query_one("#dialog-status", TextBlock).update(self._status(names.index))

    def action_select(self) -> None:
        selected = self._found[self.query_one(NameList).index]
        if not selected.problem:
            self.dismiss(selected)
