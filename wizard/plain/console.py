"""Lines to and from a terminal of which nothing is known."""

from __future__ import annotations

import contextlib
import getpass
import sys
import textwrap

from wizard.transliterate import to_ascii

_COLUMNS = 79


class LeftError(Exception):
    """There will be no more input."""


class Console:
    """Says and asks, in ASCII where that is all there is."""

    def __init__(self, *, is_ascii: bool) -> None:
        self._is_ascii = is_ascii

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
        self._write(self._shown(prompt))
        line = sys.stdin.readline()
        if not line:
            raise LeftError
        return line.rstrip("\r\n")

    def ask_secret(self, prompt: str) -> str:
        """The same, not shown as it is typed."""
        try:
            return getpass.getpass(self._shown(prompt), sys.stderr)
        except EOFError:
            raise LeftError from None

    def farewell(self, text: str) -> None:
        """The same as `say`, where the terminal may have gone already."""
        with contextlib.suppress(OSError, ValueError):
            self.say(text)

    def _shown(self, text: str) -> str:
        return to_ascii(text) if self._is_ascii else text

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
