"""A new file that is complete and on the disk before it gets its name.

Where the system can do it, the file has no name until then (O_TMPFILE in open(2)), so that nothing of it stays when the
process is killed. Elsewhere it has a temporary name, and signals wait until that is gone.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from wizard.files.attributes import PRIVATE_MODE, Attributes, set_plain_mode
from wizard.files.folder import Folder, close_file, open_path
from wizard.files.leftovers import temporary_name
from wizard.files.locking import try_lock
from wizard.files.signals import deferred_signals


class StagedFile:
    """A complete file for `target`, without a name or with a temporary one. Every method raises `OSError`."""

    def __init__(self, folder: Folder, target: Path, descriptor: int, temporary: str = "") -> None:
        self._folder, self._target, self._descriptor, self._temporary = folder, target, descriptor, temporary
        self.left = ""  # the name of a temporary file that could not be removed

    def replace(self) -> None:
        """Replace `target` by this file. Signals must wait meanwhile."""
        if not self._temporary:
            temporary = temporary_name(self._target)
            self._folder.link_open_file(self._descriptor, temporary)
            self._temporary = temporary
        self._folder.rename(self._temporary, self._target.name)
        self._temporary = ""

    def create(self) -> None:
        """Give this file the name of `target`. Raises `FileExistsError` if a file with that name exists."""
        if not self._temporary:
            self._folder.link_open_file(self._descriptor, self._target.name)
            return
        try:
            self._folder.link(self._temporary, self._target.name)
        except FileExistsError:
            raise
        except OSError:  # the file system has no hard links
            if self._folder.status(self._target.name):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
            self.replace()

    def discard(self) -> None:
        """Remove the temporary name, if there is one. Where that fails, `left` is that name, and the file is empty.

        A file that has the name of `target` too keeps its content.
        """
        if self._temporary:
            try:
                self._folder.remove(self._temporary)
            except FileNotFoundError:
                pass
            except OSError:  # such as in a folder to which names can only be added: chattr(1)
                self.left = self._temporary
                with contextlib.suppress(OSError):
                    if os.fstat(self._descriptor).st_nlink == 1:
                        os.ftruncate(self._descriptor, 0)
            self._temporary = ""


@contextlib.contextmanager
def staged(folder: Folder, target: Path, data: bytes, access: Attributes | int) -> Iterator[StagedFile]:
    """A file in `folder` with the content `data`, to replace `target`.

    `access` are its attributes, or only its permission bits. Raises `OSError` and `KeepError`; nothing of the file
    stays then.
    """
    with contextlib.ExitStack() as stack:
        descriptor, temporary = _open_nameless(folder), ""
        if descriptor is None:
            stack.enter_context(deferred_signals())
            temporary = temporary_name(target)
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR
            descriptor = folder.open_file(temporary, flags, PRIVATE_MODE)
        stack.callback(close_file, descriptor)
        file = StagedFile(folder, target, descriptor, temporary)
        stack.callback(file.discard)
        with contextlib.suppress(OSError):  # the file system has no locks
            try_lock(descriptor)  # until it is closed: see `leftovers`
        _fill(descriptor, data, access, target)
        yield file


def _open_nameless(folder: Folder) -> int | None:
    """A file without a name; None where the system cannot make one, or cannot give it a name later."""
    flag = getattr(os, "O_TMPFILE", 0)
    if not flag:
        return None
    try:
        descriptor = os.open(".", flag | os.O_RDWR, PRIVATE_MODE, dir_fd=folder.descriptor)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS):
            return None
        raise
    if not os.path.lexists(open_path(descriptor)):
        close_file(descriptor)
        return None
    return descriptor


def _fill(descriptor: int, data: bytes, access: Attributes | int, target: Path) -> None:
    set_plain_mode(descriptor, PRIVATE_MODE)
    write_all(descriptor, data)
    if isinstance(access, Attributes):
        access.apply(descriptor, target)
    else:
        set_plain_mode(descriptor, access)
    os.fsync(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes: the system call may write only some."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
