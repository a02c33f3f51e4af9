"""Reading a complete file, and what its owner and mode mean for the secrets in it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from wizard.files.errors import FileError, read_error
from wizard.files.folder import open_folder
from wizard.files.safe_path import PathError, resolve_path
from wizard.text.sanitize import sanitize


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of a file, its permission bits and the user id of its owner."""

    data: bytes = field(repr=False)
    mode: int
    owner: int


def read_file(path: Path, limit: int) -> FileContent | None:
    """The file at `path`, links followed; None if it does not exist.

    Raises `FileError` if the file cannot be read or has more than `limit` bytes.
    """
    try:
        return read_descriptor(_open(resolve_path(path)), path, limit)
    except FileNotFoundError:
        return None
    except PathError as error:
        raise FileError(str(error)) from None
    except OSError as error:
        raise read_error(error, path) from None


def _open(path: Path) -> int:
    if path.parts[:2] == ("/", "proc"):  # the links there are made by the kernel, and are not paths
        return os.open(path, os.O_RDONLY | os.O_NOCTTY)
    with open_folder(path.parent) as folder:
        return folder.open_file(path.name or ".", os.O_RDONLY)


def read_descriptor(descriptor: int, path: Path, limit: int) -> FileContent:
    """The content of an open file, which is closed. Raises `FileError` above `limit` bytes, and `OSError`."""
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FileError(f"{sanitize(path)} is too large for a file of settings. Check its path.")
    return FileContent(data, stat.S_IMODE(status.st_mode), status.st_uid)


def describe_exposure(content: FileContent) -> str:
    """What other users may do with the file, to complete `others may … it`; empty if they may do nothing."""
    access = "change" if content.mode & 0o022 else "read" if content.mode & 0o044 else ""
    return access and f"{access} it (mode {content.mode:04o})"


def foreign_owner(content: FileContent) -> str:
    """The name of the user who owns the file; empty if it is the user who runs this program."""
    return "" if content.owner == os.geteuid() else user_name(content.owner)


def user_name(number: int) -> str:
    """The name of a user, or `user 1000` if the user has none."""
    import pwd  # imported here: only needed for the file of another user

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
