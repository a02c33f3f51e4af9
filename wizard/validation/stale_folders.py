"""Removes from a registry's folder the test folders of earlier runs that were killed.

A folder is removed only if its complete name is ours, it belongs to this user, it is older than a day, and it contains
nothing but what a run creates. No link is followed.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from wizard.checks.age import is_older_than
from wizard.checks.ownership import STALE_AGE, Owned, owner_of_folder

_DATA = "data"
_FOLDERS = ("uploads", "blobs")  # each contains at most one file, `_DATA`: see `checks.filesystem`
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class _NotOursError(Exception):
    """A folder is not provably a test folder of this user whose run has ended."""


def remove_stale_folders(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paths that were removed, and those of stale folders that could not be, or must not be."""
    removed: list[str] = []
    left: list[str] = []
    with contextlib.suppress(OSError), _opened(str(root), None) as folder:
        for name in sorted(os.listdir(folder)):  # noqa: PTH208 - of an open folder
            owner = owner_of_folder("", name)
            if owner is None or not _is_stale(owner, name, folder):
                continue
            (removed if _remove(name, folder) else left).append(str(root / name))
    return tuple(removed), tuple(left)


def _is_stale(owner: Owned, name: str, parent: int) -> bool:
    if not is_older_than(owner.started_at, STALE_AGE):
        return False
    try:
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except OSError:
        return False
    return _is_old(status)


def _is_old(status: os.stat_result) -> bool:
    return datetime.now(UTC) - datetime.fromtimestamp(status.st_mtime, UTC) > STALE_AGE


def _remove(name: str, parent: int) -> bool:
    """Removes a test folder, unless there is anything in it that a run does not create."""
    try:
        with _opened(name, parent) as folder:
            _verify(folder)
            for inner in _verified_folders(folder):
                _remove_data(inner, folder)
        os.rmdir(name, dir_fd=parent)
    except (OSError, _NotOursError):
        return False
    return True


def _verified_folders(folder: int) -> list[str]:
    """The folders in a test folder. Raises `_NotOursError` if any of them, or what it contains, is not ours."""
    names = os.listdir(folder)
    if not set(names) <= set(_FOLDERS):
        raise _NotOursError
    for name in names:
        with _opened(name, folder) as inner:
            _verify(inner)
            for data in os.listdir(inner):  # noqa: PTH208 - as above
                status = os.stat(data, dir_fd=inner, follow_symlinks=False)
                if data != _DATA or not stat.S_ISREG(status.st_mode) or not _is_owned(status) or not _is_old(status):
                    raise _NotOursError
    return names


def _remove_data(name: str, parent: int) -> None:
    with _opened(name, parent) as folder, contextlib.suppress(FileNotFoundError):
        os.unlink(_DATA, dir_fd=folder)
    os.rmdir(name, dir_fd=parent)


def _verify(folder: int) -> None:
    status = os.fstat(folder)
    if not _is_owned(status) or not _is_old(status):
        raise _NotOursError


def _is_owned(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid()


@contextlib.contextmanager
def _opened(name: str, parent: int | None) -> Iterator[int]:
    descriptor = os.open(name, _OPEN_FOLDER if parent is not None else _OPEN_FOLDER & ~os.O_NOFOLLOW, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
