"""Text is wrapped at the width of the terminal, between words."""

from __future__ import annotations

import os
import sys

import pytest

from wizard.console.wrapping import wrap


@pytest.mark.parametrize(("width", "longest"), [(60, 59), (20, 40), (200, 79), (0, 79)])
def test_lines_are_as_long_as_the_terminal_allows(width: int, longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "fileno", lambda: 2, raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((width, 24)))
    lines = wrap("    " + "a " * 200).split("\n")
    assert all(line.startswith("    a") for line in lines)
    assert max(map(len, lines)) in (longest - 1, longest)


def test_line_ends_and_long_words_are_kept() -> None:
    assert wrap("\none\n" + "x" * 100, "  ") == "\n  one\n  " + "x" * 100
