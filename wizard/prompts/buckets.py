"""The buckets that there are, as numbered lines."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.diagnosis.wording import display_host
from wizard.model.findings import Finding
from wizard.prompts.console import Console
from wizard.session import buckets
from wizard.session.state import WizardState

_MOST = 20  # lines that a voice may read out


class BucketList:
    """Asks the store for its buckets, and remembers which number stands for which."""

    def __init__(self, state: WizardState, console: Console) -> None:
        self._state, self._console = state, console
        self._shown: Sequence[str] = ()

    def show(self, part: str) -> None:
        """Lists the buckets whose names contain `part`, or says why they cannot be listed."""
        if obstacle := self._state.obstacle_to_listing():
            self._console.say(f"The buckets cannot be listed yet: {obstacle}", "  ")
            return
        self._console.say(f"Waiting for {display_host(self._state.settings)} ...", "  ")
        found = buckets.names(self._state.settings)
        if isinstance(found, Finding):
            self._console.say(f"! {found.text}", "  ")
            return
        fitting = [name for name in found if part.lower() in name.lower()]
        self._shown = fitting[:_MOST]
        for number, name in enumerate(self._shown, 1):
            self._console.show(f"  {number:>2} {name}")
        more = "; *PART lists those with PART in their name" if len(fitting) > _MOST else ""
        self._console.say(f"{len(self._shown)} of {len(found)}{more}.", "  ")

    def named(self, number: str) -> str | None:
        """The bucket that a number of the last list stands for."""
        place = int(number[:4]) if number.isdecimal() else 0
        return self._shown[place - 1] if 1 <= place <= len(self._shown) else None
