"""A setting on the screen: its label, its control, and the message under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from wizard.catalog.providers import provider_of
from wizard.model.settings import Declaration, Kind
from wizard.session.choices import choices_for, summary_of
from wizard.session.explanation import listed_regions
from wizard.session.field_message import FieldMessage, MessageKind
from wizard.session.state import WizardState
from wizard.session.texts import ASKS_FIRST, KEYS_REMOVED
from wizard.tui.terminal.glyphs import CURRENT, FAILED, WARNING
from wizard.tui.theme import DIM
from wizard.tui.widgets.choices import ON_OFF, Choice, GridChoice, InlineChoice
from wizard.tui.widgets.hanging_indent import hanging
from wizard.tui.widgets.store_choice import StoreChoice
from wizard.tui.widgets.text_block import TextBlock

if TYPE_CHECKING:
    from wizard.tui.widgets.text_input import TextInput

_REVEAL_SECONDS = 3.0
_SHOWN_AS_GRIDS = ("registry", "provider")  # choices with many options
_WIDTH, _MESSAGE_WIDTH = 78, 57  # columns of the field and of its message at 80 columns, before the first layout
_GAP = "   "  # between a label and the text beside it

_PREFIXES: Mapping[MessageKind, tuple[str, str]] = {  # of a message, and its style
    MessageKind.HELP: ("", DIM),
    MessageKind.REASON: ("", "$primary 80%"),
    MessageKind.NOTE: ("", "$warning"),
    MessageKind.HINT: ("", DIM),
    MessageKind.WARNING: (f"{WARNING} ", "$warning"),
    MessageKind.ERROR: (f"{FAILED} ", "$error"),
}


class Field(Vertical):
    """A setting that can be edited. It stores no value: each change goes to the wizard's state at once."""

    class Edited(Message):
        """The settings or their messages have changed."""

    def __init__(self, declaration: Declaration, state: WizardState, *, is_folded: bool = False) -> None:
        is_grid = declaration.name in _SHOWN_AS_GRIDS
        classes = [name for name, has_class in (("-folded", is_folded), ("-grid", is_grid)) if has_class]
        super().__init__(id=f"field-{declaration.name}", classes=" ".join(classes))
        self.declaration = declaration
        self._state = state
        self._is_grid = is_grid
        self.is_folded = is_folded
        self._width_of_message = 0  # columns, when it was laid out

    @property
    def control(self) -> Widget:
        """The widget that is edited and takes the focus."""
        return self.query_one(".control")

    @property
    def text_input(self) -> TextInput | None:
        """The control, if it takes a text."""
        control = self.control
        return cast("TextInput", control) if isinstance(control, Input) else None

    def compose(self) -> ComposeResult:
        control = self._new_control()
        label = TextBlock(classes="label")
        if self._is_grid:
            yield label
            yield control
        else:
            with Horizontal(classes="row"):
                yield label
                yield control
        yield TextBlock(classes="message")

    def _new_control(self) -> Widget:
        name = self.declaration.name
        text = self._state.field_text(name)
        match self.declaration.kind:
            case Kind.SWITCH:
                return InlineChoice(ON_OFF, text, classes="control")
            case Kind.CHOICE:
                if name == "provider":
                    return StoreChoice(text, classes="control")
                return (GridChoice if self._is_grid else InlineChoice)(self._options(), text, classes="control")
            case _:
                from wizard.tui.widgets.text_input import TextInput  # imported here: the first screen has none

                return TextInput(self.declaration, text, self._placeholder(), classes="control")

    def _options(self) -> Mapping[str, str]:
        return choices_for(self.declaration.name, self._state.settings)

    def _placeholder(self) -> str:
        """The endpoint that the provider would have; empty for other settings."""
        provider = provider_of(self._state.settings)
        if self.declaration.name != "regionendpoint" or provider.endpoint_variable:
            return ""
        return provider.endpoint_for(self._state.settings.region or "REGION")

    def update_view(self, *, overwrite_focused: bool = False) -> None:
        """Shows the current state. The text of a focused input stays as typed unless `overwrite_focused`."""
        name, control = self.declaration.name, self.control
        text = self._state.field_text(name)
        if text_input := self.text_input:
            text_input.placeholder = self._placeholder()
            if text_input.value != text and (overwrite_focused or not text_input.has_focus):
                with text_input.prevent(Input.Changed):
                    text_input.value = text
        elif isinstance(control, Choice):
            if name == "storageclass":  # its options depend on the registry
                control.set_options(self._options())
            control.set_value(text)
        self._update_label()
        self.update_message()

    def _update_label(self) -> None:
        """Shows the label, and beside that of a grid what is under its cursor, or how to find a store."""
        label, control = Content(self._state.label(self.declaration.name)), self.control
        if not self._is_grid:
            label = focus_mark(is_focused=self.has_class("-focused")) + label
        if isinstance(control, GridChoice):
            width = (self.size.width or _WIDTH) - label.cell_length - len(_GAP)
            label = Content.assemble(label, _GAP, (control.heading(width), f"not bold {DIM}"))
        self.query_one(".label", TextBlock).update(label)

    def update_message(self) -> None:
        """Shows the current message, or in a grid what the option under the cursor is."""
        message = self._message_at_cursor() or self._state.message(self.declaration.name)
        if text_input := self.text_input:
            text_input.is_refused_secret = self.declaration.kind is Kind.SECRET and message.kind is MessageKind.ERROR
        prefix, style = _PREFIXES[message.kind]
        block = self.query_one(".message", TextBlock)
        # The help below the form says it, and its room is needed.
        block.display = not (self.is_folded and message.kind is MessageKind.HELP)
        width = self._width_of_message = block.size.width
        text = Content.styled(f"{message.text}{self._where_to_look(message)}", style)
        lines = (
            hanging(Content.styled(prefix, style), text, width) if width else (Content.assemble((prefix, style), text),)
        )
        parts = [Content("\n").join(lines)]
        if message.fix and message.fix.applies:
            question = ASKS_FIRST if self._state.asks_before(message.fix) else ""
            parts.append(Content.assemble(("F7 ", "bold $primary"), (f"{message.fix.text}{question}", "$primary")))
        block.update(_join(parts, width or _MESSAGE_WIDTH))

    def on_resize(self) -> None:
        """Lays out the message again if its width has changed, as it does when a scroll bar appears."""
        if self.query_one(".message", TextBlock).size.width != self._width_of_message:
            self.update_message()

    def _where_to_look(self, message: FieldMessage) -> str:
        """After a problem with the region: the key that lists the regions of the store, where they are known."""
        is_problem = message.kind in (MessageKind.ERROR, MessageKind.WARNING) and message.fix is None
        has_list = self.declaration.name == "region" and listed_regions(self._state.settings)
        return " F1 lists the regions." if is_problem and has_list else ""

    def _message_at_cursor(self) -> FieldMessage | None:
        """What the option under the cursor of a grid is, if that is not the chosen one."""
        control = self.control
        if isinstance(control, StoreChoice) and control.has_removed_keys:
            return FieldMessage(MessageKind.NOTE, KEYS_REMOVED)
        if not isinstance(control, GridChoice) or control.is_settled:
            return None
        if isinstance(control, StoreChoice) and (remark := control.found.remark):
            return FieldMessage(MessageKind.NOTE, remark)
        return FieldMessage(MessageKind.HELP, summary_of(self.declaration.name, control.value_at_cursor))

    def reveal_secret(self) -> None:
        """Shows a secret in clear text for a few seconds."""
        if self.text_input and self.declaration.kind is Kind.SECRET:
            self.text_input.password = False
            self.set_timer(_REVEAL_SECONDS, self.hide_secret)

    def hide_secret(self) -> None:
        """Shows a secret as dots."""
        if self.text_input and self.declaration.kind is Kind.SECRET:
            self.text_input.password = True

    @on(Input.Changed)
    def _text_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._state.field_text(self.declaration.name):
            self._state.enter_text(self.declaration.name, event.value)
            self.post_message(self.Edited())

    def on_text_input_input_cleaned(self, event: TextInput.InputCleaned) -> None:
        """Says what was removed from a paste."""
        event.stop()
        self._state.add_note(self.declaration.name, event.note)
        self.update_message()

    @on(Choice.Changed)
    def _choice_changed(self, event: Choice.Changed) -> None:
        event.stop()
        if isinstance(event, StoreChoice.Changed):
            self._state.choose_store(event.value, *event.found.address)
        else:
            value = event.value == "on" if self.declaration.kind is Kind.SWITCH else event.value
            self._state.set_value(self.declaration.name, value)
        self.post_message(self.Edited())

    @on(Choice.CursorMoved)
    def _cursor_moved(self) -> None:
        if self._is_grid:
            self._update_label()
            self.update_message()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Highlights the label."""
        del event
        self.add_class("-focused")
        self._update_label()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Shows the value as it was stored, without the blanks around it."""
        del event
        self.remove_class("-focused")
        self.update_view()


def focus_mark(*, is_focused: bool) -> Content:
    """Marks the row that has the focus, also where there are no colours."""
    return Content(f"{CURRENT} " if is_focused else "  ")


def _join(parts: list[Content], width: int) -> Content:
    """The sentence and its fix: on lines of their own where that needs no more lines, else in a row."""
    lines_in_a_row = -(-(sum(part.cell_length for part in parts) + 2) // width)
    separate_lines = sum(-(-part.cell_length // width) for part in parts)
    is_wrapped = "\n" in parts[0].plain
    return Content("\n" if is_wrapped or 1 < lines_in_a_row >= separate_lines else "  ").join(parts)
