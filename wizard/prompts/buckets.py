"""The buckets of the store as a numbered list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wizard.model.displayed_host import display_host
from wizard.model.findings import Finding
from wizard.prompts.console import Console, list_index
from wizard.session import buckets
from wizard.session.state import WizardState
from wizard.session.texts import BUCKETS_NOT_LISTED

_MAX_SHOWN = 20  # more would take a screen reader too long


class BucketList:
    """Lists the buckets of the store, and remembers their numbers."""

    def __init__(self, state: WizardState, console: Console, ask: Callable[[str], object]) -> None:
        """`ask` asks for the setting of a name."""
        self._state, self._console, self._ask = state, console, ask
        self._shown: Sequence[str] = ()

    def show(self, part: str) -> None:
        """Lists the buckets whose names contain `part`, or shows why they cannot be listed."""
        if needed := self._state.needed_for_listing():
            self._console.say(f"{BUCKETS_NOT_LISTED}: enter what is missing.", "  ")
        for name in needed:
            self._ask(name)
        if obstacle := self._state.obstacle_to_listing():
            self._console.say(f"{BUCKETS_NOT_LISTED}: {obstacle}", "  ")
            return
        self._console.say(f"Waiting for {display_host(self._state.settings)} ...", "  ")
        names = buckets.list_buckets(self._state.settings)
        if isinstance(names, Finding):
            self._console.say(f"! {names.text}", "  ")
            return
        matches = [name for name in names if part.lower() in name.lower()]
        self._shown = matches[:_MAX_SHOWN]
        for number, name in enumerate(self._shown, 1):
            self._console.show(f"  {number:>2} {name}")
        more = "; enter *PART to list buckets with PART in their name" if len(matches) > _MAX_SHOWN else ""
        self._console.say(f"{len(self._shown)} of {len(names)}{more}.", "  ")

    def name_at(self, number: str) -> str | None:
        """The bucket with a number in the last list."""
        index = list_index(number, len(self._shown))
        return None if index is None else self._shown[index]
