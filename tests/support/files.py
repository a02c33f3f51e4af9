"""What tests of files share: other users, modes, failing system calls, and a held lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

OTHER_USER = 65534  # the id of another user
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can create files of another user")


def mode_of(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    """The names of the files in a folder, sorted."""
    return sorted(entry.name for entry in folder.iterdir())


def failing(call: Callable[..., Any], number: int, when: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
    """A system call that fails with the errno `number` for the arguments that `when` accepts."""

    def attempt(*arguments: Any, **options: Any) -> Any:
        if when(*arguments):
            raise OSError(number, os.strerror(number))
        return call(*arguments, **options)

    return attempt


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock on a file or folder, as another process that writes it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
