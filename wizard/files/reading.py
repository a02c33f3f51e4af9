"""Reading a complete file, and what its owner and mode mean for the secrets in it."""

import errno
import os
import re
import stat
import time
from pathlib import Path
from typing import NamedTuple

from wizard.files.errors import FileError, read_error
from wizard.files.folder import close_file, open_folder
from wizard.files.safe_path import PathError, resolve_path, user_name
from wizard.text.sanitize import sanitize

_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_DESCRIPTOR = r"/proc/(self|thread-self|[0-9]+)/fd/([0-9]{1,9})"


class FileContent(NamedTuple):
    """The bytes of a file, its permission bits and the user id of its owner."""

    data: bytes
    mode: int
    owner: int

    def __repr__(self) -> str:
        """Without the bytes, which may be secret."""
        return f"FileContent(mode={self.mode:o}, owner={self.owner})"


def exists(path: Path) -> bool:
    """Whether there is something at `path`, links followed. Raises `OSError` if this user cannot look there.

    `Path.exists` does not raise it from Python 3.14 on.
    """
    try:
        path.stat()
    except ValueError:  # a name that no file can have
        return False
    except OSError as error:
        if error.errno not in _ABSENT:
            raise
        return False
    return True


def is_folder(path: Path) -> bool:
    """Whether there is a folder at `path`; False for a name that no file can have, and where this user cannot look."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_regular_file(path: Path) -> bool:
    """Whether there is a file, and no pipe or device, at `path`, links followed; False where this user cannot look."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_file(path: Path, limit: int, deadline: float | None = None) -> FileContent | None:
    """The file at `path`, links followed; None if it does not exist.

    A pipe is waited for, until `deadline` (monotonic clock, seconds) if there is one.

    Raises `FileError` if the file cannot be read or has more than `limit` bytes.
    """
    try:
        return read_descriptor(_open(resolve_path(path), deadline), path, limit, deadline)
    except FileNotFoundError:
        return None
    except PathError as error:
        raise FileError(str(error)) from None
    except _DeadlineError:
        raise FileError(f"{sanitize(path)} did not end in time. Check the program that writes to it.") from None
    except OSError as error:
        raise read_error(error, path) from None


class _DeadlineError(Exception):
    """A pipe was not at its end when the time was over."""


def _open(path: Path, deadline: float | None) -> int:
    if own_descriptor(path) is not None:  # opened by the program that started this one
        return os.open(path, os.O_RDONLY | os.O_NOCTTY)
    if path.parts[:2] == ("/", "proc"):  # the links there are made by the kernel, and are not paths
        return _ready(os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK), path, deadline)
    with open_folder(path.parent) as folder:
        return _ready(folder.open_file(path.name or ".", os.O_RDONLY | os.O_NONBLOCK), path, deadline)


def _ready(descriptor: int, path: Path, deadline: float | None) -> int:
    """The descriptor, which was opened without waiting, for reading; a pipe of this user is waited for."""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            refuse_foreign_stream(status, path)
            _wait_for_input(descriptor, deadline)
        os.set_blocking(descriptor, True)
    except BaseException:
        close_file(descriptor)
        raise
    return descriptor


def _wait_for_input(descriptor: int, deadline: float | None) -> None:
    """Wait until something can be read, or a writer has ended. A pipe that has no writer yet is not at its end.

    Raises `_DeadlineError`.
    """
    import select  # imported here: only needed for a pipe or a device

    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    if not poll.poll(None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000):
        raise _DeadlineError


def own_descriptor(path: Path) -> int | None:
    """The descriptor of this process that `path`, which has no links, names; None for other files."""
    match = re.fullmatch(_DESCRIPTOR, str(path))
    return int(match[2]) if match and match[1] in ("self", "thread-self", str(os.getpid())) else None


def refuse_foreign_stream(status: os.stat_result, path: Path) -> None:
    """Raise `FileError` for a pipe or a device of another user, who could block this program, or read what it writes.

    `status` is the one of `path`.
    """
    if status.st_uid not in (os.geteuid(), 0):
        kind = "pipe" if stat.S_ISFIFO(status.st_mode) else "device"
        owner = user_name(status.st_uid)
        raise FileError(f"{sanitize(path)} is a {kind} owned by {owner}, so it was not used. Choose another file.")


def read_descriptor(descriptor: int, path: Path, limit: int, deadline: float | None = None) -> FileContent:
    """The content of an open file, which is closed. Raises `FileError` above `limit` bytes, and `OSError`."""
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if deadline is None or stat.S_ISREG(status.st_mode):
            data = file.read(limit + 1)
        else:
            data = _read_stream(descriptor, limit + 1, deadline)
    if len(data) > limit:
        raise FileError(f"{sanitize(path)} is too large. Check the path.")
    return FileContent(data, stat.S_IMODE(status.st_mode), status.st_uid)


def _read_stream(descriptor: int, limit: int, deadline: float) -> bytes:
    """At most `limit` bytes of a pipe or a device. Raises `_DeadlineError` and `OSError`."""
    data = bytearray()
    while len(data) < limit:
        _wait_for_input(descriptor, deadline)
        block = os.read(descriptor, limit - len(data))
        if not block:
            break
        data += block
    return bytes(data)


def describe_exposure(content: FileContent) -> str:
    """What other users can do with the file, to complete `other users can … it`; empty if they can do nothing."""
    access = "change" if content.mode & 0o022 else "read" if content.mode & 0o044 else ""
    return access and f"{access} it (mode {content.mode:04o})"


def foreign_owner(content: FileContent) -> str:
    """The name of the user who owns the file; empty if it is the user who runs this program."""
    return "" if content.owner == os.geteuid() else user_name(content.owner)
