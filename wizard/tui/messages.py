"""What screens ask of the app."""

from __future__ import annotations

from textual.message import Message

from wizard.model.findings import Fix
from wizard.session.steps import Step


class NextStep(Message):
    """Show the step after this one."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class PreviousStep(Message):
    """Show the step before this one."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step


class SettingsEdited(Message):
    """The settings have changed."""


class ApplyFix(Message):
    """Apply a fix, and check or validate again."""

    def __init__(self, fix: Fix) -> None:
        super().__init__()
        self.fix = fix


class StartValidation(Message):
    """Start a validation."""


class StopValidation(Message):
    """Stop the running validation."""


class Save(Message):
    """Save the settings."""


class ListBuckets(Message):
    """List the store's buckets to choose from."""


class ShowPolicy(Message):
    """Show the IAM policy that the registry needs."""


class PolicyWritten(Message):
    """The policy was written to a file. `command` attaches it to an IAM user, in one line."""

    def __init__(self, command: str) -> None:
        super().__init__()
        self.command = command


class Finish(Message):
    """Leave the program, after saving."""
