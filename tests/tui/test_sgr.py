"""Fewer changes of style show the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.tui.terminal.sgr import _style_of_blanks, compress_sgr

STYLES = (
    "1;38;5;110;48;5;16",
    "38;5;252;48;5;16",
    "48;5;16",
    "7",
    "4;48;5;16",
    "31;44",
    "38;2;1;2;3;48;2;4;5;6",
    "97;101",
)
PIECES = st.tuples(
    st.sampled_from(["", "\x1b[3;7H", "\r\n\x1b[4;1H"]),
    st.sampled_from(STYLES),
    st.sampled_from(["", " ", "   ", "word", "─"]),
)


def cells(stream: str) -> list[object]:
    """What a terminal makes of it: moves, and glyphs with their styles; of a blank only what shows."""
    found: list[object] = []
    style = ""
    for escape, codes, move, char in re.findall(r"(\x1b\[([\d;]*)m)|(\x1b\[[\d;]+H)|([^\x1b])", stream):
        if escape:
            style = "" if codes in ("", "0") else codes.removeprefix("0;")
        elif move:
            found.append(move)
        elif char not in "\r\n":
            found.append((char, _style_of_blanks(style) if char == " " else style))
    return found


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=12))
def test_it_shows_the_same_in_no_more_bytes(pieces: list[tuple[str, str, str]]) -> None:
    whole = "".join(f"{move}\x1b[{style}m{text}\x1b[0m" for move, style, text in pieces)
    slim = compress_sgr(whole)
    assert cells(slim) == cells(whole)
    assert len(slim) <= len(whole)
    assert compress_sgr(slim) == slim


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\x1b[1ma\x1b[0m\x1b[1mb\x1b[0m", "\x1b[1mab\x1b[0m"),
        ("\x1b[1ma\x1b[0m\x1b[2mb\x1b[0m", "\x1b[1ma\x1b[0;2mb\x1b[0m"),
        ("\x1b[38;5;1;48;5;2ma\x1b[0m\x1b[48;5;2m  \x1b[0m", "\x1b[38;5;1;48;5;2ma  \x1b[0m"),
        ("\x1b[4ma\x1b[0m  ", "\x1b[4ma\x1b[m  "),
        ("plain \x1b[?25h", "plain \x1b[?25h"),
        ("\x1b[1ma\x1b[0m\x1b[3;4H", "\x1b[1ma\x1b[3;4H\x1b[0m"),
        ("\r\n\x1b[3;4Hx", "\x1b[3;4Hx"),
    ],
)
def test_runs_of_one_look_are_joined(before: str, after: str) -> None:
    assert compress_sgr(before) == after
