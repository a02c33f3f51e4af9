"""What the screens share: the walk, and what the app is doing in the background."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual.message import Message

from wizard.finding import Fix
from wizard.steps import Step
from wizard.tui.progress import Progress
from wizard.walk import Walk


@dataclass
class Session:
    """`visited` are ids of steps; `asking` is true while a look at the store is under way."""

    walk: Walk
    visited: set[str] = field(default_factory=set)
    asking: bool = False
    progress: Progress = field(default_factory=Progress)


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
