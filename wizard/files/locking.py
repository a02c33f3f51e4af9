"""A lock on a file while it is replaced: one process of this program at a time.

The lock is on the file itself, not on its folder: a user who cannot read the file cannot hold the lock. Where one can,
the lock is not waited for without end, so nobody can prevent a save. What two processes write at the same moment is
found by comparing the content, also without the lock.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from wizard.files.folder import Folder, close_file

_PATIENCE = 2.0  # seconds to wait for another process; a save takes milliseconds
_POLL = 0.01  # seconds between two attempts


@contextlib.contextmanager
def file_lock(folder: Folder, name: str) -> Iterator[None]:
    """Hold the lock on the file `name`, if it exists. Continues without it after two seconds."""
    import time  # imported here: not needed to read a file

    deadline = time.monotonic() + _PATIENCE
    with contextlib.ExitStack() as stack:
        while (descriptor := _open(folder, name)) is not None:
            stack.callback(close_file, descriptor)  # also releases the lock
            if _acquire(descriptor, deadline) and not _is_named(folder, name, descriptor):
                stack.close()  # the file was replaced meanwhile: lock the new one
                continue
            break
        yield


def is_locked(folder: Folder, name: str) -> bool:
    """Whether another process holds the lock on the file `name`."""
    descriptor = _open(folder, name)
    if descriptor is None:
        return False
    try:
        return not try_lock(descriptor)
    except OSError:  # the file system has no locks
        return False
    finally:
        close_file(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file. Returns False if another process holds the lock; raises `OSError` where there are no locks."""
    import fcntl  # imported here: not needed to read a file

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(folder: Folder, name: str) -> int | None:
    try:
        return folder.open_file(name, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None


def _acquire(descriptor: int, deadline: float) -> bool:
    """Whether the lock was acquired until the `deadline`."""
    import time

    try:
        while not try_lock(descriptor):
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
    except OSError:  # the file system has no locks
        return False
    return True


def _is_named(folder: Folder, name: str, descriptor: int) -> bool:
    status = folder.status(name)
    return status is not None and os.path.samestat(status, os.fstat(descriptor))
