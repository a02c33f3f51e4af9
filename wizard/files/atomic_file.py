"""A file read whole, and replaced all at once or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from wizard.files.safe_path import PathError, resolve_path
from wizard.text.sanitize import sanitize

MODE = 0o600
_OURS = ".storage-wizard-"  # how the names of our temporary files begin
_PATIENCE = 2.0  # seconds that another one may take to write; it needs some thousandths


class FileError(Exception):
    """Why a file cannot be read or written, and what to do: one or two sentences for the admin."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, its permission bits, and the id of the user that it belongs to."""

    data: bytes = field(repr=False)
    mode: int
    owner: int


def read(path: Path, limit: int) -> Content | None:
    """What `path` holds, at most `limit` bytes; None when there is no such file."""
    try:
        with resolve_path(path).open("rb") as file:
            status = os.fstat(file.fileno())
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except PathError as error:
        raise FileError(str(error)) from None
    except OSError as error:
        general = "{path} could not be read: {reason}. Name another file."
        raise _explained(error, path, _READING, general) from None
    if len(data) > limit:
        raise FileError(f"{sanitize(path)} is too large for a file of settings. Check its path.")
    return Content(data, stat.S_IMODE(status.st_mode), status.st_uid)


def describe_exposure(content: Content) -> str:
    """What others may do to a file, as in `others may … it`; empty where that is nothing."""
    may = "change" if content.mode & 0o022 else "read" if content.mode & 0o044 else ""
    return may and f"{may} it (mode {content.mode:04o})"


def foreign_owner(content: Content) -> str:
    """The name of the user whose file it is; empty where that is us."""
    if content.owner == os.geteuid():
        return ""
    import pwd  # here, as hardly anybody asks

    try:
        return pwd.getpwuid(content.owner).pw_name
    except KeyError:
        return f"user {content.owner}"


def was_interrupted(path: Path) -> bool:
    """Whether a program was killed while it wrote the file: the file is then as it was before that."""
    with contextlib.suppress(OSError, PathError):
        target = resolve_path(path)
        if find_temporary_files(target):
            import fcntl  # here, as hardly anybody asks

            descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # refused while one is at it
            finally:
                os.close(descriptor)
            return bool(find_temporary_files(target))
    return False


def resolve_target(path: Path) -> Path:
    """Where a file goes that is written to `path`, links followed.

    `FileError` where `replace` could not or must not put one: no folder, a folder, a device, a pipe, a planted link.
    """
    try:
        target = resolve_path(path)
        mode = _mode_at(target)
    except PathError as error:
        raise FileError(str(error)) from None
    except OSError as error:
        raise _explained(error, path, _WRITING) from None
    if mode is not None and not stat.S_ISREG(mode):
        raise FileError(f"{sanitize(path)} is not a regular file. Name another file.")
    return target


def _mode_at(target: Path) -> int | None:
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise FileError(_no_folder(target.parent)) from None
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return mode


def write(path: Path, data: bytes) -> None:
    """Give the file that `path` leads to the content `data` and mode 0600, all at once or not at all."""
    target = resolve_target(path)
    with folder_lock(target):
        replace(target, data)


@contextlib.contextmanager
def folder_lock(target: Path) -> Iterator[None]:
    """While it lasts no other of our programs writes in the folder, and what a killed one left there is gone.

    `FileError` when another one takes too long. Where the file system knows no locks, it goes without.
    """
    try:
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:  # a folder that may be written and not read
        yield
        return
    try:
        if _locked(descriptor, target):
            for left in find_temporary_files(target):
                with contextlib.suppress(OSError):
                    left.unlink()
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int, target: Path) -> bool:
    import fcntl  # these two here, as most only read
    import time

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                told = f"{sanitize(target)} was not saved: another program holds its folder. Try again."
                raise FileError(told) from None
            time.sleep(0.01)
        except OSError:
            return False
        else:
            return True


def find_temporary_files(target: Path) -> list[Path]:
    """What is there of ours that was to become `target`: of one that was killed, unless it is being written now."""
    try:
        with os.scandir(target.parent) as entries:
            found = [Path(entry) for entry in entries if entry.name.startswith(_OURS)]
        ours = re.compile(rf"{_prefix(target)}[0-9a-f]{{16}}\.tmp") if found else None
        return [path for path in found if ours and ours.fullmatch(path.name) and path.lstat().st_uid == os.geteuid()]
    except OSError:
        return []


def replace(
    target: Path, data: bytes, like: Path | None = None, before_replace: Callable[[], None] = lambda: None
) -> None:
    """Give `target` the content `data` and mode 0600, or the mode and owner of the file `like`.

    After a `FileError` the old file is as it was. The name itself is replaced: a link would be what goes. What
    `last_look` raises, just before that, keeps everything as it is.
    """
    temporary = target.with_name(_fresh_name(target))
    try:
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, MODE)
        try:
            _fill(descriptor, data, like)
            before_replace()
            os.replace(temporary, target)  # noqa: PTH105 - the system call by its name, as os.open above
        except BaseException:  # Ctrl+C too must not leave a secret lying about
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise _explained(error, target, _WRITING) from None
    _sync_folder(target.parent)


def _prefix(target: Path) -> str:
    import zlib  # here, as most only read

    name = target.name.removesuffix(".bak")  # what a killed one left of the backup goes with the file's own
    return f"{_OURS}{zlib.crc32(os.fsencode(name)):08x}-"


def _fresh_name(target: Path) -> str:
    return f"{_prefix(target)}{os.urandom(8).hex()}.tmp"


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


_NOT_READABLE = "{path} may not be read by this user. Run as its owner, or name another file."
_READING = {
    errno.EISDIR: "{path} is a folder, not a file. Name a file in it, such as {path}/storage.toml.",
    errno.ENOTDIR: "A part of the path {path} is a file, not a folder. Check its path.",
    errno.EACCES: _NOT_READABLE,
    errno.EPERM: _NOT_READABLE,
}

_NOT_SAVED = "{path} was not saved: {reason}. Name another place."
_NOT_WRITABLE = "{path} was not saved: this user may not write there. Run as its owner, or name another place."
_WRITING = {
    errno.ENOSPC: "{path} was not saved: the disk is full. Make room, or name another place.",
    errno.EDQUOT: "{path} was not saved: the quota is used up. Make room, or name another place.",
    errno.EROFS: "{path} was not saved: the file system is read-only. Name another place.",
    errno.EISDIR: "{path} was not saved: it is a folder. Name a file in it, such as {path}/storage.toml.",
    errno.ENOTDIR: "{path} was not saved: a part of its path is a file. Name another place.",
    errno.EACCES: _NOT_WRITABLE,
    errno.EPERM: _NOT_WRITABLE,
}


def _explained(error: OSError, path: Path, sentences: dict[int, str], general: str = _NOT_SAVED) -> FileError:
    sentence = sentences.get(error.errno or 0, general)
    reason = sanitize(error.strerror or "the system gives no reason")
    return FileError(sentence.format(path=sanitize(path), reason=reason))


def _no_folder(folder: Path) -> str:
    import shlex  # here, as most never need it

    command = f"mkdir -p {sanitize(shlex.quote(str(folder)), 1000)}"
    return f"There is no folder {sanitize(folder)}, so nothing was saved. Make it with `{command}`."
