"""Numbers with a noun."""

from __future__ import annotations

import pytest

from wizard.text.plural import count_of


@pytest.mark.parametrize(("number", "text"), [(0, "0 checks"), (1, "1 check"), (2, "2 checks")])
def test_the_noun_is_singular_after_one(number: int, text: str) -> None:
    assert count_of(number, "check") == text
