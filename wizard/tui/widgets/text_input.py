"""One line of text, or a secret."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input

from wizard.model.settings import Declaration, Kind
from wizard.rules.clean_input import clean_input
from wizard.tui.terminal.textual_internals import move_cursor


class TextInput(Input):
    """An input without a border. It cleans what is pasted, and posts a note about what it removed."""

    DEFAULT_CSS = """
    TextInput, TextInput:focus, TextInput.-textual-compact {
        width: 1fr;
        height: 1;
        background: $surface;
        padding: 0 1;
        border: none;
        background-tint: $foreground 0%;
    }
    TextInput:focus { background: $panel; }
    TextInput:ansi { text-style: underline; }
    """

    class InputCleaned(Message):
        """Something was removed from a paste."""

        def __init__(self, note: str) -> None:
            super().__init__()
            self.note = note

    def __init__(
        self,
        declaration: Declaration,
        value: str,
        placeholder: str = "",
        *,
        classes: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(
            value,
            id=id,
            placeholder=placeholder,
            classes=classes,
            password=declaration.kind is Kind.SECRET,
            compact=True,
            select_on_focus=False,
        )
        self.cursor_blink = False
        self._declaration = declaration
        self.is_refused_secret = False  # a paste then replaces it, as two hidden secrets in a row look like one

    def on_focus(self) -> None:
        """Moves the terminal's cursor here, once the layout is known."""
        self.call_after_refresh(self._move_terminal_cursor)

    def _move_terminal_cursor(self) -> None:
        if self.has_focus:
            move_cursor(self.app, self.cursor_screen_offset)

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()  # Input would insert the first line as it is
        event.stop()
        text, note = clean_input(self._declaration, event.text)
        self.replace(text, *((0, len(self.value)) if self.is_refused_secret else self.selection))
        if note:
            self.post_message(self.InputCleaned(note))

    def action_copy(self) -> None:
        """Copies nothing: terminals select text by themselves, and a secret must not get into the clipboard."""

    def action_cut(self) -> None:
        """Deletes the selection without copying it."""
        self.delete_selection()
