"""Sentences in a text."""

from __future__ import annotations

import pytest

from wizard.text.sentences import split_problem


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It failed.", ("It failed.",)),
        ("It failed. Try again. Or wait.", ("It failed.", "Try again. Or wait.")),
        ("Does it run? Try again.", ("Does it run?", "Try again.")),
        ("It failed (AccessDenied: No. Never). Ask.", ("It failed (AccessDenied: No. Never).", "Ask.")),
        ("s3.example is closed. s3.other is open.", ("s3.example is closed. s3.other is open.",)),
    ],
)
def test_the_problem_is_the_first_sentence(text: str, parts: tuple[str, ...]) -> None:
    assert split_problem(text) == parts
