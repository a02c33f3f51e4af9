"""What was found on this machine to start from, as a numbered list."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.formats.format import FormatError
from wizard.prompts.console import Console, list_index
from wizard.session import found
from wizard.session.found import Found
from wizard.session.state import WizardState


class FoundList:
    """Searches once, and offers only without a settings file and outside of a demo."""

    def __init__(self, state: WizardState, console: Console) -> None:
        self._state, self._console = state, console
        self._found: Sequence[Found] | None = None

    def offer(self) -> None:
        """Lists what there is, with the answers that start from it."""
        if self._state.saved is not None or self._state.is_demo:
            return
        if self._found is None:
            self._found = found.importable(found.search())
        if self._found:
            imported = "it" if len(self._found) == 1 else "the first"
            self._console.say(f"Found on this machine. Enter *1 to import {imported}:", "  ")
        for number, each in enumerate(self._found, 1):
            self._console.say(f"*{number:<{len(str(len(self._found)))}} {each.label}", "  ")

    def start_from(self, number: str) -> None:
        """Starts from the one with a number in the list, or shows why not."""
        listed = self._found or ()
        index = list_index(number, len(listed))
        if index is None:
            possible = "*1" if len(listed) == 1 else f"*1 to *{len(listed)}"
            self._console.say(f"! Enter {possible}." if listed else "! Nothing was found on this machine.", "  ")
            return
        try:
            taken = found.take_over(listed[index], self._state.settings.registry)
        except FormatError as error:
            self._console.say(f"! {error}", "  ")
            return
        self._state.start_from(taken)
        self._console.say(f"Imported from {listed[index].name}; nothing is saved yet.", "  ")
        for remark in taken.remarks:
            self._console.say(f"Note: {remark}", "  ")
