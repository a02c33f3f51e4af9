"""What all screens share: the wizard's state, and what the app is doing in the background."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from wizard.session.state import WizardState

if TYPE_CHECKING:
    from wizard.tui.widgets.check_table import CheckTable


class ScreenContext:
    """`visited` holds the ids of steps; `is_checking_store` is true while a quick check waits or runs."""

    def __init__(self, state: WizardState) -> None:
        self.state = state
        self.visited: set[str] = set()
        self.is_checking_store = False

    @cached_property
    def check_table(self) -> CheckTable:
        """The checks of the last validation; empty before the first."""
        from wizard.tui.widgets.check_table import CheckTable  # imported here, as the first screens do without it

        return CheckTable()
