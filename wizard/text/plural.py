"""Numbers with a noun in the singular or the plural."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """`1 character`, `2 characters`: for nouns with a regular plural."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
