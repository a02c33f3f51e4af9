"""Who else could have written a file, or can replace one that is written: its owner, and those of its folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.files.reading import FileContent
from wizard.files.safe_path import PathError, resolve_path, user_name
from wizard.files.sharing import is_shared
from wizard.text.sanitize import sanitize


def describe_doubts(path: Path, content: FileContent) -> tuple[str, ...]:
    """Sentences about the users, apart from this one and root, who could have written the file at `path`."""
    return tuple(_doubts(path, content))


def _doubts(path: Path, content: FileContent) -> Iterator[str]:
    trusted = {os.geteuid(), 0}
    if content.owner not in trusted:
        yield f"It is owned by {user_name(content.owner)}, who can change it. Check that these settings are yours."
        trusted.add(content.owner)
    try:
        folders = resolve_path(path).parents
        for folder in folders:
            status = folder.stat()
            # In a sticky folder, only what lies directly in it can be of another user.
            if (folder == folders[0] or not status.st_mode & stat.S_ISVTX) and is_shared(status, folder):
                mode = f"mode {stat.S_IMODE(status.st_mode):04o}"
                yield f"Other users can write to {sanitize(folder)} ({mode}). Check that these settings are yours."
                return
            if status.st_uid not in trusted:
                owner = user_name(status.st_uid)
                yield (
                    f"{sanitize(folder)} is owned by {owner}, who can replace it. Check that these settings are yours."
                )
                return
    except (OSError, PathError):  # it was removed meanwhile
        return


def describe_access(path: Path) -> tuple[str, ...]:
    """Sentences about the users, apart from this one and root, who can change or replace a file that was written.

    `path` has no links.
    """
    return tuple(_access(path))


def _access(path: Path) -> Iterator[str]:
    trusted, name = {os.geteuid(), 0}, sanitize(path.name)
    try:
        owner = path.lstat().st_uid
        if owner not in trusted:
            yield f"{name} is owned by {user_name(owner)}, who can read and change it."
            trusted.add(owner)
        for folder in path.parents:
            status = folder.stat()
            if status.st_uid not in trusted:
                yield f"{sanitize(folder)} is owned by {user_name(status.st_uid)}, who can replace {name}."
                return
            # In a sticky folder, users can replace only their own files.
            if not status.st_mode & stat.S_ISVTX and is_shared(status, folder):
                mode = f"mode {stat.S_IMODE(status.st_mode):04o}"
                yield f"Other users can write to {sanitize(folder)} ({mode}) and replace {name}."
                return
    except OSError:  # it was removed meanwhile
        return
