"""The names of temporary files say which file they were to replace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root
from wizard.files.temporary import find_temporary_files, temporary_name


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


def test_two_names_for_a_file_differ(target: Path) -> None:
    assert temporary_name(target) != temporary_name(target)


def test_a_name_does_not_contain_the_name_of_the_file(target: Path) -> None:
    assert temporary_name(target.with_name("x" * 255)).startswith(".storage-wizard-")
    assert len(temporary_name(target.with_name("x" * 255))) < 64


def test_the_temporary_files_of_a_file_and_of_its_backup_are_found(target: Path) -> None:
    names = [temporary_name(target), temporary_name(target.with_name("storage.toml.bak"))]
    for name in names:
        target.with_name(name).touch()
    assert sorted(path.name for path in find_temporary_files(target)) == sorted(names)


def test_other_files_are_not_found(target: Path) -> None:
    for name in (temporary_name(target.with_name("other")), ".storage-wizard-x.tmp", f"{temporary_name(target)}x"):
        target.with_name(name).touch()
    assert find_temporary_files(target) == []


def test_nothing_is_found_in_a_folder_that_cannot_be_read(target: Path) -> None:
    assert find_temporary_files(target / "storage.toml") == []


@as_root
def test_the_files_of_another_user_are_not_found(target: Path) -> None:
    path = target.with_name(temporary_name(target))
    path.touch()
    os.chown(path, OTHER_USER, OTHER_USER)
    assert find_temporary_files(target) == []
