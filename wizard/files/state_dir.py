"""The folder for the state of this program (drafts, crash reports), as the XDG Base Directory Specification defines it:
https://specifications.freedesktop.org/basedir-spec/latest/. Only its owner can read it.

No link is followed in the home folder, and nothing is kept below a folder that another user owns or can write to: with
`sudo -E` or `su`, the home folder can be that of another user, who could redirect what is written there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.files.errors import ChangedError, FileError, explain
from wizard.files.folder import FOLDER_FLAGS, Folder, close_file, open_path
from wizard.files.reading import read_descriptor
from wizard.files.safe_path import PathError, resolve_path, user_name
from wizard.files.sharing import is_shared
from wizard.files.written import MAX_BYTES
from wizard.text.sanitize import sanitize

_NAME = "storage-wizard"
_MODE = 0o700
_ATTEMPTS = 100  # each one fails only if another writer was faster


def state_folder() -> Path:
    """`$XDG_STATE_HOME/storage-wizard`, by default `~/.local/state/storage-wizard`. It may not exist yet.

    Raises `FileError` if the user has no home folder.
    """
    base, names, _ = _base()
    return base.joinpath(*names)


def state_dir_problem() -> str:
    """Why no file can be kept in the state folder, in one or two sentences; empty if files can be kept there.

    To find out, it creates the folder if it does not exist.
    """
    try:
        with _open_state_folder():
            return ""
    except FileError as error:
        return str(error)


def write_state_file(name: str, data: bytes) -> Path:
    """Write the file `name` in the state folder, create the folder if needed, and return the file's path.

    What another writer puts there meanwhile is replaced. Raises `FileError`.
    """
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(ChangedError):
            return _write(name, data)
    return _write(name, data)


def _write(name: str, data: bytes) -> Path:
    from wizard.files.target import target_in  # imported here: the first screen comes before anything is written

    with _open_state_folder() as folder, target_in(folder, folder.path / name, MAX_BYTES) as target:
        return target.replace(data, keep_backup=False).path


def read_state_file(name: str, limit: int) -> bytes | None:
    """The content of the file `name` in the state folder; None if there is none.

    Raises `FileError` if it cannot be read, is not a regular file of this user, or has more than `limit` bytes.
    """
    try:
        with _open_state_folder(create=False) as folder:
            return _read(folder, name, limit)
    except _NoFolderError:
        return None


def _read(folder: Folder, name: str, limit: int) -> bytes | None:
    path = folder.path / name
    try:
        status = folder.status(name)
        if status is None:
            return None
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise FileError(f"{sanitize(path)} is not a regular file of this user, so it was not read. Remove it.")
        return read_descriptor(folder.open_file(name, os.O_RDONLY | os.O_NONBLOCK), path, limit).data
    except OSError as error:
        raise _explain(error, path) from None


def remove_state_file(name: str) -> None:
    """Remove the file `name` from the state folder, if there is one. Raises `FileError`."""
    with contextlib.suppress(_NoFolderError), _open_state_folder(create=False) as folder:
        try:
            folder.remove(name)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _explain(error, folder.path / name) from None


class _NoFolderError(FileError):
    """The state folder does not exist."""


def _base() -> tuple[Path, tuple[str, ...], int]:
    """The folder that the environment names, the names of the folders below it, and how many folders must exist."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if state.startswith("/"):
        return Path(state), (_NAME,), 0
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - never raises
    if not home.is_absolute():
        raise FileError("This user has no home folder, so nothing can be stored there. Set HOME.")
    return home, (".local", "state", _NAME), len(home.parts) - 1


@contextlib.contextmanager
def _open_state_folder(*, create: bool = True) -> Iterator[Folder]:
    """The state folder, created if needed. Raises `FileError` if it is not safe to use."""
    base, names, existing = _base()
    path = base.joinpath(*names)
    try:
        base = resolve_path(base)
        descriptor = _open_below_root(base, names, existing if create else None)
    except PathError as error:
        raise FileError(str(error)) from None
    except OSError as error:
        if not create and error.errno == errno.ENOENT:
            raise _NoFolderError from None
        raise _explain(error, path) from None
    try:
        yield Folder(base.joinpath(*names), descriptor)
    finally:
        close_file(descriptor)


def _open_below_root(base: Path, names: tuple[str, ...], existing: int | None) -> int:
    """A descriptor of the state folder. Each folder on the way is checked while it is open.

    The first `existing` folders are not created, and none if that is None.
    """
    descriptor, path = os.open("/", FOLDER_FLAGS), Path("/")
    parts = (*base.parts[1:], *names)
    for number, name in enumerate(parts):
        try:
            _check_folder(descriptor, path)
            may_create = existing is not None and number >= existing
            child = (
                _open_or_create(descriptor, name, path / name) if may_create else _open(descriptor, name, path / name)
            )
        finally:
            close_file(descriptor)
        descriptor, path = child, path / name
    return _own_folder(descriptor, path)


def _open_or_create(parent: int, name: str, path: Path) -> int:
    try:
        return _open(parent, name, path)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):  # another process was faster
            os.mkdir(name, _MODE, dir_fd=parent)
        return _open(parent, name, path)


def _open(parent: int, name: str, path: Path) -> int:
    try:
        return os.open(name, FOLDER_FLAGS | os.O_NOFOLLOW, dir_fd=parent)
    except NotADirectoryError:
        if stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise FileError(f"Nothing is stored in {sanitize(path)} because it is a link. {_REMEDY}") from None
        raise


_REMEDY = "Set XDG_STATE_HOME to a folder that this user owns."


def _check_folder(descriptor: int, path: Path) -> None:
    """Refuse a folder that another user, apart from root, owns or can write to."""
    status = os.fstat(descriptor)
    if status.st_uid not in (os.geteuid(), 0):
        raise _foreign(status, path)
    if not status.st_mode & stat.S_ISVTX and is_shared(status, open_path(descriptor)):
        mode = f"mode {stat.S_IMODE(status.st_mode):04o}"
        raise FileError(
            f"Nothing is stored in {sanitize(path)} because other users can write there ({mode}). {_REMEDY}"
        )


def _own_folder(descriptor: int, path: Path) -> int:
    """A descriptor of the state folder that can be used for everything; it must be this user's and becomes private."""
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid():
            raise _foreign(status, path)
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=descriptor)
    finally:
        close_file(descriptor)
    if stat.S_IMODE(status.st_mode) != _MODE:
        with contextlib.suppress(OSError):  # a read-only file system; the files in it are private
            from wizard.files.attributes import set_plain_mode  # imported here: needed where it was not private

            set_plain_mode(folder, _MODE)
    return folder


def _foreign(status: os.stat_result, path: Path) -> FileError:
    owner = user_name(status.st_uid)
    return FileError(f"Nothing is stored in {sanitize(path)} because it is owned by {owner}. {_REMEDY}")


def _explain(error: OSError, path: Path) -> FileError:
    return explain(error, path, {}, f"Nothing is stored in {{path}}: {{reason}}. {_REMEDY}")
