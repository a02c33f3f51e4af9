"""Reads YAML from any source: without tags that construct objects, and within limits.

`FormatError` is raised where the text is not YAML, has a key twice, is nested too deeply, or grows too much through
aliases. It never quotes the text, which can hold a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from wizard.formats.format import FormatError

if TYPE_CHECKING:
    import yaml

# With merge keys, each alias can double the entries of the one before. This limit allows about 100,000 of them.
_MAX_ALIASES = 32


def load(text: str) -> Any:
    """The value of the only document in the text: mappings, lists, strings, numbers, truth values, dates or None."""
    return _with_errors_mapped(text, lambda loader: loader.get_single_data())


def compose(text: str) -> yaml.Node | None:
    """The only document as nodes, which know their positions in the text; None for a text without a document."""
    node: yaml.Node | None = _with_errors_mapped(text, lambda loader: loader.get_single_node())
    return node


def construct(node: yaml.Node) -> Any:
    """The value of a node."""
    return _with_errors_mapped("", lambda loader: loader.construct_document(node))


def require_mapping(value: object, name: str) -> Mapping[str, object]:
    """`value` if it is a mapping with strings as keys, an empty one for None; else `FormatError` about `name`."""
    if value is None:
        return {}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise FormatError(f"`{name}` should hold names with values, each name once on a line of its own.")


def _with_errors_mapped(text: str, read: Callable[[Any], Any]) -> Any:
    import yaml  # imported here: an export without --into reads no YAML

    try:
        return read(_loader()(text))
    except yaml.MarkedYAMLError as error:  # its message can quote a line with a secret
        mark = error.problem_mark or error.context_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise FormatError(f"It is not YAML that can be read{place}. Mend it there.") from None
    except (yaml.YAMLError, ValueError, OverflowError):  # a forbidden character, or a date such as 2026-13-45
        raise FormatError("It is not YAML that can be read. Check that it is the right file.") from None
    except RecursionError:
        raise FormatError("It is nested too deep for a configuration. Check that it is the right file.") from None


@cache
def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """A safe loader that also refuses duplicate keys and too many aliases."""

        alias_count = 0

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                self.alias_count += 1
                if self.alias_count > _MAX_ALIASES:
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
