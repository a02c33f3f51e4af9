"""A field: its label, its control, and the one line under it."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from wizard.catalog.providers import provider_of
from wizard.model.settings import Declaration, Kind
from wizard.session.choices import choices_for
from wizard.session.field_message import MessageKind
from wizard.session.state import WizardState
from wizard.tui.theme import DIM, FAILED, WARNING
from wizard.tui.widgets.frame import TextBlock
from wizard.tui.widgets.inputs import ON_OFF, Chooser, GridChoice, InlineChoice, TextInput

_REVEAL_SECONDS = 3.0
_LINE_WIDTH = 57  # columns of the line under a field at 80, as long as it has no size yet

_MARKS: Mapping[MessageKind, tuple[str, str]] = {
    MessageKind.HELP: ("", DIM),
    MessageKind.REASON: ("", "$primary 80%"),
    MessageKind.NOTE: ("", "$warning"),
    MessageKind.HINT: ("", DIM),
    MessageKind.WARNING: (f"{WARNING} ", "$warning"),
    MessageKind.ERROR: (f"{FAILED} ", "$error"),
}


class Field(Vertical):
    """One setting on the screen. It keeps no value: what is typed goes to the walk at once."""

    class Edited(Message):
        """The walk's settings, or what is known of them, have changed."""

    def __init__(self, declaration: Declaration, state: WizardState, *, is_folded: bool = False) -> None:
        super().__init__(id=f"field-{declaration.name}", classes="-folded" if is_folded else None)
        self.declaration = declaration
        self._state = state

    @property
    def control(self) -> Widget:
        """What takes the focus."""
        return self.query_one(".control")

    def compose(self) -> ComposeResult:
        control = self._control()
        control.add_class("control")
        label = TextBlock(classes="label")
        if isinstance(control, GridChoice):
            self.add_class("-grid")
            yield label
            yield control
        else:
            with Horizontal(classes="row"):
                yield label
                yield control
        yield TextBlock(classes="line")

    def _control(self) -> Widget:
        name, state = self.declaration.name, self._state
        match self.declaration.kind:
            case Kind.SWITCH:
                return InlineChoice(ON_OFF, state.field_text(name))
            case Kind.CHOICE if name in ("registry", "provider"):
                return GridChoice(self._options(), state.field_text(name))
            case Kind.CHOICE:
                return InlineChoice(self._options(), state.field_text(name))
            case _:
                return TextInput(self.declaration, state.field_text(name), self._placeholder())

    def _options(self) -> Mapping[str, str]:
        return choices_for(self.declaration.name, self._state.settings)

    def _is(self, name: str) -> bool:
        return self.declaration.name == name

    def _placeholder(self) -> str:
        if not self._is("regionendpoint") or provider_of(self._state.settings).endpoint_variable:
            return ""
        return provider_of(self._state.settings).endpoint_for(self._state.settings.region or "REGION")

    def show(self, *, also_focused: bool = False) -> None:
        """Draws the field as the walk has it; text under the cursor only when it was changed by a fix."""
        control, text = self.control, self._state.field_text(self.declaration.name)
        if isinstance(control, TextInput):
            control.placeholder = self._placeholder()
            if control.value != text and (also_focused or not control.has_focus):
                with control.prevent(Input.Changed):
                    control.value = text
        elif isinstance(control, Chooser):
            if self._is("storageclass"):  # another registry knows others
                control.offer(self._options())
            control.show_value(text)
        self.query_one(".label", TextBlock).say(Content(self._state.label(self.declaration.name)))
        self.show_line()

    def show_line(self) -> None:
        """Draws the line under the field."""
        line = self._state.message(self.declaration.name)
        mark, style = _MARKS[line.kind]
        parts = [Content.styled(f"{mark}{line.text}", style)]
        if line.fix and line.fix.applies:
            parts.append(Content.assemble(("^F ", "bold $primary"), (line.fix.text, "$primary")))
        below = self.query_one(".line", TextBlock)
        width = below.size.width or _LINE_WIDTH
        together = -(-(sum(part.cell_length for part in parts) + 2) // width)
        apart = sum(-(-part.cell_length // width) for part in parts)
        below.say(Content("\n" if 1 < together >= apart else "  ").join(parts))  # the fix apart where that takes no row

    def reveal(self) -> None:
        """Shows a secret for a moment."""
        control = self.control
        if isinstance(control, TextInput) and self.declaration.kind is Kind.SECRET:
            control.password = False
            self.set_timer(_REVEAL_SECONDS, self.hide)

    def hide(self) -> None:
        """A secret is dots again."""
        control = self.control
        if isinstance(control, TextInput) and self.declaration.kind is Kind.SECRET:
            control.password = True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._state.field_text(self.declaration.name):
            self._state.enter_text(self.declaration.name, event.value)
            self.post_message(self.Edited())

    @on(TextInput.InputCleaned)
    def _tidied(self, event: TextInput.InputCleaned) -> None:
        event.stop()
        self._state.add_note(self.declaration.name, event.note)
        self.show_line()

    @on(Chooser.Changed)
    def _chosen(self, event: Chooser.Changed) -> None:
        event.stop()
        value = event.value
        self._state.set_value(self.declaration.name, value == "on" if self.declaration.kind is Kind.SWITCH else value)
        self.post_message(self.Edited())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The label shows where one is."""
        del event
        self.add_class("-here")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """What was cut off the value goes from the field too."""
        del event
        self.remove_class("-here")
        self.show()
