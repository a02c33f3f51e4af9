"""Prompts for one line of input, which is shown or hidden while it is typed."""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from wizard.console.echoed_line import EchoedLine
from wizard.console.job_control import suspend_on_ctrl_z
from wizard.console.signals import exit_on_signals
from wizard.console.stdio import print_message, redraw, write_if_possible

_LFLAG, _CHARACTERS = 3, 6  # indices of the local modes and of the control characters in the list of `tcgetattr`
_PASTE_GAP = 0.1  # seconds without input after which a paste has ended
_MAX_PASTE = 100  # parts of a paste that are discarded
_T = TypeVar("_T")

SEVERAL_LINES = "The input had more than one line, so it was ignored."


class SeveralLinesError(Exception):
    """More than one line came where a secret is near, as a paste does. The rest was discarded, and never shown."""


def prompt_line(prompt: str) -> str:
    """Reads one line from standard input, without its line end. Raises `EOFError` at the end of the input."""

    def show_prompt() -> None:
        print_message(prompt, end="")

    def wait() -> str:
        show_prompt()
        return _without_end(sys.stdin.readline())

    try:
        with exit_on_signals() as interruptible, suspend_on_ctrl_z(lambda: None, show_prompt):
            return interruptible.run(wait)
    except BaseException:
        _abandon()
        raise


def prompt_single_line(prompt: str) -> str:
    """Reads one line as `prompt_line`. What comes after it at a terminal is never shown: it may be a secret.

    Raises `SeveralLinesError` if there was anything.
    """
    terminal = sys.stdin.fileno()
    if not os.isatty(terminal):
        return prompt_line(prompt)
    modes = termios.tcgetattr(terminal)
    line = EchoedLine(redraw, modes, sys.stdin.encoding)

    def show_line() -> None:
        print_message(prompt, end="")
        line.show(line.text)

    def read() -> bool:
        while not line.accept(_read_byte(terminal)):
            pass
        return _discard_rest(terminal)

    has_more = _read_without_echo(terminal, show_line, read, termios.ICANON)
    print_message()
    if has_more:
        raise SeveralLinesError
    return line.text


def _read_byte(terminal: int) -> bytes:
    byte = os.read(terminal, 1)
    if not byte:
        raise EOFError
    return byte


def prompt_hidden(prompt: str) -> str:
    """Reads one line from the terminal on standard input without echo; otherwise as `prompt_line`.

    Raises `termios.error` if standard input is not a terminal, and `SeveralLinesError`.
    """
    terminal = sys.stdin.fileno()

    def read() -> tuple[str, bool]:
        line = sys.stdin.readline()
        return line, line.endswith("\n") and _discard_rest(terminal)

    line, has_more = _read_without_echo(terminal, lambda: print_message(prompt, end=""), read)
    print_message()
    if has_more:
        raise SeveralLinesError
    return _without_end(line)


def _abandon() -> None:
    """Ends the line of a prompt that is left without its input. The rest of a paste must not reach the shell."""
    write_if_possible("\n")
    with suppress(OSError, termios.error):
        if sys.stdin.isatty() and not _is_in_background(sys.stdin.fileno()):
            _discard_rest(sys.stdin.fileno())


def _discard_rest(terminal: int) -> bool:
    """Discards what has been typed after the first line. Returns whether there was anything."""
    modes = termios.tcgetattr(terminal)
    _set_modes(terminal, _modes_without(modes, termios.ICANON))  # a last line without an end counts too
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


def _modes_without(modes: list[Any], flags: int) -> list[Any]:
    """The modes without local `flags`. Where lines are not collected, each byte can be read as it comes."""
    changed = [*modes]
    changed[_LFLAG] &= ~flags
    if flags & termios.ICANON:
        changed[_CHARACTERS] = [*modes[_CHARACTERS]]
        changed[_CHARACTERS][termios.VMIN], changed[_CHARACTERS][termios.VTIME] = 1, 0
    return changed


def _read_without_echo(terminal: int, show: Callable[[], None], read: Callable[[], _T], more_flags: int = 0) -> _T:
    """Turns echo off, shows the prompt and reads. Ctrl+Z and `fg` do both again: the shell turns echo on in between.

    Echo is turned on again whatever ends the input: an error, or a signal that ends the program.
    """
    visible = termios.tcgetattr(terminal)
    hidden = _modes_without(visible, termios.ECHO | more_flags)

    def show_prompt() -> None:
        _set_modes(terminal, hidden)
        show()

    def restore() -> None:
        if not _is_in_background(terminal):  # there, the terminal belongs to the shell
            _set_modes(terminal, visible)

    def wait() -> _T:
        show_prompt()
        return read()

    with exit_on_signals() as interruptible:
        try:
            with suspend_on_ctrl_z(restore, show_prompt):
                return interruptible.run(wait)
        except BaseException:
            _abandon()
            raise
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
