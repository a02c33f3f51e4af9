"""The checks of a folder on this machine, for the registry's `filesystem` driver.

To add a check, list it in `FILESYSTEM_CHECKS` and its function in `STEPS`. A step blocks for as long as the file system
does; `validation.filesystem_runner` runs it in a thread. It returns None or a warning, and raises `FolderCheckFailed`
or `OSError` if the registry would fail too.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wizard.checks.check import EVERYTHING, SETTINGS_CHECK, Check
from wizard.checks.context import SIZE
from wizard.checks.ownership import new_folder_name
from wizard.files.reading import exists, is_folder
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import GIB, format_size
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_word

_LOW_SPACE = 5 * GIB

FILESYSTEM_CHECKS: tuple[Check, ...] = (
    SETTINGS_CHECK,
    Check("exists", "Find the folder", "folder", "reach", requires=("settings",), needed_for=EVERYTHING),
    Check("write", "Write a file", "write", "objects", requires=("exists",), needed_for=("push",)),
    Check("read", "Read a file", "read", "objects", requires=("write",), needed_for=("pull",)),
    Check("rename", "Move a file", "move", "objects", requires=("read",), needed_for=("push",)),
    Check(
        "delete", "Delete a file", "delete", "delete", requires=("rename",), needed_for=("delete", "garbage collection")
    ),
    Check("space", "Free space", "free space", "advice", requires=("exists",), needed_for=("push",)),
)


class FolderCheckFailed(Exception):
    """A step found a problem, described by `finding`."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class FolderContext:
    """The folder of one run: `root` is the registry's, `test_folder` below it is created and removed by the run."""

    root: Path
    test_folder: Path
    body: bytes = field(default_factory=lambda: os.urandom(SIZE))

    @classmethod
    def create(cls, root: Path) -> FolderContext:
        """A context with a new name for the test folder. Does not touch the file system."""
        return cls(root, root / new_folder_name())

    @property
    def written_file(self) -> Path:
        """The file that the run writes first."""
        return self.test_folder / "uploads" / "data"

    @property
    def moved_file(self) -> Path:
        """Where that file is moved to."""
        return self.test_folder / "blobs" / "data"

    @property
    def display_name(self) -> str:
        """The root, safe to print and of limited length."""
        return sanitize(self.root, 120)

    def command(self, program: str) -> str:
        """`: program PATH` with the path quoted for a shell."""
        return f": {program} {shell_word(str(self.root))}"


def _exists(folder: FolderContext) -> None:
    if not exists(folder.root):
        command = folder.command("mkdir -p")
        text = f"Folder {folder.display_name} not found. Create it{command or '.'}"
        raise _failure(Cause.NO_BUCKET, text)
    if not is_folder(folder.root):
        raise _failure(Cause.NO_BUCKET, f"{folder.display_name} is a file, not a folder.")


def _write(folder: FolderContext) -> None:
    folder.written_file.parent.mkdir(parents=True)
    with folder.written_file.open("xb") as file:
        file.write(folder.body)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: FolderContext) -> None:
    if folder.written_file.read_bytes() != folder.body:
        raise _failure(Cause.CORRUPTED, "The data came back different.")


def _rename(folder: FolderContext) -> None:
    folder.moved_file.parent.mkdir()
    folder.written_file.rename(folder.moved_file)
    if exists(folder.written_file) or folder.moved_file.read_bytes() != folder.body:
        raise _failure(Cause.CORRUPTED, "A moved file isn't where it should be.")


def _delete(folder: FolderContext) -> None:
    shutil.rmtree(folder.test_folder)
    if exists(folder.test_folder):
        raise _failure(Cause.CORRUPTED, "A deleted folder still exists.")


def _space(folder: FolderContext) -> Finding | None:
    free = shutil.disk_usage(folder.root).free
    if free >= _LOW_SPACE:
        return None
    text = f"Only {format_size(free >> 20 << 20)} free in {folder.display_name}. Images need much more."
    return Finding(Cause.STORE_ERROR, text, Severity.WARNING)


STEPS: Mapping[str, Callable[[FolderContext], Finding | None]] = {
    "exists": _exists,
    "write": _write,
    "read": _read,
    "rename": _rename,
    "delete": _delete,
    "space": _space,
}


def os_error_finding(folder: FolderContext, check: Check, error: OSError) -> Finding:
    """The finding for a system call that failed during `check`."""
    reason = sanitize(error.strerror or error, 80)
    return Finding(
        Cause.ACCESS_DENIED if isinstance(error, PermissionError) else Cause.STORE_ERROR,
        f"{check.title} in {folder.display_name} failed: {reason}. The registry's user must be able to do this.",
        setting="rootdirectory",
        fix=Fix(f"Give that user the folder{folder.command('chown REGISTRY_USER') or '.'}"),
    )


def timeout_finding(folder: FolderContext, seconds: float) -> Finding:
    """The finding for a step that did not end within the `seconds` of the complete validation."""
    text = (
        f"The folder {folder.display_name} did not respond within {seconds:g} seconds. Is it on a network file system "
        "whose server is down?"
    )
    return Finding(Cause.TIMEOUT, text, setting="rootdirectory")


def _failure(cause: Cause, text: str) -> FolderCheckFailed:
    return FolderCheckFailed(Finding(cause, text, setting="rootdirectory"))
