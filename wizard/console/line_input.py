"""Prompts for one line of input, which is shown or hidden while it is typed."""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from wizard.console.job_control import suspend_on_ctrl_z
from wizard.console.signals import exit_on_signals
from wizard.console.stdio import print_message

_LFLAG, _CHARACTERS = 3, 6  # indices of the local modes and of the control characters in the list of `tcgetattr`
_PASTE_GAP = 0.1  # seconds without input after which a paste has ended
_MAX_PASTE = 100  # parts of a paste that are discarded

SEVERAL_LINES = "That was more than one line, so nothing of it was used."


class SeveralLinesError(Exception):
    """More than one line came at a hidden prompt, as a paste does. The rest was discarded, and never shown."""


def prompt_line(prompt: str) -> str:
    """Reads one line from standard input, without its line end. Raises `EOFError` at the end of the input."""

    def show_prompt() -> None:
        print_message(prompt, end="")

    with suspend_on_ctrl_z(lambda: None, show_prompt):
        show_prompt()
        return _without_end(sys.stdin.readline())


def prompt_hidden(prompt: str) -> str:
    """Reads one line from the terminal on standard input without echo; otherwise as `prompt_line`.

    Raises `termios.error` if standard input is not a terminal, and `SeveralLinesError`.
    """
    terminal = sys.stdin.fileno()
    with _without_echo(terminal, prompt):
        line = sys.stdin.readline()
        has_more = line.endswith("\n") and _discard_rest(terminal)
    print_message()
    if has_more:
        raise SeveralLinesError
    return _without_end(line)


def _discard_rest(terminal: int) -> bool:
    """Discards what has been typed after the first line. Returns whether there was anything."""
    modes = termios.tcgetattr(terminal)
    unbuffered = [*modes]
    unbuffered[_LFLAG] &= ~termios.ICANON  # a last line without an end counts too
    unbuffered[_CHARACTERS] = [*modes[_CHARACTERS]]
    unbuffered[_CHARACTERS][termios.VMIN], unbuffered[_CHARACTERS][termios.VTIME] = 1, 0
    _set_modes(terminal, unbuffered)
    parts = 0
    try:
        while parts < _MAX_PASTE and _has_input(terminal):
            termios.tcflush(terminal, termios.TCIFLUSH)
            parts += 1
    finally:
        _set_modes(terminal, modes)
    return parts > 0


def _has_input(terminal: int) -> bool:
    if not select.select([terminal], [], [], _PASTE_GAP)[0]:
        return False
    waiting = fcntl.ioctl(terminal, termios.FIONREAD, bytes(4))  # a terminal that is gone is ready, too
    return int.from_bytes(waiting, sys.byteorder) > 0


def _without_end(line: str) -> str:
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


@contextmanager
def _without_echo(terminal: int, prompt: str) -> Iterator[None]:
    """Shows a prompt and turns echo off, also after Ctrl+Z and `fg`: the shell turns it on in between.

    Echo is turned on again whatever ends the block: an error, or a signal that ends the program.
    """
    visible = termios.tcgetattr(terminal)
    hidden = [*visible[:_LFLAG], visible[_LFLAG] & ~termios.ECHO, *visible[_LFLAG + 1 :]]

    def show_prompt() -> None:
        _set_modes(terminal, hidden)
        print_message(prompt, end="")

    def restore() -> None:
        if not _is_in_background(terminal):  # there, the terminal belongs to the shell
            _set_modes(terminal, visible)

    with exit_on_signals():
        try:
            with suspend_on_ctrl_z(restore, show_prompt):
                show_prompt()
                yield
        finally:
            restore()


def _set_modes(terminal: int, modes: list[Any]) -> None:
    with suppress(termios.error):  # the terminal may be gone
        termios.tcsetattr(terminal, termios.TCSANOW, modes)  # does not wait for output to a suspended terminal


def _is_in_background(terminal: int) -> bool:
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:  # not the terminal of this session
        return False
