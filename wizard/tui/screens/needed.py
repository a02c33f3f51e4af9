"""A dialog that asks for what is missing before the buckets of the store can be listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from wizard.model.settings import DECLARATIONS
from wizard.session.state import WizardState
from wizard.session.texts import BUCKETS_NOT_LISTED
from wizard.tui.messages import SettingsEdited
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.widgets.dialog_keys import DialogKeys
from wizard.tui.widgets.field import Field
from wizard.tui.widgets.text_block import TextBlock


class NeededDialog(FollowsTerminalSize, ModalScreen[bool]):
    """Its result is whether to list the buckets now. What is typed goes to the state at once, as on a step."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", show=False, priority=True),
        Binding("enter", "confirm", show=False, priority=True),
        Binding("down", "focus_field(1)", show=False, priority=True),
        Binding("up", "focus_field(-1)", show=False, priority=True),
    ]
    AUTO_FOCUS = ".control"

    def __init__(self, state: WizardState, names: Sequence[str], reason: str = "") -> None:
        """`names` are the settings to ask for, and `reason` says why."""
        super().__init__()
        self._state, self._names, self._reason = state, names, reason

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(f"{BUCKETS_NOT_LISTED}: enter what is missing", classes="dialog-heading", markup=False)
            for name in self._names:
                yield Field(DECLARATIONS[name], self._state)
            yield TextBlock(Content.styled(self._reason, "$warning"), id="dialog-status")
        yield DialogKeys((("Enter", "List buckets"), ("Tab", "Next field"), ("Esc", "Cancel")))

    def on_mount(self) -> None:
        self._update_fields()

    def _fields(self) -> Iterator[Field]:
        yield from self.query(Field)

    def _update_fields(self) -> None:
        for field in self._fields():
            field.update_view()

    @on(Field.Edited)
    def _field_edited(self, event: Field.Edited) -> None:
        event.stop()
        self._update_fields()
        self.post_message(SettingsEdited())

    def action_confirm(self) -> None:
        """Goes to the first field with a problem; lists the buckets if there is none."""
        missing = self._state.needed_for_listing()
        self._state.visited_settings.update(self._names)
        self._update_fields()
        if not missing:
            self.dismiss(True)
        for field in self._fields():
            if field.declaration.name in missing:
                field.control.focus()
                return

    def action_focus_field(self, by: int) -> None:
        (self.focus_next if by > 0 else self.focus_previous)(".control")
