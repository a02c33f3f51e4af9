"""The steps that ask: a field for each setting, and what is folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.tui.messages import ApplyFix, ListBuckets, NextStep, PreviousStep, SettingsEdited, ShowPolicy
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.widgets.field import Field
from wizard.tui.widgets.frame import Key


class More(Static, can_focus=True):
    """Opens and closes what is folded away."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "screen.fold", show=False)]

    async def on_click(self) -> None:
        await self.run_action("screen.fold")

    def on_focus(self) -> None:
        """The terminal's own cursor comes here."""
        self.call_after_refresh(self._point_cursor)

    def _point_cursor(self) -> None:
        if self.has_focus:
            move_cursor(self.app, self.content_region.offset)


class FormScreen(StepScreen):
    """A step with fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "focus_field(-1)", show=False),
        Binding("down", "focus_field(1)", show=False),
        Binding("ctrl+f", "apply_fix", "Fix", show=False, priority=True),
        Binding("f3,ctrl+y", "reveal", "Show the secret", show=False),
        Binding("f4", "fold", "More settings", show=False),
        Binding("ctrl+o,f5", "list_buckets", "List the buckets", show=False, priority=True),
        Binding("ctrl+p,f6", "show_policy", "Policy", show=False, priority=True),
    ]
    AUTO_FOCUS = ""  # `_focus_first` knows better

    folded = True
    _insisted: Settings | None = None

    def body(self) -> ComposeResult:
        for name in self.step.settings + self.step.more:
            yield Field(DECLARATIONS[name], self.state, is_folded=name in self.step.more)
        if self.step.more:
            yield More("", id="more", markup=False)

    def keys(self) -> Sequence[Key]:
        shown: list[Key] = [("Enter", "Next")]
        if self.step.id != "storage":
            shown.append(("Esc", "Back"))
        if self._fixable() is not None:
            shown.append(("^F", "Fix"))
        if self._has_buckets:
            shown.append(("^O", "List buckets"))
        if "secretkey" in self.step.settings:
            shown += [("F3", "Show"), ("^P", "Policy")]
        if self.step.more:
            shown.append(("F4", "Fewer" if not self.folded else "More"))
        return [*shown, ("F1", "Help"), ("^S", "Save"), ("^Q", "Quit")]

    # --- drawing ---

    def intro(self) -> str:
        return super().intro() if self.folded else ""  # the room is needed

    def show(self) -> None:
        self._show_fields()
        super().show()
        here = self.focused_field()
        if self.focused is None or (here and not here.display):
            self._focus_first()

    def show_again(self) -> None:
        for field in self.query(Field):
            field.show(also_focused=True)
        super().show_again()

    def on_screen_suspend(self) -> None:
        """A secret is not left in clear."""
        for field in self.query(Field):
            field.hide()

    def _show_fields(self) -> None:
        asked = self.step.asks(self.state.settings)
        for field in self.query(Field):
            name = field.declaration.name
            field.display = name in asked if self.folded else name in self.step.more
            field.show()
        if self.step.more:
            words = "▸ More: path style, encryption, storage class, sizes" if self.folded else "▾ Fewer settings"
            self.query_one("#more", More).update(Content.styled(words, "$primary"))

    def shown_fields(self) -> Iterator[Field]:
        """The fields in view, from the top."""
        return (field for field in self.query(Field) if field.display)

    def _focus_first(self) -> None:
        wrong = self.state.first_problem(self.step)
        for field in self.shown_fields():
            if (
                wrong is None
                or field.declaration.name == wrong
                or field.declaration.name not in self.state.visited_settings
            ):
                self.set_focus(field.control)
                return
        for field in self.shown_fields():
            self.set_focus(field.control)
            return

    def focused_field(self) -> Field | None:
        """The field that has the focus."""
        here = self.focused
        return next((node for node in here.ancestors if isinstance(node, Field)), None) if here else None

    # --- what is done here ---

    @on(Field.Edited)
    def _edited(self, event: Field.Edited) -> None:
        event.stop()
        for field in self.shown_fields():
            field.show()
        self.show_frame()
        self.post_message(SettingsEdited())

    def action_go_on(self) -> None:
        self.state.mark_visited(self.step)
        wrong = self.state.first_problem(self.step)
        is_value = wrong not in self.state.invalid_input  # what is no value could not be saved either
        if wrong is None or (is_value and self._insisted == self.state.settings):
            self._insisted = None
            self.post_message(NextStep(self.step))
            return
        self._insisted = self.state.settings if is_value else None
        self.focus_setting(wrong)

    def focus_setting(self, name: str) -> None:
        """Shows the field of a setting, with the focus on it."""
        self.folded = self.folded and name not in self.step.more
        self.show()
        self.set_focus(self.query_one(f"#field-{name}", Field).control)

    def status(self) -> Content:
        if self._insisted == self.state.settings:
            return Content.styled("Something is not right yet. Enter again goes on regardless.", "$warning")
        return super().status()

    def action_go_back(self) -> None:
        self.post_message(PreviousStep(self.step))

    def action_focus_field(self, by: int) -> None:
        self.focus_next() if by > 0 else self.focus_previous()

    def _fixable(self) -> Field | None:
        here = self.focused_field()
        fields = [here] if here and here.display else []
        fields += [field for field in self.shown_fields() if field is not here]
        return next((field for field in fields if self.state.fix(field.declaration.name)), None)

    def action_apply_fix(self) -> None:
        field = self._fixable()
        fix = self.state.fix(field.declaration.name) if field else None
        if fix:
            self.post_message(ApplyFix(fix))

    def action_reveal(self) -> None:
        for field in self.shown_fields():
            if field.declaration.kind is Kind.SECRET:
                field.reveal()

    @property
    def _has_buckets(self) -> bool:
        return "bucket" in self.step.asks(self.state.settings)

    def action_list_buckets(self) -> None:
        if self._has_buckets:
            self.post_message(ListBuckets())

    def action_show_policy(self) -> None:
        if "secretkey" in self.step.settings:
            self.post_message(ShowPolicy())

    def action_fold(self) -> None:
        if self.step.more:
            self.folded = not self.folded
            self.show()
            self._focus_first()
