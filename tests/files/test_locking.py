"""One process replaces a file at a time, and no lock of another user prevents that."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.files import failing, locked
from wizard.files import locking
from wizard.files.folder import Folder, open_folder
from wizard.files.locking import file_lock, is_locked


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "storage.toml"
    path.touch()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with open_folder(tmp_path) as opened:
        yield opened


def test_the_lock_is_held_and_released(folder: Folder, target: Path) -> None:
    with file_lock(folder, target.name):
        assert is_locked(folder, target.name)
    assert not is_locked(folder, target.name)


def test_the_lock_is_released_after_an_error(folder: Folder, target: Path) -> None:
    with pytest.raises(KeyboardInterrupt), file_lock(folder, target.name):
        raise KeyboardInterrupt
    assert not is_locked(folder, target.name)


def test_a_lock_that_is_not_released_is_not_waited_for_without_end(
    folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter((0.0, 1.9, 2.1))
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    with locked(target), file_lock(folder, target.name):
        assert len(waits) == 1


def test_a_lock_that_is_released_in_time_is_taken(
    folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = os.open(target, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    monkeypatch.setattr("time.sleep", lambda _seconds: os.close(descriptor))  # releases the lock at the first wait
    with file_lock(folder, target.name):
        assert is_locked(folder, target.name)


def test_a_file_that_was_replaced_while_it_was_waited_for_is_locked(
    folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    descriptor = os.open(target, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    def replace(_seconds: float) -> None:
        target.unlink()
        target.touch()
        os.close(descriptor)

    monkeypatch.setattr("time.sleep", replace)
    with file_lock(folder, target.name):
        assert is_locked(folder, target.name)


@pytest.mark.parametrize("name", ["storage.toml", "missing"])
def test_without_locks_or_a_file_there_is_no_lock(
    folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert target.exists()
    monkeypatch.setattr(fcntl, "flock", failing(fcntl.flock, errno.ENOLCK))
    with file_lock(folder, name):
        assert not is_locked(folder, name)


def test_a_link_is_not_locked(folder: Folder, target: Path) -> None:
    target.with_name("link").symlink_to(target)
    with file_lock(folder, "link"):
        assert not is_locked(folder, target.name)


def test_the_patience_is_short() -> None:
    assert locking._PATIENCE == 2.0
