"""Reading a complete file, and what its owner and mode mean for the secrets in it."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from wizard.files.errors import FileError, explain
from wizard.files.safe_path import PathError, resolve_path
from wizard.text.sanitize import sanitize

_NOT_READABLE = "{path} may not be read by this user. Run as its owner, or name another file."
_READ_ERRORS = {
    errno.EISDIR: "{path} is a folder, not a file. Name a file in it, such as {path}/storage.toml.",
    errno.ENOTDIR: "A part of the path {path} is a file, not a folder. Check its path.",
    errno.EACCES: _NOT_READABLE,
    errno.EPERM: _NOT_READABLE,
}
_OTHER_READ_ERROR = "{path} could not be read: {reason}. Name another file."


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
        with resolve_path(path).open("rb") as file:
            status = os.fstat(file.fileno())
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except PathError as error:
        raise FileError(str(error)) from None
    except OSError as error:
        raise explain(error, path, _READ_ERRORS, _OTHER_READ_ERROR) from None
    if len(data) > limit:
        raise FileError(f"{sanitize(path)} is too large for a file of settings. Check its path.")
    return FileContent(data, stat.S_IMODE(status.st_mode), status.st_uid)


def describe_exposure(content: FileContent) -> str:
    """What other users may do with the file, to complete `others may … it`; empty if they may do nothing."""
    access = "change" if content.mode & 0o022 else "read" if content.mode & 0o044 else ""
    return access and f"{access} it (mode {content.mode:04o})"


def foreign_owner(content: FileContent) -> str:
    """The name of the user who owns the file; empty if it is the user who runs this program."""
    if content.owner == os.geteuid():
        return ""
    import pwd  # imported here: only needed for the file of another user

    try:
        return pwd.getpwuid(content.owner).pw_name
    except KeyError:
        return f"user {content.owner}"
