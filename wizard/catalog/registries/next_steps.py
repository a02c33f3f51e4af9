"""What an admin does with the saved file: instructions, and the commands that several registries share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from wizard.config import DEFAULT_FILE
from wizard.model.settings import Settings


class Instruction(NamedTuple):
    """One thing to do: a sentence, and a shell command where there is one; the sentence can be empty then."""

    text: str
    command: str = ""


NextSteps = Callable[[Settings, Path], tuple[Instruction, ...]]
"""The instructions for the settings that were saved at a path."""


def export_command(path: Path, arguments: str) -> str:
    """The command that exports the settings in the file at `path`; `arguments` name the format and the target."""
    import shlex  # imported here: most callers of the registries need no command

    file = "" if path == DEFAULT_FILE else f" -c {shlex.quote(str(path))}"
    return f"storage-wizard export{file} --to {arguments}"


def check_instruction(path: Path) -> Instruction:
    """How to validate the file again, for example in a cron job; the last instruction of every registry."""
    import shlex

    return Instruction("Check it again at any time:", f"storage-wizard check {shlex.quote(str(path))}")
