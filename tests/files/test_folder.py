"""A folder that is open cannot be exchanged, and none is reached through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.files import names_in
from wizard.files.folder import open_folder


@pytest.mark.parametrize("below", ["", "sub"])
def test_no_folder_is_opened_through_a_link(tmp_path: Path, below: str) -> None:
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to("folder")
    with pytest.raises(NotADirectoryError), open_folder(tmp_path / "link" / below):
        pytest.fail("the link was followed")


def test_a_folder_in_proc_is_opened() -> None:
    with open_folder(Path("/proc/self/fd")) as folder:
        assert "0" in folder.names()


def test_a_file_is_created_in_the_folder_that_was_opened(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with open_folder(tmp_path / "folder") as folder:
        (tmp_path / "folder").rename(tmp_path / "moved")
        (tmp_path / "folder").mkdir()
        os.close(folder.open_file("new", os.O_CREAT | os.O_WRONLY, 0o600))
    assert (names_in(tmp_path / "folder"), names_in(tmp_path / "moved")) == ([], ["new"])


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY, os.O_WRONLY | os.O_CREAT])
def test_a_link_is_not_opened_as_a_file(tmp_path: Path, flags: int) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    with open_folder(tmp_path) as folder, pytest.raises(OSError, match="Too many levels of symbolic links"):
        folder.open_file("link", flags, 0o600)


def test_a_link_gets_a_second_name_and_not_its_target(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    with open_folder(tmp_path) as folder:
        folder.link("link", "second")
    assert (tmp_path / "second").is_symlink()
