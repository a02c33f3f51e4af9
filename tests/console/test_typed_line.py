"""Keys of a keyboard, broken bytes and lines that the kernel has cut never become a part of a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminals import Terminal, terminal
from wizard.console.typed_line import CONTROL_CHARACTER, NOT_TEXT, TOO_LONG, clean_line

PROGRAM = """
import sys
from wizard.console.line_input import prompt_hidden
from wizard.console.typed_line import clean_line
sys.stdin.reconfigure(errors="surrogateescape")
text, problem = clean_line(prompt_hidden("prompt> "))
print(len(text), problem or "accepted")
"""


@pytest.mark.parametrize("text", ["", "wJalrXUtnFEMI/K7MDENG", "  pass word\t", "schlüssel", "🔑"])
def test_text_is_accepted_as_it_is(text: str) -> None:
    assert clean_line(text) == (text, "")


@pytest.mark.parametrize("line", ["\x1b[200~key\x1b[201~", "\x1b[200~key", "key\x1b[201~", "\x9b200~key\x9b201~"])
def test_the_markers_of_a_paste_are_removed(line: str) -> None:
    assert clean_line(line) == ("key", "")


@pytest.mark.parametrize(
    "line",
    ["ke\x08y", "ke\x7fy", "key\x1b[D", "k\x1bOHey", "k\x00ey", "a\tb", "a\rb", "key\x1b[3~", "\x9bDkey", "\x1b"],
)
def test_control_characters_are_refused(line: str) -> None:
    assert clean_line(line)[1] == CONTROL_CHARACTER


@pytest.mark.parametrize("data", [b"k\xe9y", b"\xff", b"key\xc3", b"\xed\xa0\x80"])
@pytest.mark.parametrize("errors", ["surrogateescape", "replace"])
def test_bytes_that_are_not_utf_8_are_refused(data: bytes, errors: str) -> None:
    assert clean_line(data.decode(errors=errors))[1] == NOT_TEXT


def test_a_long_line_is_accepted_if_no_terminal_can_have_cut_it() -> None:
    assert clean_line("x" * 10_000)[1] == ""


def prompted(folder: Path, data: bytes) -> Terminal:
    """The program after a line was entered."""
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    with terminal(folder, "program.py") as screen:
        screen.wait_for("prompt> ")
        screen.press(data)
        assert screen.wait_for_exit() == 0
    return screen


@pytest.mark.parametrize("length", [4095, 4096, 5000])
def test_a_line_that_the_terminal_has_cut_is_refused(length: int, tmp_path: Path) -> None:
    assert f" {TOO_LONG}".encode() in prompted(tmp_path, b"x" * length + b"\r").stream


def test_the_longest_line_that_is_certainly_complete_is_accepted(tmp_path: Path) -> None:
    assert b"4094 accepted" in prompted(tmp_path, b"x" * 4094 + b"\r").stream


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"\x1b[200~key\x1b[201~", "3 accepted"), (b"k\x1b[Dy", CONTROL_CHARACTER), (b"\xe9", NOT_TEXT)],
)
def test_what_a_terminal_sends_is_checked(data: bytes, problem: str, tmp_path: Path) -> None:
    assert problem.encode() in prompted(tmp_path, data + b"\r").stream
