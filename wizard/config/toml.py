"""TOML text, to a document and back; what is wrong with it is said for the admin."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from wizard.text.sanitize import sanitize

TOO_COMPLEX = "a number is too long, or lists or tables nest too deeply. Correct it."


class ConfigError(Exception):
    """Why the file cannot be used or written, and what to do: one or two sentences for the admin."""


def parse(data: bytes) -> dict[str, Any]:
    """The document that `data` holds; `ConfigError` when it is not TOML in UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError("not text in UTF-8. Check that it is the right file, or convert it.") from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(_syntax_problem(str(error), text)) from None


# How what tomllib says begins, and the same for the admin. Its own words can quote the file.
_SYNTAX = {
    "Invalid value": "text needs quotes around it, a switch is true or false",
    "Expected '='": "a key is followed by = and its value",
    "Expected newline": "something follows the value on its line",
    "Unescaped '\\'": "a backslash in quoted text is written twice",
    "Illegal character": "quoted text does not end on its line",
    "Unterminated string": "quoted text does not end",
    "Cannot ": "the same name is there twice",
    "Duplicate ": "the same name is there twice",
}


def _syntax_problem(said: str, text: str) -> str:
    found = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    if found is None:
        return "not TOML that can be read: a number is too long or lists nest too deeply. Correct it."
    line, column = found[1] or text.count("\n") + 1, found[2] or len(text) - text.rfind("\n")
    hint = next((f": {words}" for start, words in _SYNTAX.items() if said.startswith(start)), "")
    return f"not valid TOML at line {line}, column {column}{hint}. Correct it there."


def describe_value(value: object) -> str:
    """A value of a document, as a sentence names it."""
    # Lists and tables can hold secrets of any name, so only their kind is told.
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{sanitize(value, 40)}"'
        case int() | float():
            return f"the number {value}" if abs(value) < 1 << 63 else "a number out of all bounds"
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return "a date or a time"


_BARE = os.urandom(16).hex()  # goes before text that is to stand without quotes; nobody can guess it
_ODD = re.compile(r"[^\n\x20-\x7e]")


def unquoted_literal(text: str) -> str:
    """`text` marked so that `dump` writes it without quotes."""
    return _BARE + text


def dump(document: Mapping[str, Any]) -> str:
    """The text of a document, no character of which can steer a terminal; `ConfigError` when it has none."""
    import tomli_w  # here, as most only read

    try:
        text = tomli_w.dumps(document)
    except (ValueError, RecursionError):
        raise ConfigError(TOO_COMPLEX) from None
    return _ODD.sub(_escaped, re.sub(f'"{_BARE}([^"]*)"', r"\1", text))


def _escaped(found: re.Match[str]) -> str:
    """The character, or its TOML escape when it could steer a terminal or hide in a line."""
    char = found[0]
    if sanitize(char) == char:
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 1 << 16 else f"\\U{ord(char):08X}"
