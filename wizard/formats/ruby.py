"""Writes and reads Ruby literals: strings, numbers, truth values, arrays and hashes. Nothing is evaluated.

`Scanner` accepts a literal only where Ruby reads the same value; everything else is refused with its line.
tests/formats/test_ruby.py compares it with Ruby. Syntax: https://docs.ruby-lang.org/en/master/syntax/literals_rdoc.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn

from wizard.formats.format import FormatError

_BLANKS = re.compile(r"[ \t]*")
# Possessive, because a repetition that can give back its matches keeps a record of each of them.
_SPACE = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_SINGLE = re.compile(r"'((?:[^'\\]++|\\.)*+)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\(0(?![0-7])|[^0-9xucCM\n])|\\|#(?=[{@$])", re.DOTALL)
_WORD = re.compile(r"true|false|nil")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*(?:_[0-9]+)*)(\.[0-9]+)?")  # without octal numbers, such as 0644
_AFTER_LITERAL = re.compile(r"(?=[ \t\n,}\])#])|\Z")
_SYMBOL = re.compile(r":([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_?!=:]|[^\x00-\x7f])|:([A-Za-z_][A-Za-z0-9_]*)(?==>)")
_LABEL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):(?!:)")
_CONSTANTS = {"true": True, "false": False, "nil": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "s": " ", "0": "\0", "a": "\a", "b": "\b", "f": "\f"}
_ESCAPES |= {"v": "\v"}
_MAX_DEPTH = 20  # of nested hashes and arrays
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
            return _dump_text(value)
        case _:
            return str(value)


def _dump_text(text: str) -> str:
    if all(char.isprintable() for char in text):
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in '\\"#':
        return f"\\{char}"
    return char if char.isprintable() or ord(char) > 0xFFFF else f"\\u{ord(char):04X}"


class Scanner:
    """A position in a text of Ruby, in which lines end with a line feed."""

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0

    @property
    def is_at_end(self) -> bool:
        """Whether the complete text was read."""
        return self.position == len(self.text)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match at this position, after which reading continues; None without one."""
        match = pattern.match(self.text, self.position)
        if match:
            self.position = match.end()
        return match

    def accept(self, mark: str) -> bool:
        """Whether the text continues with `mark`, after which reading continues."""
        if not self.text.startswith(mark, self.position):
            return False
        self.position += len(mark)
        return True

    def skip_blanks(self) -> None:
        """Skips blanks and tabs."""
        self.match(_BLANKS)

    def skip_space(self) -> None:
        """Skips blanks, ends of lines and comments."""
        self.match(_SPACE)

    def refuse(self) -> NoReturn:
        """Raises `FormatError` with the line."""
        raise FormatError(
            f"Line {self._line()} contains Ruby code that cannot be imported. Write plain values instead."
        )

    def _line(self) -> int:
        return self.text.count("\n", 0, self.position) + 1

    def value(self, depth: int = 0) -> object:
        """The literal at this position; `FormatError` if there is none."""
        if depth > _MAX_DEPTH:
            self.refuse()
        if self.accept("{"):
            return self._hash(depth)
        if self.accept("["):
            return self._array(depth)
        if (text := self.string()) is not None:
            return text
        if word := self.match(_WORD):
            value: object = _CONSTANTS[word[0]]
        else:
            value = self._number()
        if not self.match(_AFTER_LITERAL):
            self.refuse()
        return value

    def _number(self) -> int | float:
        number = self.match(_NUMBER)
        if number is None or len(number[0]) > _MAX_DIGITS:
            self.refuse()
        return float(number[0].replace("_", "")) if number[1] else int(number[0].replace("_", ""))

    def _array(self, depth: int) -> list[object]:
        items: list[object] = []
        self.skip_space()
        while not self.accept("]"):
            items.append(self.value(depth + 1))
            self._end_item("]")
        return items

    def _hash(self, depth: int) -> dict[str, object]:
        entries: dict[str, object] = {}
        self.skip_space()
        while not self.accept("}"):
            key = self._key()
            if key in entries:
                raise FormatError(f"Line {self._line()} repeats a name. Remove one of them.")
            self.skip_space()
            entries[key] = self.value(depth + 1)
            self._end_item("}")
        return entries

    def _end_item(self, closing: str) -> None:
        """A comma, or the closing bracket: an end of line before a comma is an error in Ruby."""
        self.skip_blanks()
        has_comma = self.accept(",")
        self.skip_space()
        if not has_comma and not self.text.startswith(closing, self.position):
            self.refuse()

    def _key(self) -> str:
        """`'name' =>`, `'name':`, `:name =>` or `name:`. Symbols and strings are the same to GitLab."""
        if label := self.match(_LABEL):
            return label[1]
        name = self.string()
        if name is not None and self.accept(":"):
            return name
        if name is None:
            name = self.symbol()
        if name is None:
            self.refuse()
        self.skip_blanks()
        if not self.accept("=>"):
            self.refuse()
        return name

    def symbol(self) -> str | None:
        """The name of the symbol at this position; None if there is none."""
        symbol = self.match(_SYMBOL)
        return (symbol[1] or symbol[2]) if symbol else None

    def string(self) -> str | None:
        """The text of the string at this position; None if there is none. Interpolation is refused."""
        if single := self.match(_SINGLE):
            return re.sub(r"\\([\\'])", r"\1", single[1])
        start = self.position
        if double := self.match(_DOUBLE):
            return _ESCAPE.sub(lambda escape: self._unescaped(escape, start), double[1])
        return None

    def _unescaped(self, escape: re.Match[str], start: int) -> str:
        if escape[2] is not None:
            return _ESCAPES.get(escape[2], escape[2])
        code = int(escape[1], 16) if escape[1] else -1
        if code < 0 or 0xD800 <= code < 0xE000:
            self.position = start + 1 + escape.start()
            self.refuse()
        return chr(code)
