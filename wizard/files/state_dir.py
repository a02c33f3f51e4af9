"""The folder for the state of this program (drafts, crash reports), as the XDG Base Directory Specification defines it:
https://specifications.freedesktop.org/basedir-spec/latest/. Only its owner can read it."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.files.errors import FileError
from wizard.files.replacing import write_file


def state_folder() -> Path:
    """`$XDG_STATE_HOME/storage-wizard`, by default `~/.local/state/storage-wizard`. It may not exist yet."""
    state = os.environ.get("XDG_STATE_HOME", "")
    folder = state if state.startswith("/") else os.path.expanduser("~/.local/state")  # noqa: PTH111 - never raises
    if not folder.startswith("/"):
        raise FileError("This user has no home folder, so nothing is kept there. Set HOME.")
    return Path(folder) / "storage-wizard"


def write_state_file(name: str, data: bytes) -> Path:
    """Write the file `name` in the state folder, create the folder if needed, and return the file's path.

    Raises `OSError` or `FileError`.
    """
    path = state_folder() / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_file(path, data)
    return path
