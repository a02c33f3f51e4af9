"""Temporary files of killed processes are recognized and removed; those of others and of running processes stay."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, failing, locked, names_in
from wizard.files.folder import Folder, open_folder
from wizard.files.leftovers import find_leftovers, remove_leftovers, temporary_name, was_save_interrupted


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with open_folder(tmp_path) as opened:
        yield opened


def left_behind(target: Path) -> Path:
    """A temporary file of a process that was killed."""
    path = target.with_name(temporary_name(target))
    path.touch(0o600)
    return path


def test_two_names_for_a_file_differ(target: Path) -> None:
    assert temporary_name(target) != temporary_name(target)


def test_a_name_does_not_contain_the_name_of_the_file(target: Path) -> None:
    assert temporary_name(target.with_name("x" * 255)).startswith(".storage-wizard-")
    assert len(temporary_name(target.with_name("x" * 255))) < 64


def test_the_temporary_files_of_a_file_and_of_its_backup_are_removed(folder: Folder, target: Path) -> None:
    paths = [left_behind(target), left_behind(target.with_name("storage.toml.bak"))]
    assert sorted(find_leftovers(folder, target)) == sorted(path.name for path in paths)
    remove_leftovers(folder, target)
    assert names_in(target.parent) == []


def test_other_files_are_not_found(folder: Folder, target: Path) -> None:
    for name in (temporary_name(target.with_name("other")), ".storage-wizard-x.tmp", f"{temporary_name(target)}x"):
        target.with_name(name).touch()
    target.with_name(temporary_name(target)).mkdir()
    target.with_name(temporary_name(target)).symlink_to(target)
    assert find_leftovers(folder, target) == []


def test_the_file_of_a_running_process_stays(folder: Folder, target: Path) -> None:
    path = left_behind(target)
    with locked(path):
        remove_leftovers(folder, target)
        assert not was_save_interrupted(target)
    assert path.exists()


@as_root
@pytest.mark.parametrize(("owner", "found"), [(OTHER_USER, False), (0, True)])
def test_the_files_of_another_user_stay(folder: Folder, target: Path, owner: int, found: bool) -> None:
    os.chown(left_behind(target), owner, owner)
    assert bool(find_leftovers(folder, target)) is found


@as_root
def test_a_file_that_was_to_keep_its_owner_is_found(folder: Folder, target: Path) -> None:
    target.touch()
    os.chown(target, OTHER_USER, OTHER_USER)
    os.chown(left_behind(target), OTHER_USER, OTHER_USER)
    assert len(find_leftovers(folder, target)) == 1


def test_a_file_that_cannot_be_removed_is_ignored(
    folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = left_behind(target)
    monkeypatch.setattr(os, "unlink", failing(os.unlink, errno.EACCES))
    remove_leftovers(folder, target)
    assert left.exists()


def test_without_locks_nothing_is_removed(folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = left_behind(target)
    monkeypatch.setattr(fcntl, "flock", failing(fcntl.flock, errno.ENOLCK))
    remove_leftovers(folder, target)
    assert left.exists()  # another process may be writing it


def test_nothing_is_found_in_a_folder_that_cannot_be_read(
    folder: Folder, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_behind(target)
    monkeypatch.setattr(os, "listdir", failing(os.listdir, errno.EACCES))
    assert find_leftovers(folder, target) == []


def test_a_temporary_file_shows_an_interrupted_save(target: Path) -> None:
    assert not was_save_interrupted(target)
    left_behind(target)
    assert was_save_interrupted(target)


def test_the_temporary_file_of_another_file_shows_no_interrupted_save(target: Path) -> None:
    left_behind(target.with_name("other"))
    assert not was_save_interrupted(target)


def test_a_save_that_is_running_is_not_interrupted(target: Path) -> None:
    target.touch()
    left_behind(target)
    with locked(target):
        assert not was_save_interrupted(target)


def test_a_link_cycle_shows_no_interrupted_save(target: Path) -> None:
    target.symlink_to(target)
    assert not was_save_interrupted(target)
