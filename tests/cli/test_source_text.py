"""A source is a file or standard input, in UTF-8 and not too large."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from wizard.cli.source_text import read_text
from wizard.console.exit_status import CommandError

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
    with pytest.raises(CommandError, match=r"that is too large for a configuration\. Check the source\."):
        read_text("-")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-such-file", "there is no file no-such-file. Check its path."),
        ("latin-1", "latin-1 is not text in UTF-8. Check its path."),
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
