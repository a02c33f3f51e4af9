"""Configuration files with sections."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.formats.format import FormatError
from wizard.formats.sources.ini import plain_value, read_sections
from wizard.formats.sources.program_file import config_path, list_names


def test_the_path_is_that_of_the_variable_or_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_path("RCLONE_CONFIG", "~/rclone.conf") == tmp_path / "rclone.conf"
    monkeypatch.setenv("RCLONE_CONFIG", "~/other.conf")
    assert config_path("RCLONE_CONFIG", "~/rclone.conf") == tmp_path / "other.conf"


def test_sections_are_read_with_their_values(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("# comment\n[a]\nx = %1\n; comment\ny = 2\n[b]\n", encoding="utf-8")
    assert read_sections(path) == {"a": {"x": "%1", "y": "2"}, "b": {}}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[a]\nx = 1\n[a]\n", ", line 3"),
        ("[a]\nx = 1\nX = canary\n", ", line 3"),
        ("\ncanary = 1\n", ", line 2"),
        ("[a]\ncanary\n", ", line 2"),
    ],
)
def test_a_refusal_names_the_line(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "config"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as refusal:
        read_sections(path)
    assert f"config{place}: invalid INI syntax" in str(refusal.value)
    assert "canary" not in str(refusal.value)


def test_defaults_for_all_sections_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("[DEFAULT]\nx = 1\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"has a \[DEFAULT\] section"):
        read_sections(path)


def test_a_file_with_too_many_lines_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("\n" * 20_000, encoding="utf-8")
    assert read_sections(path) == {}
    path.write_text("\n" * 20_001, encoding="utf-8")
    with pytest.raises(FormatError, match="too many lines"):
        read_sections(path)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("a\nb", "spans several lines"),
        ('"a"', "is in quotes"),
        ("'a'", "is in quotes"),
        ("`a`", "is in quotes"),
        ("a # b", "has a comment"),
        ("a\t;b", "has a comment"),
    ],
)
def test_a_value_that_programs_read_differently_is_refused(value: str, problem: str) -> None:
    with pytest.raises(FormatError, match=f'"x" {problem}'):
        plain_value({"x": value}, "x")


@pytest.mark.parametrize("value", ["", "a#b;c", '"', "it's", "a = b"])
def test_a_plain_value_is_read_as_it_is(value: str) -> None:
    assert plain_value({"x": value}, "x") == value
    assert plain_value({}, "x") == ""


def test_a_file_that_does_not_exist_has_no_sections(tmp_path: Path) -> None:
    assert read_sections(tmp_path / "config") == {}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"canary", "invalid INI syntax"),
        (b"[a\n", "invalid INI syntax"),
        (b"canary \xff", "is not UTF-8 text"),
        (b"canary" * (1 << 18), "is too large"),
    ],
)
def test_another_file_is_refused_without_a_quotation(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "config"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=sentence) as refusal:
        read_sections(path)
    assert "canary" not in str(refusal.value)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read_sections(tmp_path)


def test_names_are_listed() -> None:
    assert list_names("profiles", ["a", "b"]) == "Available: a, b."
    assert list_names("profiles", []) == "No profiles are configured here."
