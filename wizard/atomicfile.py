"""A file read whole, and replaced all at once or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from wizard.printable import printable

MODE = 0o600


class FileError(Exception):
    """Why a file cannot be read or written, and what to do: one or two sentences for the admin."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, and its permission bits."""

    data: bytes = field(repr=False)
    mode: int


def read(path: Path, limit: int) -> Content | None:
    """What `path` holds, at most `limit` bytes; None when there is no such file."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        general = "{path} could not be read: {reason}. Name another file with -c."
        raise _explained(error, path, _READING, general) from None
    if len(data) > limit:
        raise FileError(f"{printable(path)} is too large for a file of settings. Check the path after -c.")
    return Content(data, mode)


def check_place(target: Path) -> None:
    """`FileError` where `replace` could not or must not put a file: no folder, a folder, a device, a pipe."""
    try:
        mode = target.stat().st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise FileError(_no_folder(target.parent)) from None
    except OSError as error:
        raise _explained(error, target, _WRITING) from None
    else:
        if not stat.S_ISREG(mode):
            raise FileError(f"{printable(target)} is not a regular file. Name another file with -c.")


def replace(target: Path, data: bytes, like: Path | None = None) -> None:
    """Give `target` the content `data` and mode 0600, or the mode and owner of the file `like`.

    After a `FileError` the old file is as it was. The name itself is replaced: resolve a symbolic link first, or
    the link is what goes.
    """
    temporary = target.with_name(_fresh_name())
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, MODE)
        try:
            _fill(descriptor, data, like)
            os.replace(temporary, target)  # noqa: PTH105 - the system call by its name, as os.open above
        except BaseException:  # Ctrl+C too must not leave a secret lying about
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise _explained(error, target, _WRITING) from None
    _sync_folder(target.parent)


def _fresh_name() -> str:
    return f".storage-wizard-{os.urandom(8).hex()}.tmp"


def _fill(descriptor: int, data: bytes, like: Path | None) -> None:
    try:
        if like is None:
            os.fchmod(descriptor, MODE)  # the umask may have taken bits away
        else:
            model = like.stat()
            os.fchown(descriptor, model.st_uid, model.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(model.st_mode))
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    # The new file is in its place by now, so a folder that cannot be synced is no failure to report.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_NOT_READABLE = "{path} may not be read by this user. Run as its owner, or name another file with -c."
_READING = {
    errno.EISDIR: "{path} is a folder, not a file. Name a file in it, such as -c {path}/storage.toml.",
    errno.ENOTDIR: "A part of the path {path} is a file, not a folder. Check the path after -c.",
    errno.EACCES: _NOT_READABLE,
    errno.EPERM: _NOT_READABLE,
}

_NOT_SAVED = "{path} was not saved: {reason}. Name another place with -c."
_NOT_WRITABLE = "{path} was not saved: this user may not write there. Run as its owner, or name another place with -c."
_WRITING = {
    errno.ENOSPC: "{path} was not saved: the disk is full. Make room, or name another place with -c.",
    errno.EDQUOT: "{path} was not saved: the quota is used up. Make room, or name another place with -c.",
    errno.EROFS: "{path} was not saved: the file system is read-only. Name another place with -c.",
    errno.EISDIR: "{path} was not saved: it is a folder. Name a file in it, such as -c {path}/storage.toml.",
    errno.ENOTDIR: "{path} was not saved: a part of its path is a file. Name another place with -c.",
    errno.EACCES: _NOT_WRITABLE,
    errno.EPERM: _NOT_WRITABLE,
}


def _explained(error: OSError, path: Path, sentences: dict[int, str], general: str = _NOT_SAVED) -> FileError:
    sentence = sentences.get(error.errno or 0, general)
    reason = printable(error.strerror or "the system gives no reason")
    return FileError(sentence.format(path=printable(path), reason=reason))


def _no_folder(folder: Path) -> str:
    import shlex  # here, as most never need it

    command = f"mkdir -p {printable(shlex.quote(str(folder)), 1000)}"
    return f"There is no folder {printable(folder)}, so nothing was saved. Make it with `{command}`."
