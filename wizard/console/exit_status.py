"""The exit statuses of the program."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Part of the command line's contract. A program that a signal ends exits with 128 + its number."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130
