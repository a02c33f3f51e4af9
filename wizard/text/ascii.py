"""Text for terminals and streams that support only ASCII."""

from __future__ import annotations

import unicodedata

_REPLACEMENTS = {
    "…": "...",
    "—": "-",
    "–": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "·": "-",
    "•": "*",  # a character of a secret
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
    "▏": "_",
    **dict.fromkeys("▁▂▃▄▅▆▇█", "#"),  # of a scrollbar
}


def to_ascii(text: str) -> str:
    """`text` with an ASCII replacement for every other character; `?` for one that has none."""
    return text if text.isascii() else "".join(map(_replacement, text))


def _replacement(char: str) -> str:
    if char.isascii():
        return char
    if char in _REPLACEMENTS:
        return _REPLACEMENTS[char]
    decomposed = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return decomposed or "?"


def to_ascii_cell(char: str) -> str:
    """One ASCII character in place of `char`, so that the layout of a screen stays the same."""
    return "+" if char in "╭╮╰╯┌┐└┘├┤┬┴┼" else _replacement(char)[0]
