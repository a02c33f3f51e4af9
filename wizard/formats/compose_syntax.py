"""How Docker Compose replaces variables in a value, and reads its files of variables, such as `.env`.

Source: template/template.go and dotenv/parser.go of compose-go
(https://docs.docker.com/reference/compose-file/interpolation/).
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from typing import NamedTuple

from wizard.formats.format import FormatError
from wizard.formats.variables import Variables, no_variables

MAX_LENGTH = 1 << 14  # characters of a value: a few lines of variables can expand to more than fits in memory
_MAX_VARIABLES = 2000
_MAX_DEPTH = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-?+]")
_BRACE = re.compile(r"\$\{|\}")

_SKIPPED = re.compile(r"(?:\s|#[^\n]*)*+")
_STATEMENT = re.compile(r"(?:export[ \t]+)?(?P<name>[\w.\-\[\]]*)[ \t\r]*(?:(?P<sign>[=:])[ \t]*|\n|\Z)")
_QUOTED = re.compile(r"""'(?P<single>(?:\\.|[^'\\])*+)'|"(?P<double>(?:\\.|[^"\\])*+)\"""", re.DOTALL)
_ESCAPE = re.compile(r'\\(?:([abfnrtv$"\\])|0([0-7]{3}))')
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$"}


class Interpolated(NamedTuple):
    """A text in which variables are replaced, and the names of those that have no value."""

    text: str
    missing: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Interpolated({len(self.text)} characters)"  # it can be secret


# Interpolation


def interpolate(text: str, values: Mapping[str, str], depth: int = 0) -> Interpolated:
    """Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and the like; `$$` is a dollar sign.

    A dollar sign before anything else is kept, which versions of Compose before 2 refuse. A required variable
    without a value, which Compose refuses, is a missing one. Raises `FormatError` for a `${` that begins no variable,
    and for a result above `MAX_LENGTH` characters.
    """
    parts: list[str] = []
    missing: dict[str, None] = {}
    length = position = 0
    while position < len(text):
        start = text.find("$", position)
        if start == position:
            replaced, position = _replace(text, start + 1, values, depth)
        else:
            end = start if start >= 0 else len(text)
            replaced, position = Interpolated(text[position:end]), end
        parts.append(replaced.text)
        missing |= dict.fromkeys(replaced.missing)
        length += len(replaced.text)
        if length > MAX_LENGTH:
            raise FormatError("A value is too long for a setting.")
    return Interpolated("".join(parts), tuple(missing))


def _replace(text: str, position: int, values: Mapping[str, str], depth: int) -> tuple[Interpolated, int]:
    """The replacement for the variable after a dollar sign, and the position after it."""
    if text.startswith("$", position):
        return Interpolated("$"), position + 1
    if name := _NAME.match(text, position):
        return _value(name[0], values), name.end()
    if not text.startswith("{", position):
        return Interpolated("$"), position
    name = _NAME.match(text, position + 1)
    end = _closing_brace(text, position + 1)
    if name is None or end < name.end():
        raise FormatError('"${" is not followed by a valid variable. Write "$$" for a dollar sign.')
    operator = _OPERATOR.match(text, name.end(), end)
    if operator is None:
        if name.end() < end:
            raise FormatError('Compose cannot parse a variable here. Write "$$" for a dollar sign.')
        return _value(name[0], values), end + 1
    if depth == _MAX_DEPTH:
        raise FormatError("Variables are nested too deeply. Write the value itself.")
    argument = interpolate(text[operator.end() : end], values, depth + 1)
    return _with_operator(name[0], operator[0], argument, values), end + 1


def _closing_brace(text: str, position: int) -> int:
    """The position of the brace that closes the one before `position`; -1 without one."""
    depth = 1
    for brace in _BRACE.finditer(text, position, position + MAX_LENGTH):
        depth += 1 if brace[0] == "${" else -1
        if not depth:
            return brace.start()
    return -1


def _value(name: str, values: Mapping[str, str]) -> Interpolated:
    return Interpolated(values[name]) if name in values else Interpolated("", (name,))


def _with_operator(name: str, operator: str, argument: Interpolated, values: Mapping[str, str]) -> Interpolated:
    value = values.get(name)
    is_set = bool(value) if operator.startswith(":") else value is not None
    match operator[-1]:
        case "+":
            return argument if is_set else Interpolated("")
        case _ if is_set:
            return Interpolated(value or "")
        case "-":
            return argument
    return Interpolated("", (name,))


# Files of variables


def read_variables(text: str, outside: Mapping[str, str]) -> Variables:
    """The variables of a file such as `.env`. `outside` has precedence over those of the file where values use them.

    Raises `FormatError` with the number of a line that cannot be read.
    """
    found = no_variables()
    known = ChainMap(dict(outside), found.values)
    position = _start(text, 0)
    for _ in range(_MAX_VARIABLES):
        if position == len(text):
            return found
        statement = _STATEMENT.match(text, position)
        if statement is None:
            raise FormatError(f"Line {_line(text, position)} is not NAME=VALUE.")
        name, position = statement["name"], statement.end()
        if statement["sign"] is None:
            value = _value(name, outside)
        else:
            try:
                value, position = _read_value(text, position, known)
            except FormatError as error:
                raise FormatError(f"Line {_line(text, statement.start())}: {error}") from None
        found.set(name, *value)
        position = _start(text, position)
    raise FormatError("The file has too many variables. Check that it is the right file.")


def _start(text: str, position: int) -> int:
    """The position after blanks and comments."""
    skipped = _SKIPPED.match(text, position)
    return skipped.end() if skipped else position


def _read_value(text: str, position: int, known: Mapping[str, str]) -> tuple[Interpolated, int]:
    if text[position : position + 1] not in ("'", '"'):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        return interpolate(text[position:end].partition(" #")[0].rstrip(), known), end
    quoted = _QUOTED.match(text, position)
    if quoted is None:
        raise FormatError("add the missing closing quote.")
    if quoted["single"] is not None:
        return Interpolated(quoted["single"].replace("\\'", "'")), quoted.end()
    return interpolate(_ESCAPE.sub(_unescape, quoted["double"]), known), quoted.end()


def _unescape(escape: re.Match[str]) -> str:
    return chr(int(escape[2], 8) & 0xFF) if escape[2] else _ESCAPES.get(escape[1], escape[1])


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
