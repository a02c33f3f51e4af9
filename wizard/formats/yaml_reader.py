"""Reads YAML from any source: only what every reader of YAML understands alike, and within limits.

`FormatError` is raised where the text is not one document of YAML, has a key twice, a tag, or a number that is too
large or that versions of YAML read differently, and where it is too large. What an alias refers to counts at each
place. An error names the line and never quotes the text, which can contain a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from wizard.formats.format import FormatError, require_few

if TYPE_CHECKING:
    import yaml


def is_json(text: str) -> bool:
    """Whether it is a mapping of JSON."""
    import json  # imported here: only needed for an import

    try:
        return text.lstrip().startswith("{") and isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def load(text: str) -> Any:
    """The value of the only document in the text: mappings, lists, strings, numbers, truth values, dates or None."""
    return _with_errors_mapped(text, lambda loader: loader.get_single_data())


def load_all(text: str) -> list[Any]:
    """The values of all documents in the text. The limits apply to all of them together."""
    return _with_errors_mapped(text, lambda loader: list(_documents(loader)))  # type: ignore[no-any-return]


def load_mappings(text: str) -> tuple[Mapping[str, object], ...]:
    """The documents in the text that are mappings. The limits apply to all of them together."""
    return tuple(document for document in load_all(text) if isinstance(document, Mapping))


def _documents(loader: Any) -> Iterator[object]:
    while loader.check_data():
        yield loader.get_data()


def load_values(texts: Mapping[str, object]) -> dict[str, object]:
    """The mapping with each string in it parsed as YAML once more."""
    require_few(texts)
    return {name: load(value) if isinstance(value, str) else value for name, value in texts.items()}


def has_comment(text: str) -> bool:
    """Whether a value without quotes ends at a comment: the characters from ` #` on are not part of it."""
    import re  # imported here: only needed for an import

    return re.match(r"""\s*[^\s"'#][^\n]*?\s#""", text) is not None


def cut_key_remarks(text: str) -> Iterator[str]:
    """A remark on each key in YAML documents that ends at a comment, which can be the rest of the key."""
    import yaml

    pending: list[Any] = compose_all(text)
    while pending:
        current = pending.pop()
        if isinstance(current, yaml.SequenceNode):
            pending += current.value
        elif isinstance(current, yaml.ScalarNode):
            name = str(current.value).partition("=")[0]
            if _is_key(name) and _ends_at_comment(text, current):
                yield cut_remark(name)
        else:
            pending += [value for _, value in current.value]
            for name, value in _named_values(current):
                if _is_key(name) and isinstance(value, yaml.ScalarNode) and _ends_at_comment(text, value):
                    yield cut_remark(name)


def _nodes(loader: Any) -> Iterator[yaml.Node]:
    while loader.check_node():
        yield loader.get_node()


def _named_values(mapping: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    """The values with their names, also in a mapping such as `name: X, value: Y`, as Kubernetes has variables."""
    values = {str(name.value): value for name, value in mapping.value}
    yield from values.items()
    if "name" in values and "value" in values:
        yield str(values["name"].value), values["value"]


def _is_key(name: str) -> bool:
    """Whether this is the name of a key, or of a variable with one."""
    return name.lower().endswith(("accesskey", "secretkey"))


def _ends_at_comment(text: str, value: yaml.ScalarNode) -> bool:
    return not value.style and has_comment(text[value.start_mark.index :].partition("\n")[0])


def cut_remark(name: str) -> str:
    """A remark on a key that ends at a comment."""
    return f'"{name}" is cut off at " #", as in the registry. If the key continues after that, put it in quotes.'


def compose_all(text: str) -> list[yaml.Node]:
    """The documents as nodes, which have their positions in the text."""
    nodes: list[yaml.Node] = _with_errors_mapped(text, lambda loader: list(_nodes(loader)))
    return nodes


def construct(node: yaml.Node) -> Any:
    """The value of a node."""
    return _with_errors_mapped("", lambda loader: loader.construct_document(node))


def require_mapping(value: object, name: str) -> Mapping[str, object]:
    """`value` if it is a mapping with strings as keys, an empty one for None; else `FormatError` about `name`."""
    return _mapping(value, f'"{name}" must contain')


def require_document(value: object) -> Mapping[str, object]:
    """The same for a complete document."""
    return _mapping(value, "The file must be YAML or JSON that contains")


def _mapping(value: object, beginning: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise FormatError(f"{beginning} names with values, with each name once and on its own line.")


def _with_errors_mapped(text: str, read: Callable[[Any], Any]) -> Any:
    import yaml  # imported here: an export without --into reads no YAML

    from wizard.formats.yaml_loader import Loader, Refused

    try:
        # A tab of JSON is always between tokens, where YAML has none.
        return read(Loader(text.replace("\t", " ") if "\t" in text and is_json(text) else text))
    except yaml.MarkedYAMLError as error:  # its message can quote a line with a secret
        mark = error.problem_mark or error.context_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        if isinstance(error, Refused):
            raise FormatError(f"Found {error.problem}{place}. {error.remedy}") from None
        raise FormatError(f"Invalid YAML{place}.") from None
    except yaml.reader.ReaderError as error:  # a control character
        line = text.count("\n", 0, error.position) + 1
        raise FormatError(f"Invalid YAML at line {line}.") from None
