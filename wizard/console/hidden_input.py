"""A line that is typed without being shown."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from wizard.console.job_control import CANNOT_SUSPEND, can_suspend

_LFLAG = 3  # where termios keeps the local modes


def prompt_hidden(prompt: str) -> str:
    """One line from the terminal on standard input, without its end. Raises EOFError when there will be no more."""
    with _without_echo(sys.stdin.fileno(), prompt):
        line = sys.stdin.readline()
    _write("\n")
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


@contextmanager
def _without_echo(terminal: int, prompt: str) -> Iterator[None]:
    """A shell that takes over after Ctrl+Z turns the echo on, and `fg` leaves it so: it goes off again then."""
    before = termios.tcgetattr(terminal)
    unseen = [*before[:_LFLAG], before[_LFLAG] & ~termios.ECHO, *before[_LFLAG + 1 :]]

    def turn(modes: list[Any]) -> None:
        with suppress(termios.error):  # the terminal has gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, modes)

    def hide(*_: object) -> None:
        turn(unseen)
        with suppress(OSError):
            _write(prompt)

    def stop(*_: object) -> None:
        if not can_suspend():
            with suppress(OSError):
                _write(f"\n{CANNOT_SUSPEND}\n{prompt}")
            return
        turn(before)
        os.kill(os.getpid(), signal.SIGSTOP)

    handlers = {signal.SIGTSTP: stop, signal.SIGCONT: hide}
    others = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        hide()
        yield
    finally:
        for number, other in others.items():
            signal.signal(number, other)
        turn(before)


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
