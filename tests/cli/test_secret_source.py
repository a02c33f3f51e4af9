"""A secret is taken as it is: only one line end is removed, and what cannot be a secret is refused."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from wizard.cli.secret_source import read_secret
from wizard.console.exit_status import CommandError
from wizard.model.settings import DECLARATIONS

SECRET_KEY = DECLARATIONS["secretkey"]

KEPT = ["", "s", " s ", '"s"', "'s'", "`s`", "“s”", "a b", "é\u200b", "\u00a0s", "a\\nb", "#s", "$HOME", "s="]
REFUSED = {
    "s\nt": "more than one line",
    "s\n\n": "more than one line",
    "\ns": "more than one line",
    "s\r": "more than one line",
    "s\rt\n": "more than one line",
    "s\r\n\r\n": "more than one line",
    "s\u2028t": "more than one line",
    "s\x85": "more than one line",
    "s\t": "control character",
    "\x00s": "control character",
    "s\x1b[31m": "control character",
    "s\x7f": "control character",
    "s\x9b": "control character",
    "\ufeffs": "byte order mark",
}


@pytest.fixture(params=["file", "standard input"])
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    return Source(tmp_path / "key", monkeypatch, is_file=request.param == "file")


class Source:
    """A file, or standard input."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, *, is_file: bool) -> None:
        self._path, self._monkeypatch, self._is_file = path, monkeypatch, is_file

    def read(self, data: bytes) -> str:
        """The secret in `data`."""
        if self._is_file:
            self._path.touch(0o600)
            self._path.write_bytes(data)
            return read_secret(SECRET_KEY, str(self._path))
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
        return read_secret(SECRET_KEY, "-")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("secret", KEPT, ids=ascii)
def test_only_one_line_end_is_removed(
    source: Source, secret: str, line_end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert source.read(f"{secret}{line_end}".encode()) == secret
    if secret:
        assert source.read(secret.encode()) == secret
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("text", "problem"), REFUSED.items(), ids=map(ascii, REFUSED))
def test_what_is_no_line_of_text_is_refused(source: Source, text: str, problem: str) -> None:
    with pytest.raises(CommandError, match=problem) as refusal:
        source.read(text.encode())
    assert "s\n" not in str(refusal.value)


def test_bytes_that_are_not_utf_8_are_refused(source: Source) -> None:
    with pytest.raises(CommandError, match="is not UTF-8 text"):
        source.read(b"s\xff")


def test_more_than_64_kib_are_refused(source: Source) -> None:
    assert len(source.read(b"s" * (1 << 16))) == 1 << 16
    with pytest.raises(CommandError, match="too large"):
        source.read(b"s" * ((1 << 16) + 1))


def test_standard_input_that_ends_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(CommandError, match="standard input ended before the secret"):
        read_secret(SECRET_KEY, "-")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch(0o600)
    with pytest.raises(CommandError, match="the file of --secretkey-file is empty"):
        read_secret(SECRET_KEY, str(file))
