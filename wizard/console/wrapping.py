"""Text wrapped at words, to the width of the terminal."""

from __future__ import annotations

import os
import sys
import textwrap

_LEAST, _MOST = 40, 79  # columns; longer lines are hard to read


def columns() -> int:
    """The width to wrap at: that of the terminal on stderr without its last column, within limits."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):  # not a terminal
        width = 0
    return max(_LEAST, min(width - 1, _MOST)) if width else _MOST


def wrap(text: str, indent: str = "") -> str:
    """Each line of the text with the indent, and with its own, broken between words only."""
    width = columns()
    return "\n".join(_wrap_line(line, indent, width) for line in text.split("\n"))


def _wrap_line(line: str, indent: str, width: int) -> str:
    words = line.lstrip(" ")
    indent += " " * (len(line) - len(words))
    return textwrap.fill(
        words,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
