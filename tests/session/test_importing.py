"""Reading the files that a source refers to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root
from wizard.formats.format import FormatError
from wizard.session.importing import reader_beside


def read(folder: Path, name: str) -> str | None:
    """The file of that name beside a source in `folder`."""
    return reader_beside(folder / "compose.yml", lambda _note: None)(name)


def test_a_file_beside_a_source_is_read(tmp_path: Path) -> None:
    (tmp_path / "r.env").write_text("A=1\n")
    assert read(tmp_path, "r.env") == read(tmp_path / "sub", "../r.env") == "A=1\n"


def test_a_file_beside_a_source_can_be_absent(tmp_path: Path) -> None:
    assert read(tmp_path, "r.env") is None


@pytest.mark.parametrize(
    ("name", "sentence"), [(".", "It is not a regular file."), ("a\0", "It cannot be read."), ("a" * 300, "It cannot")]
)
def test_what_is_no_file_beside_a_source_is_refused(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        read(tmp_path, name)


@as_root
def test_a_link_of_another_user_beside_a_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.env").write_text("A=1\n")
    link = tmp_path / "link.env"
    link.symlink_to("r.env")
    assert read(tmp_path, "link.env") == "A=1\n"
    os.lchown(link, OTHER_USER, -1)
    with pytest.raises(FormatError, match=r"link\.env is a link owned by"):
        read(tmp_path, "link.env")
