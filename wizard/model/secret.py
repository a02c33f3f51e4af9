"""A string that is never printed by accident."""

from __future__ import annotations

from typing import NoReturn

from wizard.text.plural import count_of
from wizard.text.sanitize import sanitize

MIN_LENGTH_FOR_ENDS = 12  # of a shorter text, four characters would reveal too much


class Secret:
    """A secret that no `repr`, format, log line, traceback or pickle contains.

    Only `reveal()` returns the text, so a search for that name finds every use.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself, to sign requests and to write the settings file."""
        return self._text

    def hint(self) -> str:
        """A description to recognize the secret by: its length, and its last four characters if it is long enough."""
        length = count_of(len(self), "character")
        return f"{length}, ends in {sanitize(self._text[-4:])}" if len(self) >= MIN_LENGTH_FOR_ENDS else length

    def __bool__(self) -> bool:
        return bool(self._text)

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return f"(hidden, {count_of(len(self), 'character')})" if self else "(empty)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def abbreviate_key(key: str) -> str:
    """An access key for display outside of its field: `AKIA…MPLE`; a short one is shown in full."""
    return f"{key[:4]}…{key[-4:]}" if len(key) >= MIN_LENGTH_FOR_ENDS else key
