"""The folder for what is kept between two starts, after the XDG Base Directory Specification
(https://specifications.freedesktop.org/basedir-spec/latest/): for its owner alone, as are the files in it."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.files import atomic_file


def state_folder() -> Path:
    """`$XDG_STATE_HOME/storage-wizard`, by default in `~/.local/state`; it may not be there yet."""
    state = os.environ.get("XDG_STATE_HOME", "")
    folder = state if state.startswith("/") else os.path.expanduser("~/.local/state")  # noqa: PTH111 - never raises
    if not folder.startswith("/"):
        raise atomic_file.FileError("This user has no home folder, so nothing is kept there. Set HOME.")
    return Path(folder) / "storage-wizard"


def keep(name: str, data: bytes) -> Path:
    """Writes a file there; its path. Raises OSError, or `atomicfile.FileError`."""
    place = state_folder() / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    atomic_file.write(place, data)
    return place
