"""A string that never prints itself."""

from __future__ import annotations

from typing import NoReturn

from wizard.text.sanitize import sanitize

_SHOW_TAIL_FROM = 12  # below this length the last four characters would be too much of the whole


class Secret:
    """Holds a secret so that no `repr`, format, log line, traceback or pickle shows it.

    Only `reveal()` gives the text back, so a search for that word finds every place that needs it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself, for signing and for the one file that is meant to hold it."""
        return self._text

    def hint(self) -> str:
        """What lets a person check a secret without seeing it: its length, and its end when that is safe."""
        count = f"{len(self)} character{'' if len(self) == 1 else 's'}"
        return f"{count}, ends in {sanitize(self._text[-4:])}" if len(self) >= _SHOW_TAIL_FROM else count

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
        return f"({'hidden, ' + str(len(self)) + ' characters' if self else 'empty'})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def abbreviate_key(key: str) -> str:
    """An access key as it may be shown where it is not being typed: `AKIA…MPLE`."""
    return f"{key[:4]}…{key[-4:]}" if len(key) >= _SHOW_TAIL_FROM else key
