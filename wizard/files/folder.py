"""An open folder. Its files are named relative to it, so that nobody can redirect a name between two steps."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

# With O_PATH a folder can be used that this user may enter and not list; not every system has it.
FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY


class Folder:
    """A folder that is held open. Every method raises `OSError`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self.descriptor = path, descriptor

    def open_file(self, name: str, flags: int, mode: int = 0) -> int:
        """A descriptor of the file `name`, which must not be a link."""
        return os.open(name, flags | os.O_NOFOLLOW | os.O_NOCTTY, mode, dir_fd=self.descriptor)

    def status(self, name: str) -> os.stat_result | None:
        """The status of the file `name`, a link not followed; None if it does not exist."""
        try:
            return os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def link(self, name: str, new_name: str) -> None:
        """Give the file `name`, a link not followed, another name, which must not exist."""
        os.link(name, new_name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor, follow_symlinks=False)

    def link_open_file(self, descriptor: int, new_name: str) -> None:
        """Give an open file without a name the name `new_name`, which must not exist."""
        os.link(open_path(descriptor), new_name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def rename(self, name: str, new_name: str) -> None:
        """Rename a file. Replaces the file `new_name`, a link not followed."""
        os.replace(name, new_name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        """Remove a file, or the link itself."""
        os.unlink(name, dir_fd=self.descriptor)

    def names(self) -> list[str]:
        """The names in the folder."""
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.descriptor)
        try:
            return os.listdir(descriptor)  # noqa: PTH208 - as above
        finally:
            close_file(descriptor)

    def sync(self) -> None:
        """Write the names to the disk. A folder that cannot be synced is not an error."""
        with contextlib.suppress(OSError):
            descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.descriptor)
            try:
                os.fsync(descriptor)
            finally:
                close_file(descriptor)


def close_file(descriptor: int) -> None:
    """Close a file or a folder. An error does not matter: `fsync` has reported what could not be written."""
    with contextlib.suppress(OSError):
        os.close(descriptor)


def open_path(descriptor: int) -> str:
    """The path of an open file, see proc_pid_fd(5)."""
    return f"/proc/self/fd/{descriptor}"


@contextlib.contextmanager
def open_folder(path: Path) -> Iterator[Folder]:
    """The folder at `path`, an absolute path without links. Raises `OSError`, also if a part of it is now a link."""
    descriptor = _descriptor_of(path)
    try:
        yield Folder(path, descriptor)
    finally:
        close_file(descriptor)


def _descriptor_of(path: Path) -> int:
    if path.parts[:2] == ("/", "proc"):  # the links there are made by the kernel, and are not paths
        return os.open(path, FOLDER_FLAGS)
    descriptor = os.open("/", FOLDER_FLAGS)
    for name in path.parts[1:]:
        try:
            child = os.open(name, FOLDER_FLAGS | os.O_NOFOLLOW, dir_fd=descriptor)
        finally:
            close_file(descriptor)
        descriptor = child
    return descriptor
