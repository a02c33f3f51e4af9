"""Text from outside the program is safe to print."""

from __future__ import annotations

import json

import pytest

from wizard.text.sanitize import escape_unsafe, sanitize, sanitize_command


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain — ünïcödé 秘密 🔑", "plain — ünïcödé 秘密 🔑"),
        ("a\x1b[31mb", "a�[31mb"),
        ("c1\x9b31m del\x7f nul\0", "c1�31m del� nul�"),
        ("left\u202eright\u2066\u200f", "left�right��"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zero�width� soft�hyphen"),
        ("lone\udcff private\ue000 tag\U000e0041", "lone� private� tag�"),
        ("two\r\nlines\tand \u2028 more\x0b\x85", "two lines and more"),
        ("  around  ", "around"),
        ("", ""),
    ],
)
def test_unsafe_characters_are_replaced(text: str, safe: str) -> None:
    assert sanitize(text) == safe
    assert sanitize(sanitize(text)) == safe


@pytest.mark.parametrize(("length", "shown"), [(199, 199), (200, 200), (201, 200), (10_000_000, 200)])
def test_a_long_text_is_cut(length: int, shown: int) -> None:
    cut = sanitize("x" * length)
    assert len(cut) == shown
    assert cut.endswith("…") is (length > 200)


def test_the_maximum_length_can_be_chosen() -> None:
    assert sanitize("abcdef", 4) == "abc…"


def test_any_object_is_converted_to_text() -> None:
    assert sanitize(ValueError("any\nobject")) == "any object"


UNSAFE = [
    "\x00",
    "\x1b",
    "\x7f",
    "\x9b",
    "\u00ad",
    "\u202e",
    "\u2066",
    "\u2028",
    "\ue000",
    "\ud800",
    "\U000e0041",
    "\U000f0000",
]


@pytest.mark.parametrize("char", UNSAFE)
def test_an_unsafe_character_is_escaped_as_json_does_it(char: str) -> None:
    escaped = escape_unsafe(f"a{char}b\n\tc")
    assert escaped.isascii()
    assert escaped.startswith("a\\u")
    assert escaped.endswith("b\n\tc")
    assert json.loads(f'"{escaped[:-3]}"') == f"a{char}b"


def test_safe_text_and_chosen_characters_are_not_escaped() -> None:
    text = "é ✓ 密码 \r\x1b[K"
    assert escape_unsafe(text, keep="\r\x1b") == text
    assert escape_unsafe("plain") == "plain"


@pytest.mark.parametrize(("command", "safe"), [("rm 'a  b'", "rm 'a  b'"), ("rm 'a\x1b\tb'", "rm 'a��b'")])
def test_a_command_keeps_its_blanks_and_no_unsafe_character(command: str, safe: str) -> None:
    assert sanitize_command(command) == safe


def test_a_long_command_is_cut() -> None:
    assert sanitize_command("x" * 11, 10) == "x" * 9 + "…"
