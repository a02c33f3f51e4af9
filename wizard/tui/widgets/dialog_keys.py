"""The keys of a dialog, in the last row of the screen: they cover those of the step below it."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.tui.widgets.frame import KeyHint, key_row
from wizard.tui.widgets.text_block import TextBlock


class DialogKeys(TextBlock):
    """Its place in a dialog is beside the box, not in it."""

    def __init__(self, keys: Sequence[KeyHint]) -> None:
        super().__init__(key_row(keys), classes="dialog-keys")
