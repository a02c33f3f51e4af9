"""A lock on a folder: one process of this program writes in it at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from wizard.files.errors import FileError
from wizard.files.safe_path import PathError, resolve_path
from wizard.files.temporary import find_temporary_files
from wizard.text.sanitize import sanitize

_PATIENCE = 2.0  # seconds to wait for another process; a save takes milliseconds
_POLL = 0.01  # seconds between two attempts


@contextlib.contextmanager
def folder_lock(target: Path) -> Iterator[None]:
    """Hold the lock on the folder of `target`, and remove the temporary files that a killed process left for it.

    Raises `FileError` if another process holds the lock for too long. Without effect if the folder cannot be opened
    or its file system has no locks.
    """
    try:
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:  # a folder can be writable and not readable
        yield
        return
    try:
        if _acquire(descriptor, target):
            for path in find_temporary_files(target):
                with contextlib.suppress(OSError):
                    path.unlink()
        yield
    finally:
        os.close(descriptor)  # also releases the lock


def _acquire(descriptor: int, target: Path) -> bool:
    """Take the lock. Returns False if the file system has no locks."""
    import fcntl  # imported here, as is time: not needed to read a file
    import time

    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                message = f"{sanitize(target)} was not saved: another program holds its folder. Try again."
                raise FileError(message) from None
            time.sleep(_POLL)
        except OSError:
            return False
        else:
            return True


def was_save_interrupted(path: Path) -> bool:
    """Whether a process was killed while it wrote the file at `path`. The file still has its previous content."""
    with contextlib.suppress(OSError, PathError):
        target = resolve_path(path)
        if find_temporary_files(target):
            import fcntl  # imported here: only needed after an interrupted save

            descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # raises OSError while a process is writing
            finally:
                os.close(descriptor)
            return bool(find_temporary_files(target))
    return False
