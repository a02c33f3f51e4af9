"""Suggestions for misspelled words."""

from __future__ import annotations

import pytest

from wizard.text.suggest import did_you_mean


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        *(("minoi", ' Did you mean "minio"?'), ("mino", ' Did you mean "minio"?'), ("minio", ' Did you mean "minio"?')),
        *(("ceph", ""), ("", ""), ("\x1b[31m", "")),
    ],
)
def test_a_similar_word_is_suggested(word: str, suggestion: str) -> None:
    assert did_you_mean(word, iter(["aws", "minio", "garage"])) == suggestion


def test_nothing_is_suggested_from_nothing() -> None:
    assert did_you_mean("minio", []) == ""
