"""One process writes in a folder at a time, and removes what a killed one left behind."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from tests.support.files import failing, locked, names_in
from wizard.files.errors import FileError
from wizard.files.folder_lock import folder_lock, was_save_interrupted
from wizard.files.temporary import temporary_name


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


def left_behind(target: Path) -> Path:
    """A temporary file of a process that was killed."""
    path = target.with_name(temporary_name(target))
    path.touch()
    return path


def test_the_lock_is_held_and_released(target: Path) -> None:
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        with folder_lock(target), pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)


def test_the_lock_is_released_after_an_error(target: Path) -> None:
    with pytest.raises(KeyboardInterrupt), folder_lock(target):
        raise KeyboardInterrupt
    with folder_lock(target):
        pass


def test_a_lock_that_is_held_for_too_long_is_an_error(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.files.folder_lock._PATIENCE", 0.0)
    with locked(target.parent), pytest.raises(FileError) as caught, folder_lock(target):
        pytest.fail("the lock was not held")
    assert str(caught.value) == f"{target} was not saved: another program holds its folder. Try again."


def test_a_lock_that_is_released_in_time_is_taken(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    descriptor = os.open(target.parent, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    monkeypatch.setattr("time.sleep", lambda _seconds: os.close(descriptor))  # releases the lock at the first wait
    with folder_lock(target):
        assert names_in(target.parent) == []


def test_what_a_killed_process_left_is_removed(target: Path) -> None:
    left_behind(target)
    other = left_behind(target.with_name("other"))
    with folder_lock(target):
        assert names_in(target.parent) == [other.name]


def test_a_file_that_cannot_be_removed_is_ignored(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = left_behind(target)
    monkeypatch.setattr(Path, "unlink", failing(Path.unlink, errno.EACCES))
    with folder_lock(target):
        assert left.exists()


def test_without_locks_nothing_is_removed(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = left_behind(target)
    monkeypatch.setattr(fcntl, "flock", failing(fcntl.flock, errno.ENOLCK))
    with folder_lock(target):
        assert left.exists()  # another process may be writing it


def test_a_folder_that_cannot_be_opened_is_not_locked(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", failing(os.open, errno.EACCES))
    with folder_lock(target):
        assert names_in(target.parent) == []


def test_a_temporary_file_shows_an_interrupted_save(target: Path) -> None:
    assert not was_save_interrupted(target)
    left_behind(target)
    assert was_save_interrupted(target)


def test_the_temporary_file_of_another_file_shows_no_interrupted_save(target: Path) -> None:
    left_behind(target.with_name("other"))
    assert not was_save_interrupted(target)


def test_a_save_that_is_running_is_not_interrupted(target: Path) -> None:
    left_behind(target)
    with locked(target.parent):
        assert not was_save_interrupted(target)


def test_a_link_cycle_shows_no_interrupted_save(target: Path) -> None:
    target.symlink_to(target)
    assert not was_save_interrupted(target)
