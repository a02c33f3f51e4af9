"""Configuration files with sections."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.formats.format import FormatError
from wizard.formats.sources.ini import config_path, list_names, read_sections


def test_the_path_is_that_of_the_variable_or_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_path("RCLONE_CONFIG", "~/rclone.conf") == tmp_path / "rclone.conf"
    monkeypatch.setenv("RCLONE_CONFIG", "~/other.conf")
    assert config_path("RCLONE_CONFIG", "~/rclone.conf") == tmp_path / "other.conf"


def test_sections_are_read_with_their_values(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("# comment\n[a]\nx = %1\n; comment\n[b]\n[a]\ny = 2\n", encoding="utf-8")
    assert read_sections(path) == {"a": {"x": "%1", "y": "2"}, "b": {}}


def test_a_file_that_does_not_exist_has_no_sections(tmp_path: Path) -> None:
    assert read_sections(tmp_path / "config") == {}


@pytest.mark.parametrize("data", [b"canary", b"[a\n", b"\xff\xfe"])
def test_another_file_is_refused_without_a_quotation(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config"
    path.write_bytes(data)
    with pytest.raises(FormatError, match="could not be read as a file of sections") as refusal:
        read_sections(path)
    assert "canary" not in str(refusal.value)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read_sections(tmp_path)


def test_names_are_listed() -> None:
    assert list_names("profiles", ["a", "b"]) == "There are: a, b."
    assert list_names("profiles", []) == "There are no profiles here at all."
