"""The pages use the terms of the field, not the project's former private vocabulary."""

from __future__ import annotations

import re

import pytest

from tests.architecture.test_wording import BANNED
from tests.documentation.pages import PAGES, prose_of

_PATTERN = re.compile(rf"\b(?:{'|'.join(BANNED)})\b", re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_banned_words(page: str) -> None:
    assert _PATTERN.findall(" ".join(prose_of(page).split())) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_the_flag_or_the_key_of_a_fix(page: str) -> None:
    assert not re.search(r"\baccept the fix\b", prose_of(page), re.IGNORECASE)
