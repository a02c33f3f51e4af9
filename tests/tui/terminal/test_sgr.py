"""Output with fewer style changes displays the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.tui.terminal.sgr import compress_sgr

_STYLES = (
    "1;38;5;110;48;5;16",
    "38;5;252;48;5;16",
    "48;5;16",
    "7",
    "7;31",
    "4;48;5;16",
    "31;44",
    "38;2;1;2;3;48;2;4;5;6",
    "97;101",
)
_PIECES = st.tuples(
    st.sampled_from(["", "\x1b[3;7H", "\r\n\x1b[4;1H", "\x1b[3;80H\n\x1b[4;1H"]),
    st.sampled_from(_STYLES),
    st.sampled_from(["", " ", "   ", "word", "─"]),
)
_VISIBLE_ON_BLANKS = {"4", "7", "9", "21", "53"}


def background(style: str) -> str:
    """The part of a style that sets the background; the styles above set it last."""
    found = re.search(r"(?:^|;)(48;5;\d+|48;2;\d+;\d+;\d+|4[0-7]|10[0-7])$", style)
    return found[1] if found else ""


def visible_style(char: str, style: str) -> str:
    """The part of a style that a terminal shows on a character."""
    if char != " " or _VISIBLE_ON_BLANKS & set(re.sub(r"[34]8;(5;\d+|2;\d+;\d+;\d+)", "", style).split(";")):
        return style
    return background(style)


def cells(stream: str) -> list[object]:
    """What a terminal makes of a stream: the last of several moves, and characters with what is visible of a style."""
    displayed: list[object] = []
    style = ""
    for escape, codes, move, char in re.findall(r"(\x1b\[([\d;]*)m)|(\x1b\[[\d;]+H)|([^\x1b])", stream):
        if escape:
            style = "" if codes in ("", "0") else codes.removeprefix("0;")
        elif move:
            displayed[-1:] = [move] if displayed and isinstance(displayed[-1], str) else [*displayed[-1:], move]
        elif char not in "\r\n":
            displayed.append((char, visible_style(char, style)))
    return displayed


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(_PIECES, max_size=12))
def test_compressed_output_displays_the_same_in_no_more_bytes(pieces: list[tuple[str, str, str]]) -> None:
    original = "".join(f"{move}\x1b[{style}m{text}\x1b[0m" for move, style, text in pieces)
    compressed = compress_sgr(original)
    assert cells(compressed) == cells(original)
    assert len(compressed) <= len(original)
    assert compress_sgr(compressed) == compressed


@pytest.mark.parametrize(
    ("output", "compressed"),
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
def test_redundant_style_changes_are_removed(output: str, compressed: str) -> None:
    assert compress_sgr(output) == compressed


@pytest.mark.parametrize("attribute", [4, 7, 9, 21, 53])
def test_an_attribute_that_is_visible_on_blanks_is_kept_on_them(attribute: int) -> None:
    output = f"a\x1b[{attribute}m  \x1b[0mb"
    assert compress_sgr(output) == f"a\x1b[{attribute}m  \x1b[mb"


def test_reverse_video_on_blanks_keeps_its_foreground() -> None:
    assert compress_sgr("\x1b[7;31m \x1b[0m\x1b[7;32m \x1b[0m") == "\x1b[7;31m \x1b[0;7;32m \x1b[0m"
