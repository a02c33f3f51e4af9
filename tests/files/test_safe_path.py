"""Paths are resolved as the kernel resolves them, but links that another user planted are refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root
from wizard.files.safe_path import PathError, resolve_path, user_name

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
    assert str(caught.value) == "The current folder no longer exists. Change to an existing folder."
    monkeypatch.chdir(tmp_path)


@as_root
@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("mode", [0o1777, 0o777, 0o755])
@pytest.mark.parametrize("folder_owner", [0, OTHER_USER, THIRD_USER])
@pytest.mark.parametrize(("owner", "followed"), [(OTHER_USER, False), (0, True)])
def test_a_link_of_another_user_is_not_followed(
    tmp_path: Path, mode: int, folder_owner: int, owner: int, followed: bool, below: bool
) -> None:
    target, folder = tmp_path / "target", tmp_path / "folder"
    target.mkdir()
    folder.mkdir()
    (folder / "link").symlink_to(target)
    os.chown(folder / "link", owner, owner, follow_symlinks=False)
    os.chown(folder, folder_owner, folder_owner)
    folder.chmod(mode)
    path, resolved = (folder / "link" / "x", target / "x") if below else (folder / "link", target)
    if followed:
        assert resolve_path(path) == resolved
    else:
        with pytest.raises(PathError) as caught:
            resolve_path(path)
        owner_name = user_name(OTHER_USER)
        expected = (
            f"{folder / 'link'} is a link owned by {owner_name}, so it was not followed. Use the path of the "
            "file itself."
        )
        assert str(caught.value) == expected


def test_a_user_without_a_name_is_a_number() -> None:
    assert user_name(2_000_000_123) == "user 2000000123"
