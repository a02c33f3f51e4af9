"""Prompts for one line of input, which is shown or hidden while it is typed."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from wizard.console.job_control import suspend_on_ctrl_z
from wizard.console.signals import exit_on_signals
from wizard.console.stdio import print_message

_LFLAG = 3  # the index of the local modes in the list of `tcgetattr`


def prompt_line(prompt: str) -> str:
    """Reads one line from standard input, without its line end. Raises `EOFError` at the end of the input."""

    def show_prompt() -> None:
        print_message(prompt, end="")

    with suspend_on_ctrl_z(lambda: None, show_prompt):
        show_prompt()
        return _without_end(sys.stdin.readline())


def prompt_hidden(prompt: str) -> str:
    """Reads one line from the terminal on standard input without echo; otherwise as `prompt_line`.

    Raises `termios.error` if standard input is not a terminal.
    """
    with _without_echo(sys.stdin.fileno(), prompt):
        line = sys.stdin.readline()
    print_message()
    return _without_end(line)


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
