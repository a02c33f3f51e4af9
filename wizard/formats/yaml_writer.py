"""Writes YAML that every reader understands alike.

All strings are quoted: YAML 1.1, YAML 1.2 and Go's reader disagree about unquoted ones such as `1e3`, `yes` or `0x10`.
"""

# Written here, and not with PyYAML: importing PyYAML takes longer than all of an export.

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[A-Za-z/](?:[A-Za-z0-9+/_.=-]|:(?=[A-Za-z0-9/]))*")
# Plain words that some version of YAML reads as a truth value, null or a number (https://yaml.org/type/bool.html).
_RESERVED_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def dump(document: Mapping[str, object], indent: str = "") -> str:
    """Block style. Values are mappings, lists or scalars; keys are written as they are, in their order.

    The items of a list are written in flow style.
    """
    text = ""
    for name, value in document.items():
        match value:
            case Mapping():
                text += f"{indent}{name}:\n{dump(value, indent + '  ')}"
            case list():
                text += f"{indent}{name}:\n" + "".join(f"{indent}- {flow(item)}\n" for item in value)
            case _:
                text += f"{indent}{name}: {scalar(value)}\n"
    return text


def flow(value: object) -> str:
    """Flow style, on one line. The value is made of mappings, lists and scalars."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{name}: {flow(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case _:
            return scalar(value)


def scalar(value: object) -> str:
    """One value on one line; strings in double quotes (https://yaml.org/spec/1.1/#id872840)."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case str():
            return '"' + "".join(map(_escape, value)) + '"'
        case _:
            return str(value)


def _escape(char: str) -> str:
    if char in _ESCAPES or char.isprintable():
        return _ESCAPES.get(char, char)
    code = ord(char)
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def plain_or_quoted(text: str) -> str:
    """A string, without quotes where no reader of YAML reads it as another value or type."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED_WORDS else scalar(text)
