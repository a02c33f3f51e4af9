"""What screens ask of the app."""

from __future__ import annotations

from pathlib import Path

from textual.message import Message

from wizard.catalog.registries import Instruction
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


class Correct(Message):
    """Show the field of a setting, and focus it."""

    def __init__(self, setting: str) -> None:
        super().__init__()
        self.setting = setting


class StartValidation(Message):
    """Start a validation."""


class StopValidation(Message):
    """Stop the running validation."""


class Save(Message):
    """Save the settings."""


class ListFound(Message):
    """List what was found on this machine to start from."""


class WriteBack(Message):
    """Write the settings back into the file that they were imported from."""


class WrittenBack(Message):
    """The settings were written into the file at `path`; `instruction` makes its registry read it."""

    def __init__(self, path: Path, instruction: Instruction) -> None:
        super().__init__()
        self.path = path
        self.instruction = instruction


class AskForRegistry(Message):
    """Ask for the registry to verify."""


class VerifyAgain(Message):
    """Verify the same registry again."""


class StopVerification(Message):
    """Stop the running verification."""


class ShowSave(Message):
    """Show the last step."""


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
