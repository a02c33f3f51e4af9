"""What the screens share: the walk, and what the app is doing in the background."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.message import Message

from wizard.model.findings import Fix
from wizard.session.state import WizardState
from wizard.session.steps import Step

if TYPE_CHECKING:
    from wizard.tui.widgets.check_table import CheckTable


class ScreenContext:
    """`visited` are ids of steps; `asking` is true while a look at the store is under way."""

    def __init__(self, state: WizardState) -> None:
        self.state = state
        self.visited: set[str] = set()
        self.asking = False

    @cached_property
    def progress(self) -> CheckTable:
        """The checks of the last validation, or of none yet."""
        from wizard.tui.widgets.check_table import CheckTable  # here, as the first screens do without

        return CheckTable()


class NextStep(Message):
    """This step is done."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class PreviousStep(Message):
    """Back to the step before this one."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class Edited(Message):
    """The settings have changed."""


class ApplyFix(Message):
    """Apply a fix; from the Validate step, and try again."""

    def __init__(self, fix: Fix) -> None:
        super().__init__()
        self.fix = fix


class Validate(Message):
    """Run the checks."""


class Cancel(Message):
    """Stop the checks that run."""


class Save(Message):
    """Write the file; `anyway` when it was said in so many words, though validation has failed."""

    def __init__(self, *, anyway: bool = False) -> None:
        super().__init__()
        self.anyway = anyway


class ListBuckets(Message):
    """Ask the store which buckets there are."""


class ShowPolicy(Message):
    """Show what the registry must be allowed to do."""


class Finished(Message):
    """The walk is done: leave the program."""
