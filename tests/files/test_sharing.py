"""Which folders other users can write to, by mode, group and access control list."""

from __future__ import annotations

import errno
import grp
import os
import pwd
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, failing, needs_acl, set_acl
from wizard.files.sharing import is_shared

THIRD_USER = OTHER_USER - 1  # the id of a third user


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    path.mkdir(0o755)
    return path


def shared(folder: Path) -> bool:
    return is_shared(folder.stat(), folder)


def _user(name: str, number: int, group: int) -> pwd.struct_passwd:
    return pwd.struct_passwd((name, "x", number, group, "", "/", "/bin/sh"))


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> list[pwd.struct_passwd]:
    """All users of this machine; a test appends others."""
    users = [_user("root", 0, 0), _user("sync", 4, 0), _user("bob", OTHER_USER, OTHER_USER)]

    monkeypatch.setattr("pwd.getpwall", lambda: users)
    monkeypatch.setattr("pwd.getpwnam", lambda name: {user.pw_name: user for user in users}[name])
    return users


def groups(monkeypatch: pytest.MonkeyPatch, number: int, *members: str, listed: bool = True) -> None:
    """One group of this machine."""
    group = grp.struct_group(("group", "x", number, list(members)))

    def find(wanted: int) -> grp.struct_group:
        return {number: group}[wanted]

    monkeypatch.setattr("grp.getgrall", lambda: [group] if listed else [])
    monkeypatch.setattr("grp.getgrgid", find)


@pytest.mark.parametrize(("mode", "expected"), [(0o755, False), (0o757, True), (0o1777, True), (0o700, False)])
def test_a_folder_that_everybody_can_write_to_is_shared(folder: Path, mode: int, expected: bool) -> None:
    folder.chmod(mode)
    assert shared(folder) is expected


@as_root
@pytest.mark.parametrize(
    ("owner", "group", "expected"),
    [(0, 0, False), (0, OTHER_USER, True), (THIRD_USER, THIRD_USER, False), (THIRD_USER, OTHER_USER, True)],
)
def test_a_group_with_the_number_of_a_user_is_private(folder: Path, owner: int, group: int, expected: bool) -> None:
    os.chown(folder, owner, group)
    folder.chmod(0o775)
    assert shared(folder) is expected


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    ("members", "expected"), [((), False), (("root",), False), (("root", "bob"), True), (("gone",), False)]
)
def test_a_private_group_has_no_other_members(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    accounts: list[pwd.struct_passwd],
    members: tuple[str, ...],
    expected: bool,
    listed: bool,
) -> None:
    assert accounts
    if os.geteuid() == 0:
        os.chown(folder, -1, 0)
    groups(monkeypatch, folder.stat().st_gid, *members, listed=listed)
    folder.chmod(0o775)
    assert shared(folder) is expected


@as_root
@pytest.mark.parametrize(("number", "expected"), [(1000, True), (11, False)])
def test_a_user_with_that_first_group_is_a_member_except_the_accounts_of_a_distribution(
    folder: Path, monkeypatch: pytest.MonkeyPatch, accounts: list[pwd.struct_passwd], number: int, expected: bool
) -> None:
    groups(monkeypatch, 0)
    accounts.append(_user("operator", number, 0))
    folder.chmod(0o775)
    assert shared(folder) is expected


@needs_acl
@as_root
@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (f"u:{OTHER_USER}:rwx", True),
        (f"u:{OTHER_USER}:rwx,m::rx", False),
        (f"u:{OTHER_USER}:rx,m::rwx", False),
        (f"g:{OTHER_USER}:rwx", True),
        (f"g:{OTHER_USER}:rx,m::rwx", False),
        ("u:0:rwx", False),
        (f"u:{THIRD_USER}:rwx", False),  # the owner
        ("g::rwx", False),
        (f"u:{THIRD_USER}:rwx,u:{OTHER_USER}:wx", True),
    ],
)
def test_the_access_control_list_decides_where_there_is_one(folder: Path, entries: str, expected: bool) -> None:
    os.chown(folder, THIRD_USER, 0)
    set_acl(folder, entries)
    assert shared(folder) is expected


@as_root
@needs_acl
def test_the_mask_is_not_the_permission_of_the_group(folder: Path) -> None:
    os.chown(folder, 0, OTHER_USER)
    set_acl(folder, "u:0:rwx,g::rx")
    assert folder.stat().st_mode & 0o020
    assert not shared(folder)


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.EACCES, True), (errno.EIO, True), (errno.ENODATA, False), (errno.EOPNOTSUPP, False)]
)
def test_a_list_that_cannot_be_read_counts_as_shared(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: bool
) -> None:
    folder.chmod(0o775)
    os.chown(folder, -1, os.getegid())
    monkeypatch.setattr(os, "getxattr", failing(os.getxattr, number))
    monkeypatch.setattr("wizard.files.sharing._members", lambda _group: iter(()))
    assert shared(folder) is expected


def test_a_list_that_cannot_be_parsed_counts_as_shared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.chmod(0o775)
    monkeypatch.setattr(os, "getxattr", lambda _path, _name: b"\2\0\0\0odd")
    assert shared(folder)
