"""Replacing a file atomically: it has either its previous content or the new one, also after a crash.

    with locked_target(path, limit) as target:
        target.content     # what is there, None if nothing is
        target.replace(…)  # raises `ChangedError` if that is not there any more

A failure changes neither the file nor its backup.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from wizard.files.attributes import PRIVATE_MODE, Attributes, KeepError, set_plain_mode
from wizard.files.errors import ChangedError, FileError, read_error, write_errors
from wizard.files.folder import Folder, close_file, open_folder, open_path
from wizard.files.leftovers import remove_leftovers, temporary_name
from wizard.files.locking import file_lock
from wizard.files.reading import FileContent, exists, is_folder, is_regular_file, read_descriptor
from wizard.files.safe_path import PathError, is_planted, resolve_path
from wizard.files.signals import deferred_signals
from wizard.files.staging import StagedFile, staged, write_all
from wizard.files.trust import describe_access
from wizard.files.written import MAX_BYTES, Written, backup_of, left_sentence
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_path


class Target:
    """A file to write, while it is locked. `path` has no links; `content` is None if there is no file."""

    def __init__(self, folder: Folder, path: Path, limit: int) -> None:
        self.path, self._folder, self._limit = path, folder, limit
        self.content, self._attributes = self._read()
        self._left: list[str] = []  # names of temporary files that could not be removed

    @property
    def backup_path(self) -> Path:
        """Where the previous content is kept."""
        return backup_of(self.path)

    def refuse_planted(self) -> None:
        """Raise `FileError` if another user can have put the file there to receive what is written."""
        descriptor = self._folder.descriptor
        with write_errors(self.path):
            status = self._folder.status(self.path.name)
            is_refused = status is not None and is_planted(status, os.fstat(descriptor), open_path(descriptor))
        if is_refused:
            raise FileError(
                f"{sanitize(self.path)} was created by another user in a folder that others can write to, so it "
                "was not used. Choose another file."
            )

    def replace(
        self, data: bytes, *, mode: int = PRIVATE_MODE, keep_attributes: bool = False, keep_backup: bool = True
    ) -> Written:
        """Write `data`, and what was there before to the backup if it differs.

        The file and its backup have exactly the permission bits `mode` and no access control list, or, with
        `keep_attributes`, the owner, the group, the mode, the access control list and the extended attributes of the
        previous file.

        Raises `ChangedError` if the file is not the one that was read, and other `FileError`s. Nothing has changed
        then.
        """
        try:
            return self._replace(data, mode, keep_attributes=keep_attributes, keep_backup=keep_backup)
        except FileError as error:
            if self._left:
                error.args = (f"{error} {left_sentence(self._left_paths())}",)
            raise

    def _replace(self, data: bytes, mode: int, *, keep_attributes: bool, keep_backup: bool) -> Written:
        access = self._attributes if keep_attributes and self._attributes else mode
        backup = self.backup_path if keep_backup and self.content and self.content.data != data else None
        with write_errors(self.path), contextlib.ExitStack() as stack:
            new = stack.enter_context(self._staged(self.path, data, access))
            old = None
            if backup is not None and self.content is not None:
                self._refuse_folder_for(backup)
                old = stack.enter_context(self._staged(backup, self.content.data, access))
            if self._read()[0] != self.content:
                raise ChangedError(self.path)
            status = self._folder.status(self.path.name)
            with deferred_signals():
                is_replaced = self._commit(new, old, data, None if keep_attributes else mode)
        self._folder.sync()
        is_linked = is_replaced and status is not None and status.st_nlink > 1
        left = self._left_paths()
        return Written(self.path, backup, not is_replaced, is_linked, left, describe_access(self.path))

    def _left_paths(self) -> tuple[Path, ...]:
        return tuple(self.path.with_name(name) for name in dict.fromkeys(self._left))

    # Reading

    def _read(self) -> tuple[FileContent | None, Attributes | None]:
        with write_errors(self.path):
            status = self._folder.status(self.path.name)
        if status is None:
            return None, None
        self._refuse_folder(self.path)
        if not stat.S_ISREG(status.st_mode):
            raise FileError(f"{sanitize(self.path)} is not a regular file. Choose another file.")
        try:
            descriptor = self._folder.open_file(self.path.name, os.O_RDONLY | os.O_NONBLOCK)
            attributes = Attributes.of(descriptor)
            return read_descriptor(descriptor, self.path, self._limit), attributes
        except FileNotFoundError:
            return None, None
        except OSError as error:
            raise read_error(error, self.path) from None

    def _refuse_folder(self, path: Path) -> None:
        status = self._folder.status(path.name)
        if status is not None and stat.S_ISDIR(status.st_mode):
            with write_errors(path):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))

    def _refuse_folder_for(self, backup: Path) -> None:
        status = self._folder.status(backup.name)
        if status is not None and stat.S_ISDIR(status.st_mode):
            raise FileError(f"The backup {sanitize(backup)} cannot be written: it is a folder. Move that folder away.")

    # Writing

    @contextlib.contextmanager
    def _staged(self, path: Path, data: bytes, access: Attributes | int) -> Iterator[StagedFile]:
        with contextlib.ExitStack() as stack:
            with write_errors(path):
                file = stack.enter_context(staged(self._folder, path, data, access))
            stack.callback(self._note_left, file)
            yield file

    def _note_left(self, file: StagedFile) -> None:
        file.discard()
        self._left += [file.left] if file.left else []

    def _commit(self, new: StagedFile, old: StagedFile | None, data: bytes, mode: int | None) -> bool:
        """Give both files their names. Returns False if the file was written in place, then with a `mode` if given."""
        try:
            if self.content is None:
                self._create(new)
                return True
            if old is None:
                return self._replace_or_overwrite(new, data, mode)
            with self._kept_aside(self.backup_path):
                with write_errors(self.backup_path):
                    old.replace()
                return self._replace_or_overwrite(new, data, mode)
        finally:
            for file in (new, old):
                if file is not None:
                    file.discard()

    def _create(self, new: StagedFile) -> None:
        with write_errors(self.path):
            try:
                new.create()
            except FileExistsError:
                raise ChangedError(self.path) from None

    @contextlib.contextmanager
    def _kept_aside(self, backup: Path) -> Iterator[None]:
        """Keep the older backup under a second name meanwhile, and restore it after an error."""
        aside = temporary_name(backup) if self._folder.status(backup.name) else ""
        with write_errors(backup):
            if aside:
                self._set_aside(backup.name, aside)
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError):
                if aside:
                    self._folder.rename(aside, backup.name)
                else:
                    self._folder.remove(backup.name)
            raise
        finally:
            if aside:
                try:
                    self._folder.remove(aside)
                except FileNotFoundError:
                    pass
                except OSError:
                    self._left.append(aside)

    def _set_aside(self, name: str, aside: str) -> None:
        try:
            self._folder.link(name, aside)
        except OSError:  # the file system has no hard links, or this user may not make one: proc_sys_fs(5)
            self._folder.rename(name, aside)

    def _replace_or_overwrite(self, new: StagedFile, data: bytes, mode: int | None) -> bool:
        with write_errors(self.path):
            try:
                new.replace()
            except OSError as error:
                if error.errno != errno.EBUSY:
                    raise
            else:
                return True
            # A mount point, such as a file that is mounted into a container, cannot be replaced.
            new.discard()
            self._overwrite(data, mode)
        return False

    def _overwrite(self, data: bytes, mode: int | None) -> None:
        """Write the content of the existing file. If that fails, write the previous content again.

        The file has its new mode before its new content. One of another user keeps the mode that it has.
        """
        previous = self.content.data if self.content else b""
        descriptor = self._folder.open_file(self.path.name, os.O_WRONLY)
        try:
            _reserve(descriptor, len(data), len(previous))
            if mode is not None:
                with contextlib.suppress(OSError):
                    set_plain_mode(descriptor, mode)
            try:
                _overwrite(descriptor, data)
            except OSError:
                with contextlib.suppress(OSError):
                    _overwrite(descriptor, previous)
                if self._attributes is not None:
                    with contextlib.suppress(KeepError):
                        self._attributes.apply(descriptor, self.path)
                raise
        finally:
            close_file(descriptor)


@contextlib.contextmanager
def locked_target(path: Path, limit: int) -> Iterator[Target]:
    """The file at `path`, links followed, under its lock, and without the temporary files of killed processes.

    Raises `FileError` if no file can be written there: the folder does not exist, `path` is a folder, a device or a
    pipe, a link belongs to another user, or the file has more than `limit` bytes.
    """
    target = resolve_target(path)
    with contextlib.ExitStack() as stack:
        with write_errors(path):
            folder = stack.enter_context(open_folder(target.parent))
        yield stack.enter_context(target_in(folder, target, limit))


@contextlib.contextmanager
def target_in(folder: Folder, path: Path, limit: int) -> Iterator[Target]:
    """`locked_target` for a file in a folder that is open already; `path` has no links."""
    with contextlib.ExitStack() as stack:
        with write_errors(path):
            stack.enter_context(file_lock(folder, path.name))
            remove_leftovers(folder, path)
            target = Target(folder, path, limit)
        yield target


def resolve_target(path: Path) -> Path:
    """The path without links of the file that a write to `path` creates or replaces.

    Raises `FileError` if its folder does not exist, or if a link belongs to another user.
    """
    try:
        with write_errors(path):
            target = resolve_path(path)
            if target == target.parent:
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not is_folder(target.parent):
                raise _missing_folder(target.parent)
    except PathError as error:
        raise FileError(str(error)) from None
    return target


def _missing_folder(folder: Path) -> Exception:
    if exists(folder) or any(map(is_regular_file, folder.parents)):
        return NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    command = f"mkdir -p {shell_path(folder)}"
    return FileError(f"Folder {sanitize(folder)} not found, so nothing was saved. To create it, run: {command}")


def write_file(path: Path, data: bytes, mode: int) -> None:
    """Write the file at `path`, links followed, with exactly these permission bits and without a backup.

    Raises `FileError`.
    """
    with locked_target(path, MAX_BYTES) as target:
        target.replace(data, mode=mode, keep_backup=False)


def _reserve(descriptor: int, size: int, previous_size: int) -> None:
    """Make sure that the disk has room for `size` bytes, before the file is changed. Raises `OSError` if not."""
    if not hasattr(os, "posix_fallocate") or not size:
        return
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            os.ftruncate(descriptor, previous_size)
            raise


def _overwrite(descriptor: int, data: bytes) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    write_all(descriptor, data)
    os.ftruncate(descriptor, len(data))
    os.fsync(descriptor)
