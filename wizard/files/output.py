"""What a command writes for the user: a new or an existing file, a device, a pipe, or an open descriptor."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.files.errors import FileError, write_errors
from wizard.files.folder import close_file, open_path
from wizard.files.reading import own_descriptor, refuse_foreign_stream
from wizard.files.safe_path import PathError, resolve_path
from wizard.files.staging import write_all
from wizard.files.target import Target, locked_target
from wizard.files.written import MAX_BYTES, Written
from wizard.text.sanitize import sanitize


def write_output(path: Path, data: bytes, *settings_files: Path) -> Written | None:
    """Write `data` to `path`, links followed. Returns None if that is a character device, a pipe or `/dev/fd/N`.

    These get the bytes as they are. Files are written as by `write_output_file`. Raises `FileError`, and
    `BrokenPipeError` if the reader of a pipe has ended.
    """
    descriptor = _open_stream(path)
    if descriptor is None:
        return write_output_file(path, data, *settings_files)
    try:
        if any(_is_status_of(os.fstat(descriptor), each) for each in settings_files):
            raise _refusal(path)
        with write_errors(path):
            write_all(descriptor, data)
    finally:
        close_file(descriptor)
    return None


def write_output_file(path: Path, data: bytes, *settings_files: Path) -> Written:
    """Write the file at `path`, links followed.

    A new file is private. An existing one keeps who can access it, and its content as a backup.

    Raises `FileError`, also if `path` is one of `settings_files`, by whatever path, or its backup would be.
    """
    with open_output(path, MAX_BYTES, *settings_files) as target:
        return target.replace(data, keep_attributes=True)


@contextlib.contextmanager
def open_output(path: Path, limit: int, *settings_files: Path) -> Iterator[Target]:
    """`locked_target` for a file that is safe to write: neither it nor its backup is one of `settings_files`, and no
    other user has put a link in its place.

    Raises `FileError`.
    """
    with locked_target(path, limit) as target:
        if any(_is_settings_file(target.path, each) for each in settings_files):
            raise _refusal(path)
        if any(_is_settings_file(target.backup_path, each) for each in settings_files):
            backup = sanitize(target.backup_path.name)
            raise FileError(f"The backup {backup} would replace the settings file. Choose another file.")
        target.refuse_planted()
        yield target


def _is_settings_file(path: Path, settings_file: Path) -> bool:
    with contextlib.suppress(OSError):
        if _is_status_of(path.stat(), settings_file):
            return True
    with contextlib.suppress(OSError, PathError):
        return path == resolve_path(settings_file)
    return False


def _is_status_of(status: os.stat_result, settings_file: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(status, settings_file.stat())
    return False


def _refusal(path: Path) -> FileError:
    return FileError(f"{sanitize(path)} is the settings file itself, so nothing was written. Choose another file.")


def _open_stream(path: Path) -> int | None:
    """A descriptor that writes to the device or pipe at `path`; None if there is something else, or nothing yet."""
    try:
        resolved = resolve_path(path)
        if (own := own_descriptor(resolved)) is not None:
            with write_errors(path):
                return os.dup(own)
        status, descriptor = _pinned(resolved)
    except (PathError, OSError):
        return None  # the reason is found again, and explained, for a file
    try:
        if not (stat.S_ISCHR(status.st_mode) or stat.S_ISFIFO(status.st_mode)):
            return None
        refuse_foreign_stream(status, path)
        with write_errors(path):
            return os.open(resolved if descriptor is None else open_path(descriptor), os.O_WRONLY | os.O_NOCTTY)
    finally:
        if descriptor is not None:
            close_file(descriptor)


def _pinned(path: Path) -> tuple[os.stat_result, int | None]:
    """The status of the file at `path`, and a descriptor from which just that file can be opened.

    The descriptor does not open a pipe or a device; it is None where the system has no such one. Raises `OSError`.
    """
    if not hasattr(os, "O_PATH") or not os.path.lexists(open_path(0)):
        return path.lstat(), None
    descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW)
    return os.fstat(descriptor), descriptor
