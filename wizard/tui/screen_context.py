"""What all screens share: the wizard's state, and what the app is doing in the background."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from wizard.session.state import WizardState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wizard.session.found import Found
    from wizard.tui.validation_progress import ValidationProgress


class ScreenContext:
    """`visited` holds the ids of the steps that were shown; `is_checking_store` is true while a quick check is due.

    `found` is what the settings can start from, once this machine was searched; `has_imported` whether they did.
    """

    def __init__(self, state: WizardState) -> None:
        self.state = state
        self.visited: set[str] = set()
        self.is_checking_store = False
        self.found: Sequence[Found] = ()
        self.has_imported = False

    @cached_property
    def progress(self) -> ValidationProgress:
        """The progress of the validation that runs, or of the last one. `StoreTasks` replaces it."""
        from wizard.tui.validation_progress import ValidationProgress  # imported here: the first screens do without it

        return ValidationProgress()

    @cached_property
    def verification(self) -> ValidationProgress:
        """The progress of the verification of a registry that runs, or of the last one; as `progress`."""
        from wizard.tui.validation_progress import ValidationProgress  # imported here, as above

        return ValidationProgress()

    @property
    def is_validating(self) -> bool:
        """Whether a validation of the current settings is running."""
        return self.progress.is_running and self.progress.settings == self.state.settings
