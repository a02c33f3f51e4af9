"""Reads and writes the part of Ruby that a hash in gitlab.rb needs: strings, integers, truth values and hashes.

Nothing is evaluated. Other code, string interpolation and deep nesting are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn

from wizard.formats.format import FormatError

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:[^"\\#]|\\.|#(?!\{))*)"', re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9_]+")
_SYMBOL = re.compile(r":?([A-Za-z_][A-Za-z0-9_]*)")
_CONSTANTS = {"true": True, "false": False, "nil": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "s": " ", "0": "\0", "a": "\a", "b": "\b"}
_MAX_DEPTH = 20  # of nested hashes
_MAX_DIGITS = 18  # of an integer, so that it fits in 64 bits


def dump(value: object, indent: str = "") -> str:
    """The value as a Ruby literal; a hash has one entry per line."""
    match value:
        case Mapping():
            inner = indent + "  "
            entries = "".join(f"{inner}{dump(str(key))} => {dump(item, inner)},\n" for key, item in value.items())
            return f"{{\n{entries}{indent}}}"
        case bool():
            return "true" if value else "false"
        case str():
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{escaped}'"
        case _:
            return str(value)


def load_assignment(text: str, variable: str, key: str) -> object:
    """The value of the last assignment to `variable['key']` that is not commented out; None if there is none.

    Raises `FormatError` if the value does not begin with a literal. What follows the literal is not read.
    """
    quoted = rf"""['"]{re.escape(key)}['"]"""
    assignment = re.compile(rf"^[ \t]*{re.escape(variable)}\[{quoted}\][ \t]*=(?!=)", re.MULTILINE)
    ends = [match.end() for match in assignment.finditer(text)]
    return _Parser(text, ends[-1]).value() if ends else None


class _Parser:
    def __init__(self, text: str, position: int) -> None:
        self._text, self._position = text, position

    def value(self, depth: int = 0) -> object:
        if depth > _MAX_DEPTH:
            self._refuse()
        self._skip_space()
        if self._accept("{"):
            return self._hash(depth)
        if (text := self._string()) is not None:
            return text
        word = self._match(_WORD)
        if word is None:
            self._refuse()
        if word[0] in _CONSTANTS:
            return _CONSTANTS[word[0]]
        digits = word[0].replace("_", "")
        if not digits.isdecimal() or len(digits) > _MAX_DIGITS:
            self._refuse()
        return int(digits)

    def _hash(self, depth: int) -> dict[str, object]:
        entries: dict[str, object] = {}
        while True:
            self._skip_space()
            if self._accept("}"):
                return entries
            key = self._key()
            entries[key] = self.value(depth + 1)
            self._skip_space()
            if not self._accept(",") and self._text[self._position : self._position + 1] != "}":
                self._refuse()

    def _key(self) -> str:
        """`'name' =>`, `:name =>` or `name:`."""
        name = self._string()
        if name is None:
            symbol = self._match(_SYMBOL)
            if symbol is None:
                self._refuse()
            name = symbol[1]
        self._skip_space()
        if not self._accept("=>") and not self._accept(":"):
            self._refuse()
        return name

    def _string(self) -> str | None:
        if single := self._match(_SINGLE):
            return re.sub(r"\\([\\'])", r"\1", single[1])
        if double := self._match(_DOUBLE):
            return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), double[1], flags=re.DOTALL)
        return None

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._position)
        if match:
            self._position = match.end()
        return match

    def _accept(self, mark: str) -> bool:
        if not self._text.startswith(mark, self._position):
            return False
        self._position += len(mark)
        return True

    def _skip_space(self) -> None:
        self._match(_SPACE)

    def _refuse(self) -> NoReturn:
        line = self._text.count("\n", 0, self._position) + 1
        raise FormatError(f"Line {line} is more Ruby than can be read here. Write plain values there, and no code.")
