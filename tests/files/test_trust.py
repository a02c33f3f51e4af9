"""Who else could have written a file is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root
from wizard.files.reading import FileContent
from wizard.files.safe_path import user_name
from wizard.files.trust import describe_access, describe_doubts

_CHECK = "Check that these settings are yours."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir(0o755)
    return folder / "storage.toml"


def doubts(path: Path, owner: int | None = None) -> tuple[str, ...]:
    return describe_doubts(path, FileContent(b"", 0o600, os.geteuid() if owner is None else owner))


def test_a_file_of_this_user_in_a_folder_of_this_user_is_not_doubted(path: Path) -> None:
    assert doubts(path) == ()


def test_a_file_of_root_is_not_doubted(path: Path) -> None:
    assert doubts(path, 0) == ()


def test_a_file_of_another_user_is_doubted(path: Path) -> None:
    (doubt,) = doubts(path, OTHER_USER)
    assert doubt == f"It is owned by {user_name(OTHER_USER)}, who can change it. {_CHECK}"


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o757])
def test_a_folder_where_others_can_write_is_doubted(path: Path, mode: int) -> None:
    path.parent.chmod(mode)
    (doubt,) = doubts(path)
    assert doubt == f"Other users can write to {path.parent} (mode {mode:04o}). {_CHECK}"


@as_root
@pytest.mark.parametrize(("group", "is_doubted"), [(0, False), (OTHER_USER, True)])
def test_a_folder_of_a_group_is_doubted_unless_it_is_the_users_own(path: Path, group: int, is_doubted: bool) -> None:
    os.chown(path.parent, 0, group)
    path.parent.chmod(0o775)
    assert bool(doubts(path)) is is_doubted


@pytest.mark.parametrize(("mode", "is_doubted"), [(0o777, True), (0o1777, False)])
def test_a_folder_above_is_doubted_if_others_can_exchange_what_is_in_it(
    path: Path, mode: int, is_doubted: bool
) -> None:
    path.parent.parent.chmod(mode)
    assert bool(doubts(path)) is is_doubted


@as_root
def test_a_folder_of_another_user_is_doubted(path: Path) -> None:
    os.chown(path.parent, OTHER_USER, OTHER_USER)
    (doubt,) = doubts(path)
    assert doubt == f"{path.parent} is owned by {user_name(OTHER_USER)}, who can replace it. {_CHECK}"
    assert len(doubts(path, OTHER_USER)) == 1  # the same user is named once


def test_a_link_is_judged_by_where_it_leads(path: Path, tmp_path: Path) -> None:
    path.touch()
    path.parent.chmod(0o777)
    (tmp_path / "link").symlink_to(path)
    assert len(doubts(tmp_path / "link")) == 1


def test_a_file_that_is_gone_is_not_doubted(path: Path) -> None:
    assert doubts(path.parent / "missing" / "storage.toml") == ()


# Files that were written


def access(path: Path) -> tuple[str, ...]:
    path.touch()
    return describe_access(path)


def test_a_file_that_was_written_in_a_folder_of_this_user_has_no_remark(path: Path) -> None:
    assert access(path) == ()


@as_root
def test_a_file_that_was_written_in_the_folder_of_another_user_has_a_remark(path: Path) -> None:
    os.chown(path.parent, OTHER_USER, OTHER_USER)
    expected = f"{path.parent} is owned by {user_name(OTHER_USER)}, who can replace storage.toml."
    assert access(path) == (expected,)
    below = path.parent / "below" / "storage.toml"
    below.parent.mkdir()
    assert access(below) == (expected,)


@as_root
def test_a_file_that_keeps_its_owner_has_a_remark(path: Path) -> None:
    path.touch()
    os.chown(path, OTHER_USER, OTHER_USER)
    assert access(path) == (f"storage.toml is owned by {user_name(OTHER_USER)}, who can read and change it.",)


@pytest.mark.parametrize(("mode", "is_named"), [(0o777, True), (0o1777, False)])
def test_a_file_that_other_users_can_replace_has_a_remark(path: Path, mode: int, is_named: bool) -> None:
    path.parent.chmod(mode)
    expected = f"Other users can write to {path.parent} (mode {mode:04o}) and replace storage.toml."
    assert access(path) == ((expected,) if is_named else ())


def test_a_written_file_that_is_gone_has_no_remark(path: Path) -> None:
    assert describe_access(path.parent / "missing" / "storage.toml") == ()
