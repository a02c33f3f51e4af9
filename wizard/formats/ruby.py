"""As much of Ruby as a hash in gitlab.rb needs: strings, numbers, truth values, and hashes of them."""

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
_WORDS = {"true": True, "false": False, "nil": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "s": " ", "0": "\0", "a": "\a", "b": "\b"}
_DEEPEST = 20


def dump(value: object, indent: str = "") -> str:
    """A hash of strings, numbers, truth values and hashes."""
    match value:
        case Mapping():
            inner = indent + "  "
            lines = "".join(f"{inner}{dump(str(name))} => {dump(each, inner)},\n" for name, each in value.items())
            return f"{{\n{lines}{indent}}}"
        case bool():
            return "true" if value else "false"
        case str():
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{escaped}'"
        case _:
            return str(value)


def load_assignment(text: str, variable: str, key: str) -> object:
    """What is assigned last to `variable['key']`, comments aside; None where nothing is."""
    quoted = rf"""['"]{re.escape(key)}['"]"""
    found = re.compile(rf"^[ \t]*{re.escape(variable)}\[{quoted}\][ \t]*=(?!=)", re.MULTILINE)
    ends = [assigned.end() for assigned in found.finditer(text)]
    return _Reader(text, ends[-1]).value() if ends else None


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self._text, self._at = text, at

    def value(self, depth: int = 0) -> object:
        if depth > _DEEPEST:
            self._refuse()
        self._skip()
        if self._takes("{"):
            return self._hash(depth)
        if (text := self._string()) is not None:
            return text
        word = self._match(_WORD)
        if word is None:
            self._refuse()
        if word[0] in _WORDS:
            return _WORDS[word[0]]
        digits = word[0].replace("_", "")
        if not digits.isdecimal() or len(digits) > 18:
            self._refuse()
        return int(digits)

    def _hash(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while True:
            self._skip()
            if self._takes("}"):
                return found
            name = self._key()
            found[name] = self.value(depth + 1)
            self._skip()
            if not self._takes(",") and self._text[self._at : self._at + 1] != "}":
                self._refuse()

    def _key(self) -> str:
        """`'name' =>`, `:name =>` or `name:`."""
        name = self._string()
        if name is None:
            symbol = self._match(_SYMBOL)
            if symbol is None:
                self._refuse()
            name = symbol[1]
        self._skip()
        if not self._takes("=>") and not self._takes(":"):
            self._refuse()
        return name

    def _string(self) -> str | None:
        if single := self._match(_SINGLE):
            return re.sub(r"\\([\\'])", r"\1", single[1])
        if double := self._match(_DOUBLE):
            return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), double[1], flags=re.DOTALL)
        return None

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def _takes(self, mark: str) -> bool:
        if not self._text.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    def _skip(self) -> None:
        self._match(_SPACE)

    def _refuse(self) -> NoReturn:
        line = self._text.count("\n", 0, self._at) + 1
        raise FormatError(f"Line {line} is more Ruby than can be read here. Write plain values there, and no code.")
