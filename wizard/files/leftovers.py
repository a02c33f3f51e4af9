"""Temporary files, whose names show which file each one was meant to replace, and those of processes that were killed.

A process holds a lock on its temporary file, so a file that can be locked belongs to none any more.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from wizard.files.folder import Folder, close_file, open_folder
from wizard.files.locking import is_locked, try_lock
from wizard.files.safe_path import PathError, resolve_path

_PREFIX = ".storage-wizard-"


def temporary_name(target: Path) -> str:
    """A new random name for the temporary file that will replace `target`."""
    return f"{_prefix(target.name)}{os.urandom(8).hex()}.tmp"


def find_leftovers(folder: Folder, target: Path) -> list[str]:
    """The names of the temporary files for `target` or its backup that belong to a process that was killed.

    Only files of this user, or of the owner of `target`: one that is to keep its owner has that owner.
    """
    return _for_each_leftover(folder, target, lambda _name: None)


def remove_leftovers(folder: Folder, target: Path) -> None:
    """Remove the temporary files for `target` or its backup that belong to a process that was killed."""

    def remove(name: str) -> None:
        with contextlib.suppress(OSError):
            folder.remove(name)

    _for_each_leftover(folder, target, remove)


def was_save_interrupted(path: Path) -> bool:
    """Whether a process was killed while it wrote the file at `path`. The file still has its previous content."""
    with contextlib.suppress(OSError, PathError):
        target = resolve_path(path)
        with open_folder(target.parent) as folder:
            if find_leftovers(folder, target) and not is_locked(folder, target.name):
                return bool(find_leftovers(folder, target))
    return False


def _for_each_leftover(folder: Folder, target: Path, action: Callable[[str], None]) -> list[str]:
    """Call `action` for each one while it is locked, and return their names."""
    try:
        names = [name for name in folder.names() if name.startswith(_PREFIX)]
        if not names:
            return []
        pattern = re.compile(rf"{_prefix(target.name)}[0-9a-f]{{16}}\.tmp")
        owners = {os.geteuid()}
        if status := folder.status(target.name):
            owners.add(status.st_uid)
    except OSError:  # a folder can be writable and not readable
        return []
    return [name for name in names if pattern.fullmatch(name) and _is_abandoned(folder, name, owners, action)]


def _is_abandoned(folder: Folder, name: str, owners: set[int], action: Callable[[str], None]) -> bool:
    try:
        descriptor = folder.open_file(name, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid not in owners or not try_lock(descriptor):
            return False
        action(name)
    except OSError:  # the file system has no locks
        return False
    finally:
        close_file(descriptor)
    return True


def _prefix(name: str) -> str:
    import zlib  # imported here: only needed when a file is written, or a temporary file was found

    name = name.removesuffix(".bak")  # a file and its backup share one prefix
    return f"{_PREFIX}{zlib.crc32(os.fsencode(name)):08x}-"
