"""Resolving a path without following a link of another user."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from wizard.files.sharing import is_shared
from wizard.text.sanitize import sanitize

_MAX_LINKS = 40  # the limit of the Linux kernel: path_resolution(7)


class PathError(Exception):
    """A path is not followed. The message is one or two sentences: the reason, and what to do."""


def resolve_path(path: Path) -> Path:
    """`path` as an absolute path without links; the file at its end need not exist.

    A link is followed only if it belongs to this user or to root. This is stricter than fs.protected_symlinks in
    proc_sys_fs(5), which not every system enables and which `readlink` does not apply. Raises `PathError` for another
    link and `OSError` if links form a cycle.
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
        _refuse_foreign(current)
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
        raise PathError("The current folder no longer exists. Change to an existing folder.") from None


def _reversed_parts(path: str) -> list[str]:
    """The names in `path`, the last one first, so that `pop` returns the next one to resolve."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def _link_destination(path: Path) -> str:
    """The text of the link at `path`; empty if it is not a link or cannot be read."""
    try:
        return os.readlink(path)  # noqa: PTH115 - the exact text, which a Path would normalize
    except OSError:
        return ""


def _refuse_foreign(link: Path) -> None:
    owner = link.lstat().st_uid
    if owner not in (os.geteuid(), 0):
        raise PathError(
            f"{sanitize(link)} is a link owned by {user_name(owner)}, so it was not followed. Use the path of "
            "the file itself."
        )


def is_planted(file: os.stat_result, folder: os.stat_result, path: Path | str) -> bool:
    """Whether another user can have put a file in a folder that is not theirs; `folder` is the status of `path`."""
    return file.st_uid not in (os.geteuid(), folder.st_uid, 0) and is_shared(folder, path)


def user_name(number: int) -> str:
    """The name of a user, or `user 1000` if the user has none."""
    import pwd  # imported here: only needed for the file of another user

    try:
        return sanitize(pwd.getpwuid(number).pw_name, 60)
    except KeyError:
        return f"user {number}"
