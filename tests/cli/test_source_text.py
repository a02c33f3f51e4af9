"""A source is a file or standard input, in UTF-8 and not too large."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from wizard.cli.source_text import read_text, reader_beside
from wizard.console.exit_status import CommandError
from wizard.formats.format import FormatError

TOO_LARGE = b"#" * ((1 << 20) + 1)


def test_line_ends_are_kept_and_a_byte_order_mark_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\n")
    assert read_text(path) == "a\r\nb\n"
    assert read_text(path, "utf-8") == "\ufeffa\r\nb\n"


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("é\n".encode())))
    assert read_text("-") == "é\n"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(TOO_LARGE)
    with pytest.raises(CommandError, match="too large"):
        read_text(tmp_path / "source")


def test_standard_input_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TOO_LARGE)))
    with pytest.raises(CommandError, match=r"the input is too large for a configuration\. Check the source\."):
        read_text("-")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-such-file", "no-such-file not found. Check the path."),
        ("latin-1", "latin-1 is not text in UTF-8. Check the path."),
        (".", ". is a folder, not a file."),
    ],
)
def test_a_source_that_cannot_be_read_is_named(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("latin-1").write_bytes(b"\xe9")
    with pytest.raises(CommandError) as error:
        read_text(name)
    assert str(error.value).startswith(message)


# Files beside a source


def test_a_file_is_read_by_its_name_in_the_folder_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for name in (".env", "below/x.env"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    read = reader_beside(tmp_path / "compose.yml")
    assert [read(name) for name in (".env", "./below/x.env", "below/../.env")] == [".env", "below/x.env", ".env"]
    assert read(str(tmp_path / ".env")) == ".env"
    assert read("no-such-file") is None


@pytest.mark.parametrize(
    "name", [".", "pipe", "/dev/null", "/proc/self/environ", "a\0b", "\ud800", "large", "latin-1", "loop"]
)
def test_what_is_no_file_of_text_is_refused(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(TOO_LARGE)
    (tmp_path / "latin-1").write_bytes(b"\xe9")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(FormatError):
        reader_beside(tmp_path / "compose.yml")(name)


def test_standard_input_has_no_files_beside_it() -> None:
    with pytest.raises(FormatError, match="standard input"):
        reader_beside("-")(".env")
