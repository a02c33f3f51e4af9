"""What tests of files share: other users, modes, access control lists, mounts, failing calls, and a held lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

OTHER_USER = 65534  # the id of another user
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can create files of another user")


def mode_of(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def names_in(folder: Path) -> list[str]:
    """The names of the files in a folder, sorted."""
    return sorted(entry.name for entry in folder.iterdir())


def failing(call: Callable[..., Any], number: int, when: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
    """A system call that fails with the errno `number` for the arguments that `when` accepts."""

    def attempt(*arguments: Any, **options: Any) -> Any:
        if when(*arguments):
            raise OSError(number, os.strerror(number))
        return call(*arguments, **options)

    return attempt


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock on a file or folder, as another process that writes it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def set_attribute(path: Path, name: str, value: bytes) -> None:
    """Set an extended attribute."""
    os.setxattr(path, name, value)


def set_acl(path: Path, entries: str, *options: str) -> None:
    """Change the access control list as `setfacl` does; with the option `-d` the list that new files get."""
    subprocess.run(["setfacl", *options, "-m", entries, str(path)], check=True)


def _has_acl() -> bool:
    """Whether `setfacl` works in the folder for temporary files."""
    if shutil.which("setfacl") is None:
        return False
    with tempfile.NamedTemporaryFile() as file:
        run = subprocess.run(["setfacl", "-m", f"u:{OTHER_USER}:r", file.name], capture_output=True, check=False)
    return run.returncode == 0


needs_acl = pytest.mark.skipif(
    not _has_acl(), reason="setfacl (package acl) or a file system with access control lists"
)


@contextlib.contextmanager
def mounted(*arguments: str | Path) -> Iterator[None]:
    """A file system that is mounted meanwhile; the last argument of `mount` is its place."""
    run = subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False)
    if run.returncode:
        pytest.skip("this environment does not permit mount")
    try:
        yield
    finally:
        subprocess.run(["umount", str(arguments[-1])], check=True)
