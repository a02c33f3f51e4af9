"""The words of a command line in a shell script (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html).

Nothing is run: what a command would print has no value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from wizard.formats.compose_syntax import Interpolated, interpolate
from wizard.formats.format import FormatError

_COMMAND = r"\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`"
_EXPANSION = r"(?P<braces>\$\{[^{}\n]*\})|\$(?P<name>[A-Za-z_]\w*)|(?P<special>\$[0-9@*\#?$!-])"
_PIECE = re.compile(
    rf"""
    (?P<blank>[ \t\r]+)
  | (?P<continuation>\\\r?\n)
  | (?P<end>[\n;&|()<>])
  | '(?P<single>[^']*)'
  | "(?P<double>(?:\\.|{_COMMAND}|[^"\\])*+)"
  | (?P<command>{_COMMAND})
  | {_EXPANSION}
  | \\(?P<escaped>.)
  | (?P<plain>[^\s;&|()<>'"`\\$]+|.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_IN_QUOTES = re.compile(
    rf"""
    (?P<command>{_COMMAND})
  | {_EXPANSION}
  | \\(?P<escaped>[$`"\\]|\r?\n)
  | (?P<plain>[^`\\$]+|.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_MAX_WORDS = 5000
_CURRENT_FOLDER = ("$(pwd)", "`pwd`", "$PWD", "${PWD}")


class Word(NamedTuple):
    """A word as a template of Compose, and the parts of it that have no value here, such as `$(…)`."""

    template: str
    unknown: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Word({len(self.template)} characters)"  # it can be secret

    @property
    def is_literal(self) -> bool:
        """Whether it is made of nothing but what the text has: no variable and no command."""
        return not self.unknown and "${" not in self.template.replace("$$", "")

    def value(self, values: Mapping[str, str]) -> Interpolated:
        """The word with the variables that have a value replaced."""
        try:
            found = interpolate(self.template, values)
        except FormatError:  # an expansion that only a shell has, such as ${NAME%.*}
            return Interpolated("", ("${…}",))
        return found._replace(missing=(*found.missing, *self.unknown))


class Line(NamedTuple):
    """The words up to the end of a command, and the position after them."""

    words: tuple[Word, ...]
    end: int


def read_word(text: str, position: int) -> tuple[Word, int]:
    """The word at a position, which can be empty, and the position after it."""
    word = _Builder()
    while (piece := _piece(text, position)) and piece.lastgroup not in ("blank", "end"):
        word.add(piece)
        position = piece.end()
    return word.finished(), position


def read_line(text: str, position: int) -> Line:
    """The words from a position to the end of the command, without a comment.

    Raises `FormatError` for a quote that is not closed, and for too many words.
    """
    words: list[Word] = []
    while piece := _piece(text, position):
        if piece.lastgroup == "end":
            break
        if piece.lastgroup in ("blank", "continuation"):
            position = piece.end()
        elif text[position] == "#":
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        else:
            word, position = read_word(text, position)
            words.append(word)
            if len(words) > _MAX_WORDS:
                raise FormatError("The file contains a command that is too long. Check that it is the right file.")
    return Line(tuple(words), position)


def _piece(text: str, position: int) -> re.Match[str] | None:
    piece = _PIECE.match(text, position)
    if piece and piece["plain"] in ("'", '"', "`"):
        line = text.count("\n", 0, position) + 1
        raise FormatError(f"Line {line} has no closing quote. Add it, or import that command alone.")
    return piece


class _Builder:
    """A word that is being read."""

    def __init__(self) -> None:
        self._template: list[str] = []
        self._unknown: list[str] = []

    def add(self, piece: re.Match[str]) -> None:
        """Adds a piece, with its quotes removed."""
        match piece.lastgroup:
            case _ if piece[0] in _CURRENT_FOLDER:
                self._literal(".")
            case "double":
                for inner in _IN_QUOTES.finditer(piece["double"]):
                    self.add(inner)
            case "escaped":
                self._literal("" if piece["escaped"].endswith("\n") else piece["escaped"])
            case "command":
                self._unknown.append("$(…)")
            case "continuation":
                pass
            case "braces":
                self._template.append(piece["braces"])
            case "name":
                self._template.append(f"${{{piece['name']}}}")
            case "special":
                self._unknown.append(piece["special"])
            case _:
                self._literal(piece[piece.lastgroup or 0])

    def _literal(self, text: str) -> None:
        self._template.append(text.replace("$", "$$"))

    def finished(self) -> Word:
        return Word("".join(self._template), tuple(self._unknown))
