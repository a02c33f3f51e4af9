"""YAML as a Go program reads it without surprises, and read back without trusting who wrote it.

Every string is written quoted: of `1e3`, `yes` or `0x10` unquoted, YAML 1.1, YAML 1.2 and Go's reader each make
something of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from wizard.formats.format import FormatError

if TYPE_CHECKING:
    import yaml

_MOST_ALIASES = 32  # of which merges, each of all before it, make a hundred thousand entries at worst
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
_BARE = re.compile(r"[A-Za-z/](?:[A-Za-z0-9+/_.=-]|:(?=[A-Za-z0-9/]))*")


# Writing. A reader of YAML takes longer to import than these lines take to run.

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def dump(document: Mapping[str, object], indent: str = "") -> str:
    """The text of nested mappings of strings, numbers, truth values and lists of those, in their own order."""
    text = ""
    for name, value in document.items():
        match value:
            case Mapping():
                text += f"{indent}{name}:\n{dump(value, indent + '  ')}"
            case list():
                text += f"{indent}{name}:\n" + "".join(f"{indent}- {scalar(each)}\n" for each in value)
            case _:
                text += f"{indent}{name}: {scalar(value)}\n"
    return text


def flow(value: object) -> str:
    """The same on one line."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{name}: {flow(inner)}" for name, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case _:
            return scalar(value)


def scalar(value: object) -> str:
    """One value on one line, a string in double quotes (https://yaml.org/spec/1.1/#id872840)."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case str():
            return '"' + "".join(map(_escaped, value)) + '"'
        case _:
            return str(value)


def _escaped(char: str) -> str:
    if char in _SHORT or char.isprintable():
        return _SHORT.get(char, char)
    code = ord(char)
    return f"\\x{code:02x}" if code < 1 << 8 else f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"


def plain_or_quoted(text: str) -> str:
    """The text as a YAML value, in quotes only where a reader would take it for something else without them."""
    return text if _BARE.fullmatch(text) and text.lower() not in _WORDS else scalar(text)


# Reading


def load(text: str) -> Any:
    """What the text holds. `FormatError` says where it is no YAML, without quoting from it."""
    return _guarded(text, lambda loader: loader.get_single_data())


def nodes(text: str) -> yaml.Node | None:
    """The same as nodes, which know their places in the text."""
    node: yaml.Node | None = _guarded(text, lambda loader: loader.get_single_node())
    return node


def value_of(node: yaml.Node) -> Any:
    """What a node holds."""
    return _guarded("", lambda loader: loader.construct_document(node))


def mapping(value: object, name: str) -> Mapping[str, object]:
    """`value` as a mapping of names; what is empty is an empty one. `FormatError` where it is something else."""
    if value is None:
        return {}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise FormatError(f"`{name}` should hold names with values, each name once on a line of its own.")


def _guarded(text: str, read: Callable[[Any], Any]) -> Any:
    import yaml

    try:
        return read(_loader()(text))
    except yaml.MarkedYAMLError as error:  # its text may quote a line with a secret
        mark = error.problem_mark or error.context_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise FormatError(f"It is not YAML that can be read{place}. Mend it there.") from None
    except (yaml.YAMLError, ValueError, OverflowError):  # characters that YAML forbids; a date with a thirteenth month
        raise FormatError("It is not YAML that can be read. Check that it is the right file.") from None
    except RecursionError:
        raise FormatError("It is nested too deep for a configuration. Check that it is the right file.") from None


@cache
def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Refuses what a person would not see: a name given twice, and text that grows by its aliases."""

        aliases = 0

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                self.aliases += 1
                if self.aliases > _MOST_ALIASES:
                    raise yaml.YAMLError("too many aliases")
            node: yaml.Node | None = super().compose_node(parent, index)
            return node

        def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
            node: yaml.MappingNode = super().compose_mapping_node(anchor)
            seen = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    if key.value in seen:
                        raise yaml.composer.ComposerError(None, None, "a name given twice", key.start_mark)
                    seen.add(key.value)
            return node

    return Loader
