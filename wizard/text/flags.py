"""How a sentence names the flags that do what it says."""

from __future__ import annotations


def with_flags(sentence: str, flags: str) -> str:
    """The sentence, and after a colon the flags, so that they can be copied; only the sentence without any."""
    return f"{sentence.removesuffix('.')}: {flags}" if flags else sentence
