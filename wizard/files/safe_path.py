"""Where a path leads, without falling for a link that somebody else has planted."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from wizard.text.sanitize import sanitize

_MOST_LINKS = 40  # as the kernel has it


class PathError(Exception):
    """Why a path is not followed, and what to do: one or two sentences for the admin."""


def resolve_path(path: Path) -> Path:
    """`path` without links in it, whether there is a file at its end or not; `OSError` where they run in a circle.

    A link in a folder where everybody may write is followed only when it is our own or the folder's owner's, as the
    kernel has it with fs.protected_symlinks, which not every system sets and `readlink` never asks.
    """
    record_reached, rest, links = Path("/"), _parts(os.path.join(_here(), path)), 0  # noqa: PTH118 - `..` stays
    while rest:
        name = rest.pop()
        here = record_reached.parent if name == ".." else record_reached / name
        told = "" if name == ".." or here.parts[:2] == ("/", "proc") else _link(here)
        if not told:
            record_reached = here
            continue
        _refuse_planted(here)
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        record_reached = Path("/") if told.startswith("/") else record_reached
        rest += _parts(told)
    return record_reached


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - a text, as all here
    except OSError:
        raise PathError("The folder that you are in is gone. Change to one that is there.") from None


def _parts(path: str) -> list[str]:
    """The names on the way, the first one last."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def _link(path: Path) -> str:
    """What the link says; empty where there is none, or where nobody tells."""
    try:
        return os.readlink(path)  # noqa: PTH115 - its text, which a Path would tidy
    except OSError:
        return ""


def _refuse_planted(link: Path) -> None:
    folder = link.parent.stat()
    if folder.st_mode & 0o002 and link.lstat().st_uid not in (os.geteuid(), folder.st_uid):
        raise PathError(
            f"{sanitize(link)} is a link that another user has put where everybody may write, so it is not followed. "
            "Name the file itself."
        )
