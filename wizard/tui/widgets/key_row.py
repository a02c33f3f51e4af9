"""The last rows of a screen, which name its keys."""

from __future__ import annotations

from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.widgets.text_block import TextBlock


class KeyRow(TextBlock, can_focus=True):
    """Tab leads to it, and Enter then opens the list of all actions. The keys are in its last row."""

    def on_focus(self) -> None:
        """Moves the terminal's cursor to the keys, once the layout is known."""
        self.call_after_refresh(self._move_terminal_cursor)

    def _move_terminal_cursor(self) -> None:
        if self.has_focus:
            move_cursor(self.app, self.content_region.bottom_left - (0, 1))
