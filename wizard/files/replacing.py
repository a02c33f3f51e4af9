"""Replacing a file atomically: it has either its previous content or the new one, also after a crash."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from wizard.files.errors import FileError, explain
from wizard.files.folder_lock import folder_lock
from wizard.files.safe_path import PathError, resolve_path
from wizard.files.temporary import temporary_name
from wizard.text.sanitize import sanitize

MODE = 0o600  # of every file that this program creates

_NOT_WRITABLE = "{path} was not saved: this user may not write there. Run as its owner, or name another place."
_WRITE_ERRORS = {
    errno.ENOSPC: "{path} was not saved: the disk is full. Make room, or name another place.",
    errno.EDQUOT: "{path} was not saved: the quota is used up. Make room, or name another place.",
    errno.EROFS: "{path} was not saved: the file system is read-only. Name another place.",
    errno.EISDIR: "{path} was not saved: it is a folder. Name a file in it, such as {path}/storage.toml.",
    errno.ENOTDIR: "{path} was not saved: a part of its path is a file. Name another place.",
    errno.EACCES: _NOT_WRITABLE,
    errno.EPERM: _NOT_WRITABLE,
}
_OTHER_WRITE_ERROR = "{path} was not saved: {reason}. Name another place."


def resolve_target(path: Path) -> Path:
    """The path without links of the file that a write to `path` creates or replaces.

    Raises `FileError` if `replace_file` could not or must not write there: the folder does not exist, `path` is a
    folder, a device or a pipe, or another user planted a link.
    """
    try:
        target = resolve_path(path)
        mode = _mode_of(target)
    except PathError as error:
        raise FileError(str(error)) from None
    except OSError as error:
        raise explain(error, path, _WRITE_ERRORS, _OTHER_WRITE_ERROR) from None
    if mode is not None and not stat.S_ISREG(mode):
        raise FileError(f"{sanitize(path)} is not a regular file. Name another file.")
    return target


def _mode_of(target: Path) -> int | None:
    """The mode of `target`, None if it does not exist; `IsADirectoryError` for a folder."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise FileError(_missing_folder(target.parent)) from None
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return mode


def _missing_folder(folder: Path) -> str:
    import shlex  # imported here: only needed for this message

    command = f"mkdir -p {sanitize(shlex.quote(str(folder)), 1000)}"
    return f"There is no folder {sanitize(folder)}, so nothing was saved. Make it with `{command}`."


def write_file(path: Path, data: bytes) -> None:
    """Write the file at `path` atomically, links followed, with mode 0600 and under the lock on its folder."""
    target = resolve_target(path)
    with folder_lock(target):
        replace_file(target, data)


def replace_file(
    target: Path, data: bytes, like: Path | None = None, before_replace: Callable[[], None] = lambda: None
) -> None:
    """Write `target` atomically, with mode 0600 or with the mode and owner of the file `like`.

    Replaces a link at `target` instead of following it: see `resolve_target`. Calls `before_replace` at the last
    moment; if that raises, or `FileError` is raised, the file at `target` is unchanged.
    """
    temporary = target.with_name(temporary_name(target))
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, MODE)
        try:
            _fill(descriptor, data, like)
            before_replace()
            os.replace(temporary, target)  # noqa: PTH105 - the system call by its name, as os.open above
        except BaseException:  # also after Ctrl+C, no temporary file with a secret stays behind
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise explain(error, target, _WRITE_ERRORS, _OTHER_WRITE_ERROR) from None
    _sync_folder(target.parent)


def describe_backup(backup: Path) -> str:
    """The sentence that names the backup of a file that was replaced."""
    return f"What was there before: {sanitize(backup.name)}."


def _fill(descriptor: int, data: bytes, like: Path | None) -> None:
    try:
        if like is None:
            os.fchmod(descriptor, MODE)  # the umask may have removed bits
        else:
            status = like.stat()
            os.fchown(descriptor, status.st_uid, status.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    # The file is already replaced: a folder that cannot be synced is not a failed save.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
