"""Suggestions for misspelled words."""

from __future__ import annotations

from collections.abc import Iterable

_MIN_SIMILARITY = 0.7  # as `difflib` measures it, from 0 to 1


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """` Did you mean "…"?` with the most similar of `words`; empty if none is similar."""
    import difflib  # imported here: only needed after a mistake

    matches = difflib.get_close_matches(word, list(words), 1, _MIN_SIMILARITY)
    return f' Did you mean "{matches[0]}"?' if matches else ""
