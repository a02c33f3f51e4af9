"""The storage section of an existing YAML file, replaced where it stands.

Only the characters that must change do: comments, order, line ends, and every name that is none of ours stay. What
comes out is read again before anybody gets it, and must say what was meant, and all else as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.formats import s3_parameters
from wizard.formats import yaml as yaml_text
from wizard.formats.format import Format, FormatError
from wizard.model.settings import Settings

_OURS = frozenset(s3_parameters.PARAMETERS) | {"redirect", "disableredirect", "pathstyle"}
_STAYS = ("delete",)  # where the file says something of it already


def merge_into(text: str, into: Format, settings: Settings) -> str:
    """`text` with the storage section of the settings, in the format's own shape.

    Raises `FormatError` where the file is written in a way that leaves no place for it.
    """
    section = _at(yaml_text.load(into.write(settings).text), into.section)
    root = yaml_text.nodes(text)
    before = yaml_text.mapping(yaml_text.load(text), "the file")
    for name in reversed(into.section):
        section = {name: section}
    if not before:
        return text + ("" if text.endswith("\n") or not text else "\n") + yaml_text.dump(section)
    writer = _Writer(text, "\r\n" if "\r\n" in text else "\n", into)
    edits = sorted(writer.merge(root, section, ()), key=lambda apply_edit: apply_edit.start)
    after = text
    for apply_edit in reversed(edits):
        after = after[: apply_edit.start] + apply_edit.text + after[apply_edit.end :]
    _verify(after, before, into, settings)
    return after


def _at(document: Any, path: tuple[str, ...]) -> dict[str, Any]:
    for name in path:
        document = document.get(name) or {}
    return dict(document)


def _verify(after: str, before: Mapping[str, object], into: Format, settings: Settings) -> None:
    try:
        rest_as_before = _without(yaml_text.load(after), into.section) == _without(before, into.section)
        is_right = into.read(after).settings == into.read(into.write(settings).text).settings
    except FormatError:
        is_right = rest_as_before = False
    if not (is_right and rest_as_before):
        raise FormatError(
            "The way this file is written leaves no safe place for the section. Nothing was changed; "
            "write it to a file of its own with -o, and copy it."
        )


def _without(document: object, path: tuple[str, ...]) -> object:
    if not isinstance(document, Mapping):
        return document
    inner = {path[0]: _without(document.get(path[0]), path[1:])} if len(path) > 1 and path[0] in document else {}
    return {name: value for name, value in document.items() if name != path[0]} | inner


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


class _Writer:
    def __init__(self, text: str, newline: str, into: Format) -> None:
        self._text, self._newline, self._into = text, newline, into

    def merge(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[_Edit]:
        """What makes the mapping say what is wanted."""
        if node.flow_style:
            kept = {
                name: value for name, value in yaml_text.value_of(node).items() if not self._goes(name, wanted, path)
            }
            yield self._value(node, yaml_text.flow({**kept, **wanted}))
            return
        there = {key.value for key, _ in node.value}
        for key, value in node.value:
            if key.value in wanted and key.value not in (_STAYS if path == self._into.section else ()):
                yield from self._change(key, value, wanted[key.value], (*path, key.value))
            elif self._goes(key.value, wanted, path):
                yield self._lines_of(key, value)
        if missing := {name: value for name, value in wanted.items() if name not in there}:
            yield self._append(node, missing)

    def _goes(self, name: str, wanted: Mapping[str, Any], path: tuple[str, ...]) -> bool:
        depth = len(self._into.section)
        if name in wanted or len(path) < depth:
            return False
        if len(path) == depth:
            return name in self._into.conflicting_keys or name in _OURS
        return name in _OURS and path[depth] not in ("delete", "cache", "maintenance")

    def _change(self, key: Any, value: Any, wanted: Any, path: tuple[str, ...]) -> Iterator[_Edit]:
        if isinstance(wanted, Mapping) and _is_mapping(value):
            yield from self.merge(value, wanted, path)
        elif yaml_text.value_of(value) != wanted or type(yaml_text.value_of(value)) is not type(wanted):
            text = self._block(wanted, key.start_mark.column) if isinstance(wanted, Mapping) else _inline(wanted)
            yield self._value(value, text)

    def _value(self, node: Any, text: str) -> _Edit:
        """Another value in the place of one; one that is not there at all has a place without characters."""
        end = _end(node)
        gap = " " if node.start_mark.index == end and not text.startswith(self._newline) else ""
        return _Edit(node.start_mark.index, end, gap + text)

    def _lines_of(self, key: Any, value: Any) -> _Edit:
        """An entry goes with its lines, and the comment at their end."""
        start = self._text.rfind("\n", 0, key.start_mark.index) + 1
        end = self._text.find("\n", max(_end(value), key.end_mark.index)) + 1
        return _Edit(start, end or len(self._text), "")

    def _append(self, node: Any, missing: Mapping[str, Any]) -> _Edit:
        """Entries after the last one, as deep as the first."""
        key, value = node.value[-1]
        column = node.value[0][0].start_mark.column
        line_end = self._text.find("\n", max(_end(value), key.end_mark.index))
        place = line_end if line_end >= 0 else len(self._text)
        place -= place > 0 and line_end >= 0 and self._text[place - 1] == "\r"
        return _Edit(place, place, self._block(missing, column - 2))

    def _block(self, wanted: Mapping[str, Any], column: int) -> str:
        """The entries, each on its line, below a name at `column`."""
        lines = yaml_text.dump(wanted).splitlines()
        return "".join(f"{self._newline}{' ' * (column + 2)}{line}" for line in lines)


def _inline(value: object) -> str:
    return yaml_text.scalar(value)


def _is_mapping(node: Any) -> bool:
    return node.id == "mapping" and bool(node.value)


def _end(node: Any) -> int:
    """Where the last character of a value is; a mapping's own mark lies behind the comments that follow it."""
    if node.id in ("mapping", "sequence") and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(part) for part in (last if isinstance(last, tuple) else (last,)))
    if node.id == "scalar" and node.style in ("|", ">"):
        return int(node.end_mark.index) - 1
    return int(node.end_mark.index)
