"""The runs that may have created something and have not ended, for a program that is ended at once."""

from __future__ import annotations

from collections.abc import Callable

_describers: set[Callable[[], str]] = set()


def register(describe: Callable[[], str]) -> None:
    """A run starts. `describe` returns a sentence on what may be left of it, or ''. It must not wait for a lock."""
    _describers.add(describe)


def unregister(describe: Callable[[], str]) -> None:
    """The run has ended: its report names what is left."""
    _describers.discard(describe)


def what_may_be_left() -> list[str]:
    """A sentence for each run that may have left something. A signal handler may call it at any moment."""
    return [text for describe in list(_describers) if (text := describe())]
