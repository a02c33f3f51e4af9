"""The keys that were typed in a run, so that they can be recognized wherever else they were typed."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.model.secret import Secret

_MAX_KEYS = 50


class TypedKeys:
    """The texts that the fields of the keys have held. A text that was typed key by key is one of them."""

    def __init__(self) -> None:
        self._keys: list[Secret] = []

    def add(self, text: str) -> None:
        """Records what a field holds now. The beginnings of a longer text are dropped."""
        if any(key.reveal().startswith(text) for key in self._keys):
            return
        self._keys = [key for key in self._keys if not text.startswith(key.reveal())][-_MAX_KEYS:]
        self._keys.append(Secret(text))

    def __iter__(self) -> Iterator[Secret]:
        return iter(self._keys)
