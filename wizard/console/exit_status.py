"""The exit statuses of the program, and the error that ends a command."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Part of the command line's contract. A program that is ended by signal n exits with 128 + n."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130


def exit_status_of(number: int) -> int:
    """The exit status of a program that a signal ends."""
    return 128 + number


class CommandError(Exception):
    """Ends a command with `ExitStatus.USAGE`. The message is a sentence: what is wrong, and what to do."""
