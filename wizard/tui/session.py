"""What the screens share: the walk, and what the app is doing in the background."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual.message import Message

from wizard.finding import Fix
from wizard.steps import Step
from wizard.walk import Walk

if TYPE_CHECKING:
    from wizard.tui.progress import Progress


class Session:
    """`visited` are ids of steps; `asking` is true while a look at the store is under way."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.visited: set[str] = set()
        self.asking = False

    @cached_property
    def progress(self) -> Progress:
        """The checks of the last validation, or of none yet."""
        from wizard.tui.progress import Progress  # here, as the first screens do without

        return Progress()


class Onward(Message):
    """This step is done."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class Backward(Message):
    """Back to the step before this one."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class Edited(Message):
    """The settings have changed."""


class Mend(Message):
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
