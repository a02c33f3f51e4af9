"""A dialog that lists every action that is possible now: the way to each without its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from wizard.tui.keys import ActionKeys, label
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.widgets.dialog_keys import DialogKeys
from wizard.tui.widgets.name_list import NameList


class ActionMenu(FollowsTerminalSize, ModalScreen[int]):
    """Its result is the index of the selected action, or None."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("enter", "select", show=False),
        Binding("up,shift+tab", "move(-1)", show=False, priority=True),
        Binding("down,tab", "move(1)", show=False, priority=True),
    ]

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__()
        self._labels = labels

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Actions", classes="dialog-heading", markup=False)
            yield (names := NameList())
            names.set_names(self._labels)
        yield DialogKeys((("↑↓", "Select"), ("Enter", "Run"), ("Esc", "Cancel")))

    def action_move(self, by: int) -> None:
        self.query_one(NameList).move(by)

    def action_select(self) -> None:
        self.dismiss(self.query_one(NameList).index if self._labels else None)


def open_action_menu(
    screen: Screen[Any], keys: Mapping[str, ActionKeys], first: Sequence[tuple[str, str]] = ()
) -> None:
    """Lists the actions of `keys` that are possible on this screen, and does the selected one.

    `first` are labels and actions of the screen that come before them. Does nothing on a screen below another one,
    where no key works: Enter was pressed twice at once, for example.
    """
    if screen is not screen.app.screen:
        return
    bindings = screen.active_bindings
    bound = [(action, bindings[key]) for action in keys.values() if (key := action.first.split(",")[0]) in bindings]
    possible = [(_label(action), binding.binding.action, binding.node) for action, binding in bound if binding.enabled]
    listed = [*((label, action, screen) for label, action in first), *possible]

    def on_selected(index: int | None) -> None:
        if index is not None:
            _, action, node = listed[index]
            screen.call_later(screen.app.run_action, action, node)

    screen.app.push_screen(ActionMenu([label for label, _, _ in listed]), on_selected)


def _label(keys: ActionKeys) -> str:
    return f"{keys.effect[0].upper()}{keys.effect[1:]} ({label(keys.first)})"
