"""TOML text: parsed into a document, a document written as text, and errors as sentences for an administrator.

A document is the file as nested dictionaries.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from wizard.text.sanitize import sanitize

TOO_COMPLEX = "a number is too long, or lists or tables are nested too deeply."


class ConfigError(Exception):
    """The file cannot be used or written. The message is one or two sentences: the reason, and what to do."""


def parse_toml(data: bytes) -> dict[str, Any]:
    """The document in `data`; a byte-order mark is ignored. Raises `ConfigError` if it is not TOML in UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError("not UTF-8. Check that it is the right file, or convert it.") from None
    _refuse_excess(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(_syntax_problem(str(error), text)) from None


_MAX_LINES = 10_000  # tomllib needs up to 600 bytes for a table
_MAX_DOTS = 20  # in one dotted key: tomllib needs memory for the square of them
_MAX_ALL_DOTS = 5_000
_COMMENT_OR_STRING = (
    r"#[^\n]*+"
    r'|"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]++|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
)
_TOKEN = rf"(?s:{_COMMENT_OR_STRING}|(?P<dot>\.)|(?P<end>[\n=,\[\]{{}}])|[ \t]++|[^\n=,\[\]{{}}.\"'# \t]++|.)"


def _refuse_excess(text: str) -> None:
    """Raise `ConfigError` for a text that tomllib cannot read in reasonable time and memory."""
    if text.count("\n") > _MAX_LINES:
        raise ConfigError(f"it has more than {_MAX_LINES:,} lines. Check that it is the right file.")
    if text.count(".") <= _MAX_DOTS:
        return
    dots = all_dots = 0
    for token in re.finditer(_TOKEN, text):
        if token["end"]:
            dots = 0
        elif token["dot"]:
            dots, all_dots = dots + 1, all_dots + 1
        if dots > _MAX_DOTS or all_dots > _MAX_ALL_DOTS:
            line = text.count("\n", 0, token.start()) + 1
            raise ConfigError(f"too many dotted keys at line {line}.")


# The start of a message of tomllib, and the same in our words. The rest of its messages can quote the file.
_SYNTAX_HINTS = {
    "Invalid value": "put strings in quotes; switches are true or false",
    "Invalid date": "a date or time is invalid; put strings in quotes",
    "Invalid ": 'expected a line such as name = "value"',
    "Expected '='": 'expected "=" after a key',
    "Expected ']": 'expected "]" after the name of a table',
    "Expected newline": "unexpected text after the value",
    "Unclosed array": 'a list has no closing "]"',
    "Unclosed inline table": 'a table has no closing "}"',
    "Expected \"'": "the closing quote is missing",
    "Unescaped '\\'": "write each backslash twice in a quoted string",
    "Illegal character": "the closing quote is missing on this line",
    "Unterminated string": "the closing quote is missing",
    "Cannot ": "the same name appears twice",
    "Duplicate ": "the same name appears twice",
}


def _syntax_problem(message: str, text: str) -> str:
    position = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if position is None:
        return "invalid TOML: a number is too long, or lists are nested too deeply."
    line, column = position[1] or text.count("\n") + 1, position[2] or len(text) - text.rfind("\n")
    hint = next((f": {words}" for start, words in _SYNTAX_HINTS.items() if message.startswith(start)), "")
    if message.startswith("Invalid value") and not _rest_of_line(text, int(line), int(column)):
        hint = ': the value after "=" is missing'
    return f"invalid TOML at line {line}, column {column}{hint}."


def _rest_of_line(text: str, line: int, column: int) -> str:
    """What follows a position, which counts from 1, without a comment."""
    return text.split("\n")[line - 1][column - 1 :].partition("#")[0].strip()


def describe_value(value: object) -> str:
    """A value, to complete a sentence. Of a list or a table only its kind, because it can contain secrets."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the string "{sanitize(value, 40)}"'
        case int() | float():
            return f"the number {value}" if abs(value) < 1 << 63 else "a number that is out of range"
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return "a date or time"


_UNQUOTED_MARK = os.urandom(16).hex()  # random, so that no text in a file can contain it
_NOT_ASCII = r"[^\n\x20-\x7e]"


def unquoted_literal(text: str) -> str:
    """A marked copy of `text` that `dump_toml` writes without quotes."""
    return _UNQUOTED_MARK + text


def dump_toml(document: Mapping[str, Any]) -> str:
    """The text of a document; characters that could control a terminal are escaped.

    Raises `ConfigError` if a number is too long or the document nests too deeply.
    """
    import tomli_w  # imported here: most commands only read

    try:
        text = tomli_w.dumps(document)
    except (ValueError, RecursionError):
        raise ConfigError(TOO_COMPLEX) from None
    return re.sub(_NOT_ASCII, _escape_unsafe, re.sub(f'"{_UNQUOTED_MARK}([^"]*)"', r"\1", text))


def _escape_unsafe(match: re.Match[str]) -> str:
    """The character, or its TOML escape if it could control a terminal or is invisible."""
    char = match[0]
    if sanitize(char) == char:
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 1 << 16 else f"\\U{ord(char):08X}"
