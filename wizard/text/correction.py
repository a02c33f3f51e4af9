"""How a sentence names the flags, or the command, that do what it says."""

from __future__ import annotations


def with_correction(sentence: str, flags: str) -> str:
    """The sentence, and after a colon the flags or the command, to be copied; or the one of both that is not empty."""
    return f"{sentence.removesuffix('.')}: {flags}" if sentence and flags else sentence or flags
