"""The loader of PyYAML that `yaml_reader` uses. Importing this imports PyYAML."""

from __future__ import annotations

from typing import Any, cast

import yaml

from wizard.formats.format import TOO_MUCH, FormatError, Reread

_MAX_NODES = 10_000  # names and values, with what aliases stand for
_MAX_DEPTH = 50
_MAX_NUMBER_LENGTH = 26  # characters of the largest integer of 64 bits, with underscores
_INTEGERS = range(-(1 << 63), 1 << 63)


class Refused(yaml.MarkedYAMLError):
    """YAML that is not read here. `problem` describes it without quoting the text, and `remedy` is what to do."""

    def __init__(self, problem: str, remedy: str, mark: yaml.Mark) -> None:
        super().__init__(None, None, problem, mark)
        self.remedy = remedy


class Loader(yaml.SafeLoader):
    """A safe loader that refuses tags, duplicate names, large numbers, and a document that is too large or too deep.

    It raises `yaml.MarkedYAMLError` with the position, or `FormatError` for a document that is too large. An integer
    that is written in another way than with its digits is a `Reread`.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._node_count = 0
        self._depth = 0
        self._sizes: dict[str, int] = {}  # the number of nodes of each complete anchor

    def get_single_node(self) -> yaml.Node | None:
        """The only document, if any; a further one is refused with its position."""
        node: yaml.Node | None = None
        if self.check_node():
            node = self.get_node()
        if self.check_node():
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]
            raise Refused("a second document", "Keep only the one with the storage section.", event.start_mark)
        return node

    def scan_to_next_token(self) -> None:
        """Skips blanks and comments, also tabs that indent nothing, as libyaml and Go do (scanner.c)."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def fetch_more_tokens(self) -> None:
        """Reads on in the text, unless it has an escape or a number that is no character, such as "\\U00110000"."""
        try:
            super().fetch_more_tokens()
        except (ValueError, OverflowError):
            raise Refused("an invalid character", "Fix it.", self.get_mark()) from None

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node, unless it exceeds the limits."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            name, mark = str(event.anchor), cast(yaml.Mark, event.start_mark)
            if name not in self.anchors:
                raise Refused("an alias of an unknown anchor", "Fix its name.", mark)
            if name not in self._sizes:  # it has none until its end
                raise Refused("an alias within its own anchor", "Remove it.", mark)
            self._count(self._sizes[name])
            return super().compose_node(parent, index)
        self._count(1)
        _refuse_tag(event)
        count, self._depth = self._node_count, self._depth + 1
        if self._depth > _MAX_DEPTH:
            raise Refused("too many nested levels", "Check that it is the right file.", event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        if event.anchor:
            self._sizes[event.anchor] = self._node_count - count + 1
        return node

    def _count(self, nodes: int) -> None:
        self._node_count += nodes
        if self._node_count > _MAX_NODES:
            raise FormatError(TOO_MUCH)

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """A mapping, unless a name is there twice."""
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    raise Refused("a duplicate name", "Keep only one of them.", key.start_mark)
                seen.add(key.value)
        return node

    def construct_scalar(self, node: Any) -> Any:
        """A text, in which the two halves of a character beyond U+FFFF are one, as JSON escapes it."""
        value: Any = super().construct_scalar(node)
        if isinstance(value, str) and not value.isascii():
            try:
                return value.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                raise Refused("half of a surrogate pair", "Fix it.", node.start_mark) from None
        return value

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        """An integer or a float, except those with a base of 60, which YAML 1.2 does not have."""
        read: Any = self.construct_yaml_float if node.tag.endswith("float") else self.construct_yaml_int
        refused = Refused(
            "a number that parsers read differently", "If it is a string, put it in quotes.", node.start_mark
        )
        if len(node.value) > _MAX_NUMBER_LENGTH or ":" in node.value:
            raise refused
        try:
            number: int | float = read(node)
        except ValueError:  # such as 0x_
            raise refused from None
        if isinstance(number, int) and number not in _INTEGERS:
            raise refused
        return Reread(number) if isinstance(number, int) and str(number) != node.value else number

    def construct_date(self, node: yaml.ScalarNode) -> object:
        """A date or time, unless it is one such as 2026-13-45."""
        try:
            date: object = self.construct_yaml_timestamp(node)
        except (ValueError, OverflowError):
            raise Refused("an invalid date", "If it is a string, put it in quotes.", node.start_mark) from None
        return date


Loader.add_constructor("tag:yaml.org,2002:int", Loader.construct_number)
Loader.add_constructor("tag:yaml.org,2002:float", Loader.construct_number)
Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_date)


# The tags that only confirm what the text is without them.
_TAGS = {
    yaml.ScalarEvent: ("tag:yaml.org,2002:str",),
    yaml.MappingStartEvent: ("tag:yaml.org,2002:map",),
    yaml.SequenceStartEvent: ("tag:yaml.org,2002:seq",),
}


def _refuse_tag(event: Any) -> None:
    if event.tag is not None and event.tag not in _TAGS[type(event)]:
        raise Refused("a tag", "Remove it and put strings in quotes.", event.start_mark)
