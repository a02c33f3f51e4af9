"""Lines to and from a terminal of which nothing is known."""

from __future__ import annotations

import contextlib
import sys
import termios
import textwrap
from collections.abc import Iterator

from wizard.console.hidden_input import prompt_hidden
from wizard.text.ascii import to_ascii

_COLUMNS = 79


class LeftError(Exception):
    """There will be no more input."""


class Console:
    """Says and asks, in ASCII where that is all there is."""

    def __init__(self, *, is_ascii: bool) -> None:
        self._is_ascii = is_ascii
        self._is_reading = False
        self._signal = 0

    def say(self, text: str = "", indent: str = "") -> None:
        """A paragraph, in lines that fit."""
        for line in self._shown(text).split("\n"):
            filled = textwrap.wrap(
                line,
                _COLUMNS,
                initial_indent=indent,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            self._write("\n".join(filled or [""]) + "\n")

    def show(self, text: str) -> None:
        """Lines as they are."""
        self._write(self._shown(text) + "\n")

    def ask(self, prompt: str) -> str:
        """One line of input, without its end."""
        with self._reading():
            self._write(self._shown(prompt))
            line = sys.stdin.readline()
        if not line:
            raise LeftError
        return line.rstrip("\r\n")

    def ask_secret(self, prompt: str) -> str:
        """The same, not shown as it is typed."""
        with self._reading():
            return prompt_hidden(self._shown(prompt))

    def leave(self, number: int, _frame: object) -> None:
        """A signal ends the program where it waits for an answer, so that all else is done whole."""
        self._signal = number
        if self._is_reading:
            self._is_reading = False  # a line that drops sends its signal twice: from the system, and from the shell
            raise SystemExit(128 + number)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        self._is_reading = True
        if self._signal:
            self.leave(self._signal, None)
        try:
            yield
        except (EOFError, OSError, termios.error):  # the terminal has gone
            raise LeftError from None
        finally:
            self._is_reading = False

    def farewell(self, text: str) -> None:
        """The same as `say`, where the terminal may have gone already."""
        with contextlib.suppress(OSError, ValueError):
            self.say(text)

    def _shown(self, text: str) -> str:
        return to_ascii(text) if self._is_ascii else text

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
