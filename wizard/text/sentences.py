"""Sentences in a text."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.?]) (?=[A-Z])")


def split_problem(text: str) -> tuple[str, ...]:
    """The first sentence, and the others if there are any. What a server said is in brackets, and not split."""
    for end in _END.finditer(text):
        if text.count("(", 0, end.start()) == text.count(")", 0, end.start()):
            return text[: end.start()], text[end.end() :]
    return (text,)
