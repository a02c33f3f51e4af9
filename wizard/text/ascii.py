"""Text for terminals and streams that know only ASCII."""

from __future__ import annotations

import unicodedata

_WORDS = {
    "…": "...",
    "—": "-",
    "–": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "·": "*",
    "•": "*",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "▸": ">",
    "▾": "v",
    "‹": "<",
    "›": ">",
    "●": "*",
    "○": "o",
    "│": "|",
    "─": "-",
    "↑": "^",
    "↓": "v",
    "✓": "ok",
    "✗": "FAIL",
}


def to_ascii(text: str) -> str:
    """`text` with a likeness in place of each character beyond ASCII; `?` where there is none."""
    return text if text.isascii() else "".join(map(_likeness, text))


def _likeness(char: str) -> str:
    if char.isascii():
        return char
    if char in _WORDS:
        return _WORDS[char]
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain or "?"


def to_ascii_cell(char: str) -> str:
    """One ASCII character for `char`, so that nothing moves: the first of its likeness."""
    return "+" if char in "╭╮╰╯┌┐└┘├┤┬┴┼" else _likeness(char)[0]
