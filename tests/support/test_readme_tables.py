"""The README's tables."""

from __future__ import annotations

import pytest

from tests.support.readme_tables import README, with_tables


def test_the_readme_has_the_current_tables() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_tables(text) == text, "update them with: python -m tests.support.readme_tables"


def test_an_outdated_table_is_replaced() -> None:
    text = README.read_text(encoding="utf-8")
    outdated = text.replace("| setting | label |", "| setting |", 1)
    assert outdated != text
    assert with_tables(outdated) == text


def test_missing_marks_are_an_error() -> None:
    with pytest.raises(ValueError, match="settings"):
        with_tables("no marks")
