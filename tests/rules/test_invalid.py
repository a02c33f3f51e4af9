"""What the rules share to report an invalid value."""

from __future__ import annotations

import pytest

from wizard.rules.invalid import describe_invalid_character


@pytest.mark.parametrize(
    ("text", "description"),
    [("", ""), ("abc", ""), ("aBc", '"B"'), ("a b", "A space"), ("a\tB", "A space"), ("a\x1b", '"\ufffd"')],
)
def test_the_first_invalid_character_is_described(text: str, description: str) -> None:
    assert describe_invalid_character(text, "[a-z]") == description
