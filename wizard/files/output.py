"""What a command writes for the user: a new or an existing file, a device, a pipe, or an open descriptor."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.files.errors import FileError, write_errors
from wizard.files.safe_path import PathError, is_planted, resolve_path
from wizard.files.staging import write_all
from wizard.files.target import MAX_BYTES, Target, Written, locked_target
from wizard.text.sanitize import sanitize

_DESCRIPTOR = re.compile(r"/proc/(self|thread-self|[0-9]+)/fd/([0-9]{1,9})")


def write_output(path: Path, data: bytes, settings_file: Path) -> Written | None:
    """Write `data` to `path`, links followed. Returns None if that is a character device, a pipe or `/dev/fd/N`.

    These get the bytes as they are. Files are written as by `write_output_file`. Raises `FileError`, and
    `BrokenPipeError` if the reader of a pipe has ended.
    """
    descriptor = _open_stream(path)
    if descriptor is None:
        return write_output_file(path, data, settings_file)
    try:
        if _is_status_of(os.fstat(descriptor), settings_file):
            raise _refusal(path)
        with write_errors(path):
            write_all(descriptor, data)
    finally:
        os.close(descriptor)
    return None


def write_output_file(path: Path, data: bytes, settings_file: Path) -> Written:
    """Write the file at `path`, links followed.

    A new file is private. An existing one keeps who can access it, and its content as a backup.

    Raises `FileError`, also if `path` is the `settings_file`, by whatever path, or its backup would be.
    """
    with open_output(path, settings_file, MAX_BYTES) as target:
        return target.replace(data, keep_attributes=True)


@contextlib.contextmanager
def open_output(path: Path, settings_file: Path, limit: int) -> Iterator[Target]:
    """`locked_target` for a file that is not the `settings_file`, whose backup is not, and that nobody planted.

    Raises `FileError`.
    """
    with locked_target(path, limit) as target:
        if _is_settings_file(target.path, settings_file):
            raise _refusal(path)
        if _is_settings_file(target.backup_path, settings_file):
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
        match = _DESCRIPTOR.fullmatch(str(resolved))
        if match and match[1] in ("self", "thread-self", str(os.getpid())):
            with write_errors(path):
                return os.dup(int(match[2]))
        status, folder = resolved.stat(), resolved.parent.stat()
    except (PathError, OSError):
        return None  # the reason is found again, and explained, for a file
    if not (stat.S_ISCHR(status.st_mode) or stat.S_ISFIFO(status.st_mode)):
        return None
    if is_planted(status, folder):
        raise FileError(
            f"{sanitize(path)} is a pipe that another user has put where everybody may write, so it is not used. "
            "Name another file."
        )
    with write_errors(path):
        return os.open(resolved, os.O_WRONLY | os.O_NOFOLLOW | os.O_NOCTTY)
