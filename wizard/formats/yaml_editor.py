"""Finds the characters of a YAML or JSON file that must change, so that comments, order and line ends stay."""

# Not done with ruamel.yaml, which changes the indentation of the complete file.

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.formats import s3_parameters, yaml_reader, yaml_writer
from wizard.formats.format import Format, FormatError
from wizard.model.settings import Settings
from wizard.text.sanitize import escape_unsafe

# Keys that are removed where the settings do not have them: parameters of the driver, and its older or other names.
_REMOVED_KEYS = frozenset(s3_parameters.PARAMETERS) | {"redirect", "disableredirect", "pathstyle"}
_KEPT_KEYS = ("delete",)  # a section of the file that is not overwritten


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` replaces the characters from `start` to before `end`."""

    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Edit({self.start}, {self.end}, {len(self.text)} characters)"  # they can contain a secret key


def apply_edits(text: str, edits: Iterator[Edit]) -> str:
    """Applies the edits from the end of the text to its start. Insertions at one position stay in their order."""
    for edit in sorted(edits, key=lambda edit: edit.start)[::-1]:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class Editor:
    """Finds the edits that make a document contain the wanted values. `path` is the position in the document."""

    def __init__(self, text: str, target: Format, settings: Settings) -> None:
        self._text, self._target, self._settings = text, target, settings
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._is_json = yaml_reader.is_json(text)

    def fill_empty(self, root: Any, wanted: Mapping[str, Any]) -> Iterator[Edit]:
        """For a document without entries: it has comments only, no content after `---`, an empty mapping or null."""
        has_content = root is not None and _end(root) > root.start_mark.index
        start, end = (root.start_mark.index, _end(root)) if has_content else (len(self._text), len(self._text))
        block = self._block(wanted, 0)
        if start == 0 or self._text[start - 1] == "\n":
            block = block.removeprefix(self._newline)
        yield Edit(start, end, block + (self._newline if end == len(self._text) else ""))

    def merge(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Edit]:
        """For a mapping with entries."""
        if node.flow_style:
            yield from self._merge_flow(node, wanted, path)
            return
        leading, staying = self._split_first_line(node, wanted, path)
        if leading and not staying:
            yield self._replace(node, self._block(wanted, node.start_mark.column).strip())
            return
        if leading:
            yield Edit(leading[0][0].start_mark.index, staying[0][0].start_mark.index, "")
        present = {key.value for key, _ in staying}
        for key, value in staying:
            inner = (*path, key.value)
            if key.value in wanted and key.value not in self._kept_keys(path):
                yield from self._change(key, value, wanted[key.value], inner)
            elif self._is_removed(key.value, wanted, path, value) or inner in self._target.sections:
                yield self._remove_lines(key.start_mark.index, max(_end(value), key.end_mark.index))
            elif self._leads_to_section(inner) and value.id == "mapping" and value.value:
                yield from self.merge(value, {}, inner)
        if missing := {name: value for name, value in wanted.items() if name not in present}:
            yield self._append(node, missing)

    def _split_first_line(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> tuple[Any, Any]:
        """The first entries that are removed, if they begin behind the dash of a list, and the other entries."""
        key = node.value[0][0]
        is_behind_dash = self._text[: key.start_mark.index].rpartition("\n")[2].strip() != ""
        removed = (self._is_removed(key.value, wanted, path, value) for key, value in node.value)
        count = len(list(itertools.takewhile(bool, removed))) if is_behind_dash else 0
        return node.value[:count], node.value[count:]

    def _merge_flow(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Edit]:
        if self._is_json and self._leads_to_section(path):
            yield from self._merge_json(node, wanted, path)
        elif not self._is_json and _is_complete(node):
            yield from self._merge_in_braces(node, wanted, path)
        else:
            yield self._replace_braces(node, wanted, path)

    def _replace_braces(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> Edit:
        """For a mapping of JSON, or one in braces that refers to others: all of it is written anew."""
        nodes = {key.value: value for key, value in node.value}
        staying = {
            name: value
            for name, value in yaml_reader.construct(node).items()
            if not self._is_removed(name, wanted, path, nodes.get(name))
        }
        kept = {name: staying[name] for name in self._kept_keys(path) if name in staying}
        merged = {**staying, **wanted, **kept}
        return self._replace(node, self._json(merged, len(path)) if self._is_json else yaml_writer.flow(merged))

    def _merge_in_braces(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Edit]:
        """For entries in braces: they are changed, removed and put in where they are, so that comments stay."""
        present = {key.value for key, _ in node.value}
        if missing := {name: value for name, value in wanted.items() if name not in present}:
            start = node.start_mark.index + 1
            yield Edit(start, start, yaml_writer.flow(missing)[1:-1] + ", ")
        followers = [*(key.start_mark.index for key, _ in node.value[1:]), None]
        for (key, value), follower in zip(node.value, followers, strict=True):
            inner = (*path, key.value)
            if key.value in wanted and key.value not in self._kept_keys(path):
                yield from self._change(None, value, wanted[key.value], inner)
            elif self._is_removed(key.value, wanted, path, value) or inner in self._target.sections:
                yield Edit(key.start_mark.index, follower or _end(value), "")
            elif self._leads_to_section(inner) and value.id == "mapping" and value.value:
                yield from self.merge(value, {}, inner)

    def _merge_json(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Edit]:
        """For a mapping of JSON with sections below it."""
        staying = [
            (key, value)
            for key, value in node.value
            if key.value in wanted or (*path, key.value) not in self._target.sections
        ]
        if not staying:
            yield self._replace(node, self._json(wanted, len(path)))
            return
        for key, value in staying:
            inner = (*path, key.value)
            new = wanted.get(key.value, {} if self._leads_to_section(inner) else None)
            if isinstance(new, Mapping) and value.id == "mapping" and value.value:
                yield from self.merge(value, new, inner)
            elif key.value in wanted and yaml_reader.construct(value) != new:
                yield self._replace(value, self._json(new, len(path) + 1))
        yield from self._remove_others(node, [key.value for key, _ in staying])
        present = {key.value for key, _ in staying}
        if missing := {name: value for name, value in wanted.items() if name not in present}:
            end = _end(node.value[-1][1])
            entries = self._json(missing, len(path)).removeprefix("{").removesuffix("}").rstrip()
            yield Edit(end, end, f",{entries}" if self._indent else f", {entries}")

    def _remove_others(self, node: Any, names: Collection[str]) -> Iterator[Edit]:
        """Removes the entries of a mapping of JSON without these names, each with one comma."""
        end = None  # of the entry before, once one stays
        first = node.value[0][0].start_mark.index
        for key, value in node.value:
            if key.value in names and end is None and key.start_mark.index > first:
                yield Edit(first, key.start_mark.index, "")
            elif key.value not in names and end is not None:
                yield Edit(end, _end(value), "")
            if key.value in names or end is not None:
                end = _end(value)

    def _leads_to_section(self, path: tuple[str, ...]) -> bool:
        """Whether a section lies below the path, and not at it."""
        return any(len(path) < len(section) and section[: len(path)] == path for section in self._target.sections)

    def _kept_keys(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return _KEPT_KEYS if path in self._target.sections else ()

    def _is_removed(self, name: str, wanted: Mapping[str, Any], path: tuple[str, ...], value: Any) -> bool:
        is_inside = any(path[: len(section)] == section for section in self._target.sections)
        if name in wanted or not is_inside or self._says_the_same(name, value):
            return False
        is_section = path in self._target.sections
        is_parameter = name in _REMOVED_KEYS or name in self._target.own_keys
        return is_parameter or (is_section and name in self._target.conflicting_keys)

    def _says_the_same(self, name: str, value: Any) -> bool:
        """Whether it is a parameter with the value of the settings, the default: it can have been chosen."""
        if name not in s3_parameters.PARAMETERS or value is None or self._settings.type != "s3":
            return False
        try:
            return s3_parameters.parse_value(name, yaml_reader.construct(value)) == self._settings.value(name)
        except FormatError:
            return False

    def _change(self, key: Any, value: Any, wanted: Any, path: tuple[str, ...]) -> Iterator[Edit]:
        """For a value of the key, or of none in braces."""
        if isinstance(wanted, Mapping) and value.id == "mapping" and value.value:
            yield from self.merge(value, wanted, path)
            return
        if isinstance(wanted, list) and value.id == "sequence":
            if not value.flow_style and (staying := _staying(value, wanted)):
                yield from self._change_items(value, staying, wanted[len(staying) :])
                return
            if len(value.value) == len(wanted):
                yield from self._change_in_order(None if value.flow_style else key, value, wanted, path)
                return
        present = yaml_reader.construct(value)
        if present != wanted or type(present) is not type(wanted):
            yield self._replace(value, self._new_value(key, value, wanted))

    def _change_items(self, value: Any, staying: list[Any], added: list[Any]) -> Iterator[Edit]:
        """Removes the lines of the items that do not stay, and adds others after the last one that does."""
        removed = [item for item in value.value if item not in staying]
        yield from (self._remove_lines(item.start_mark.index, _end(item)) for item in removed)
        if added:
            position = self._line_end(_end(staying[-1]))
            start = self._newline + " " * value.start_mark.column
            yield Edit(position, position, "".join(f"{start}- {yaml_writer.flow(item)}" for item in added))

    def _change_in_order(self, key: Any, value: Any, wanted: list[Any], path: tuple[str, ...]) -> Iterator[Edit]:
        """Changes each item of a list; parameters behind a name, such as that of a class, are its own alone."""
        is_renamed = False
        for item, wanted_item in zip(value.value, wanted, strict=True):
            if is_renamed and item.id == "mapping":
                block = self._block(wanted_item, item.start_mark.column).strip()
                yield self._replace(item, yaml_writer.flow(wanted_item) if item.flow_style else block)
                continue
            edits = list(self._change(key, item, wanted_item, path))
            is_renamed |= item.id == "scalar" and bool(edits)
            yield from edits

    def _new_value(self, key: Any, value: Any, wanted: Any) -> str:
        """What replaces a value that does not stay."""
        if isinstance(wanted, Mapping) and key is not None:
            return self._block(wanted, key.start_mark.column + 2)
        if value.id == "sequence" and not value.flow_style and isinstance(wanted, list):
            indent = self._newline + " " * value.start_mark.column
            return indent.join(f"- {yaml_writer.flow(item)}" for item in wanted) or " []"
        return yaml_writer.flow(wanted)

    def _json(self, value: object, depth: int) -> str:
        """A value in JSON, with the indentation of the file, as the value of an entry at that depth."""
        text = escape_unsafe(json.dumps(value, indent=self._indent or None, ensure_ascii=False), "\n\t")
        return text.replace("\n", self._newline + self._indent * depth)

    @property
    def _indent(self) -> str:
        """What is before the entries of the outermost mapping; empty if they are on the line of its brace."""
        first = re.search(r"\{[^\S\n]*\n([ \t]+)\S", self._text)
        return first[1] if first else ""

    def _replace(self, node: Any, text: str) -> Edit:
        """Replaces a value. An absent one, as in `key:`, has a position but no characters, and needs a blank."""
        start, end = node.start_mark.index, _end(node)
        if text.startswith(self._newline):
            return Edit(len(self._text[:start].rstrip(" \t")), end, text)
        return Edit(start, end, f" {text}" if start == end else text)

    def _remove_lines(self, first: int, last: int) -> Edit:
        """Removes the lines from one character to another, with the comment at the end of the last one."""
        start = self._text.rfind("\n", 0, first) + 1
        end = self._text.find("\n", last) + 1
        return Edit(start, end or len(self._text), "")

    def _append(self, node: Any, missing: Mapping[str, Any]) -> Edit:
        """Adds entries on the lines after the last entry, with the indentation of the first."""
        key, value = node.value[-1]
        column = node.value[0][0].start_mark.column
        position = self._line_end(max(_end(value), key.end_mark.index))
        return Edit(position, position, self._block(missing, column))

    def _line_end(self, index: int) -> int:
        """Where the line ends that the character is on, before its line break."""
        line_end = self._text.find("\n", index)
        position = line_end if line_end >= 0 else len(self._text)
        return position - 1 if line_end > 0 and self._text[position - 1] == "\r" else position

    def _block(self, wanted: Mapping[str, Any], column: int) -> str:
        """The entries, each after a line break and indented to `column`."""
        lines = yaml_writer.dump(wanted).splitlines()
        return "".join(f"{self._newline}{' ' * column}{line}" for line in lines)


def _staying(node: Any, wanted: list[Any]) -> list[Any]:
    """The items of a list of mappings that are wanted as they are; none unless others are wanted only behind them."""
    if any(item.id != "mapping" for item in node.value):
        return []
    staying = [item for item in node.value if yaml_reader.construct(item) in wanted]
    is_order_kept = [yaml_reader.construct(item) for item in staying] == wanted[: len(staying)]
    return staying if is_order_kept else []


def _is_complete(node: Any) -> bool:
    """Whether a node in braces contains all its entries itself, without a merge key or an alias."""
    if node.id == "scalar":
        return True
    inside = range(node.start_mark.index, node.end_mark.index)
    is_mapping = node.id == "mapping"
    values = [value for _, value in node.value] if is_mapping else node.value
    return not (is_mapping and any(key.value == "<<" for key, _ in node.value)) and all(
        value.start_mark.index in inside and _is_complete(value) for value in values
    )


def _end(node: Any) -> int:
    """The index after the last character of a node. PyYAML's mark of a block lies after the comments that follow it."""
    if node.id in ("mapping", "sequence") and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(part) for part in (last if isinstance(last, tuple) else (last,)))
    if node.id == "scalar" and node.style in ("|", ">"):
        return int(node.end_mark.index) - 1
    return int(node.end_mark.index)
