"""Who else could have written a file: its owner, and the users who can write to its folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.files.reading import FileContent, user_name
from wizard.files.safe_path import PathError, is_shared, resolve_path
from wizard.text.sanitize import sanitize


def describe_doubts(path: Path, content: FileContent) -> tuple[str, ...]:
    """Sentences about the users, apart from this one and root, who could have written the file at `path`."""
    return tuple(_doubts(path, content))


def _doubts(path: Path, content: FileContent) -> Iterator[str]:
    trusted = {os.geteuid(), 0}
    if content.owner not in trusted:
        yield f"It belongs to {user_name(content.owner)}, who can change it. Check that these settings are yours."
        trusted.add(content.owner)
    try:
        folders = resolve_path(path).parents
        for folder in folders:
            status = folder.stat()
            # In a sticky folder, only what lies directly in it can be of another user.
            if is_shared(status) and (folder == folders[0] or not status.st_mode & stat.S_ISVTX):
                mode = f"mode {stat.S_IMODE(status.st_mode):04o}"
                yield f"Other users can write to {sanitize(folder)} ({mode}). Check that these settings are yours."
                return
            if status.st_uid not in trusted:
                owner = user_name(status.st_uid)
                yield f"{sanitize(folder)} belongs to {owner}, who can replace it. Check that these settings are yours."
                return
    except (OSError, PathError):  # it was removed meanwhile
        return
