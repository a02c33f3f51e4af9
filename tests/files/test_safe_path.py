"""Paths are resolved as the kernel resolves them, but links that another user planted are refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root
from wizard.files.safe_path import PathError, resolve_path

THIRD_USER = OTHER_USER - 1  # the id of a third user


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "up").symlink_to("a/b")
    (tmp_path / "a" / "new").symlink_to(tmp_path / "a" / "." / "b" / ".." / "not-there")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", ["up", "up/..", "./up/../new", "a//b/../../up/x", "a/new", "up/../../x", "/", "."])
@pytest.mark.usefixtures("folder")
def test_a_path_is_resolved_as_by_the_kernel(text: str) -> None:
    assert str(resolve_path(Path(text))) == os.path.realpath(text)


def test_a_link_in_proc_is_not_resolved() -> None:
    # The text of such a link, such as pipe:[123], is not a path.
    assert resolve_path(Path("/proc/self/fd/0")) == Path("/proc/self/fd/0")


def test_a_link_cycle_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError) as caught:
        resolve_path(tmp_path / "loop")
    assert caught.value.errno == errno.ELOOP


@pytest.mark.parametrize(("length", "accepted"), [(40, True), (41, False)])
def test_a_chain_of_links_is_as_long_as_the_kernel_allows(tmp_path: Path, length: int, accepted: bool) -> None:
    (tmp_path / "0").touch()
    for number in range(length):
        (tmp_path / str(number + 1)).symlink_to(str(number))
    last = tmp_path / str(length)
    if accepted:
        assert resolve_path(last) == tmp_path / "0"
        assert last.exists()
    else:
        with pytest.raises(OSError, match="Too many levels"):
            resolve_path(last)
        with pytest.raises(OSError, match="Too many levels"):
            last.stat()


def test_a_relative_path_needs_a_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(PathError) as caught:
        resolve_path(Path("x"))
    assert str(caught.value) == "The folder that you are in is gone. Change to one that is there."
    monkeypatch.chdir(tmp_path)


@as_root
@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize(
    ("mode", "owner", "followed"),
    [
        pytest.param(0o1777, OTHER_USER, False, id="another user's link in a sticky folder"),
        pytest.param(0o777, OTHER_USER, False, id="another user's link in a shared folder"),
        pytest.param(0o1777, 0, True, id="our link in a shared folder"),
        pytest.param(0o755, OTHER_USER, True, id="another user's link where only the folder's owner may write"),
        pytest.param(0o1777, THIRD_USER, True, id="a link of the folder's owner"),
    ],
)
def test_a_link_is_followed_where_no_other_user_can_plant_one(
    tmp_path: Path, mode: int, owner: int, followed: bool, below: bool
) -> None:
    target, shared = tmp_path / "target", tmp_path / "shared"
    target.mkdir()
    shared.mkdir()
    (shared / "link").symlink_to(target)
    os.chown(shared / "link", owner, owner, follow_symlinks=False)
    os.chown(shared, THIRD_USER, THIRD_USER)
    shared.chmod(mode)
    path, resolved = (shared / "link" / "x", target / "x") if below else (shared / "link", target)
    if followed:
        assert resolve_path(path) == resolved
    else:
        with pytest.raises(PathError, match="that another user has put where everybody may write"):
            resolve_path(path)


@as_root
@pytest.mark.parametrize(
    ("group", "owner", "followed"),
    [
        pytest.param(OTHER_USER, OTHER_USER, False, id="another user's link in a folder of a group"),
        pytest.param(OTHER_USER, THIRD_USER, True, id="a link of the folder's owner"),
        pytest.param(OTHER_USER, 0, True, id="our link"),
        pytest.param(THIRD_USER, OTHER_USER, True, id="a folder of its owner's own group"),
    ],
)
def test_a_link_in_a_folder_of_a_group_is_followed_if_no_other_member_made_it(
    tmp_path: Path, group: int, owner: int, followed: bool
) -> None:
    target, shared = tmp_path / "target", tmp_path / "shared"
    target.touch()
    shared.mkdir()
    (shared / "link").symlink_to(target)
    os.chown(shared / "link", owner, owner, follow_symlinks=False)
    os.chown(shared, THIRD_USER, group)
    shared.chmod(0o775)
    if followed:
        assert resolve_path(shared / "link") == target
    else:
        with pytest.raises(PathError, match="that another user has put"):
            resolve_path(shared / "link")
