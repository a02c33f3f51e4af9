"""Text for terminals that support only ASCII."""

from __future__ import annotations

import string

import pytest

from wizard.text.ascii import to_ascii, to_ascii_cell


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        *(("", ""), (string.printable, string.printable), ("Zürich, façade", "Zurich, facade"), ("ﬁne½", "fine12")),
        *(("“quoted” — ‘text’…", "\"quoted\" - 'text'..."), ("1 ≤ 2 → ✓", "1 <= 2 -> ok"), ("秘密🔑", "???")),
    ],
)
def test_each_character_is_replaced_by_a_similar_one(text: str, ascii_text: str) -> None:
    assert to_ascii(text) == ascii_text


@pytest.mark.parametrize(
    ("char", "cell"),
    [("…", "."), ("→", "-"), ("✓", "o"), ("▇", "#"), ("·", "-"), ("●", "*"), ("╭", "+"), ("┤", "+"), ("秘", "?")],
)
def test_a_cell_is_replaced_by_one_character(char: str, cell: str) -> None:
    assert to_ascii_cell(char) == cell
