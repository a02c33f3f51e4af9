"""YAML as a Go program reads it without surprises: every string quoted, so that none is taken for something else.

Of `1e3`, `yes` or `0x10` unquoted, YAML 1.1, YAML 1.2 and Go's reader each make something of their own.
"""

from __future__ import annotations

from collections.abc import Mapping


class _Quoted(str):
    """A value, as opposed to a key."""

    __slots__ = ()


def dump(document: Mapping[str, object]) -> str:
    """The text of nested mappings of strings, numbers and truth values, in their own order."""
    import yaml  # here, as the command line asks for the formats' names at every start

    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(_Quoted, lambda dumper, text: dumper.represent_scalar(_STRING, text, style='"'))
    text: str = yaml.dump(_quoted(document), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1 << 20)
    return text


_STRING = "tag:yaml.org,2002:str"


def _quoted(value: object) -> object:
    match value:
        case Mapping():
            return {name: _quoted(inner) for name, inner in value.items()}
        case str():
            return _Quoted(value)
        case _:
            return value
