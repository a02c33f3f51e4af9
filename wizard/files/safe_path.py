"""Resolving a path without following a link that another user planted."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from wizard.text.sanitize import sanitize

_MAX_LINKS = 40  # the limit of the Linux kernel: path_resolution(7)


class PathError(Exception):
    """A path is not followed. The message is one or two sentences: the reason, and what to do."""


def resolve_path(path: Path) -> Path:
    """`path` as an absolute path without links; the file at its end need not exist.

    In a folder where other users can write, a link is followed only if it belongs to this user, to the owner of the
    folder or to root. This is close to the rule of fs.protected_symlinks in proc_sys_fs(5), which not every system
    enables and which `readlink` does not apply. Raises `PathError` for such a link and `OSError` if links form a cycle.
    """
    start = "/" if path.is_absolute() else _current_folder()
    resolved, rest, links = Path("/"), _reversed_parts(os.path.join(start, path)), 0  # noqa: PTH118 - keeps ..
    while rest:
        name = rest.pop()
        current = resolved.parent if name == ".." else resolved / name
        destination = "" if name == ".." or current.parts[:2] == ("/", "proc") else _link_destination(current)
        if not destination:
            resolved = current
            continue
        _refuse_planted(current)
        links += 1
        if links > _MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        resolved = Path("/") if destination.startswith("/") else resolved
        rest += _reversed_parts(destination)
    return resolved


def _current_folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - a string, for os.path.join
    except OSError:
        raise PathError("The folder that you are in is gone. Change to one that is there.") from None


def _reversed_parts(path: str) -> list[str]:
    """The names in `path`, the last one first, so that `pop` returns the next one to resolve."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def _link_destination(path: Path) -> str:
    """The text of the link at `path`; empty if it is not a link or cannot be read."""
    try:
        return os.readlink(path)  # noqa: PTH115 - the exact text, which a Path would normalize
    except OSError:
        return ""


def _refuse_planted(link: Path) -> None:
    if is_planted(link.lstat(), link.parent.stat()):
        raise PathError(
            f"{sanitize(link)} is a link that another user has put where everybody may write, so it is not followed. "
            "Name the file itself."
        )


def is_planted(file: os.stat_result, folder: os.stat_result) -> bool:
    """Whether another user can have put a file or a link in a folder that is not theirs."""
    return is_shared(folder) and file.st_uid not in (os.geteuid(), folder.st_uid, 0)


def is_shared(folder: os.stat_result) -> bool:
    """Whether users other than its owner can write to a folder.

    A group with the number of a user is taken for the group of that user alone, as most systems create it.
    """
    private_groups = (folder.st_uid, os.geteuid(), 0)
    return bool(folder.st_mode & 0o002 or (folder.st_mode & 0o020 and folder.st_gid not in private_groups))
