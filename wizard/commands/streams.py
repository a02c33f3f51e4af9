"""What all commands share: the file they are about, the two streams, the exit statuses."""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path

DEFAULT_FILE = Path("storage.toml")


class Exit(IntEnum):
    """The exit statuses, part of the contract."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130


class CommandError(Exception):
    """Why a command cannot do what was asked, and what to do: a sentence. The exit status is `Exit.USAGE`."""


def say(text: str = "") -> None:
    """A line for people."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def put(text: str) -> None:
    """Data for the next program."""
    print(text, flush=True)  # noqa: T201
