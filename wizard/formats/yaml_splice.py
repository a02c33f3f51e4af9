"""Replaces the storage section of an existing YAML file.

Only the characters that must change are changed: comments, order, line endings and unknown keys stay. The result is
parsed again: it must hold the new settings, and everything else must be as before.
"""

# Not done with ruamel.yaml, which changes the indentation of the complete file.

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from wizard.formats import s3_parameters, yaml_reader, yaml_writer
from wizard.formats.document_kind import kind_of
from wizard.formats.format import Format, FormatError
from wizard.model.secret import Secret
from wizard.model.settings import Settings

# Keys that are removed where the settings do not have them: parameters of the driver, and its older or other names.
_REMOVED_KEYS = frozenset(s3_parameters.PARAMETERS) | {"redirect", "disableredirect", "pathstyle"}
_KEPT_KEYS = ("delete",)  # a section of the file that is not overwritten


class Merged(NamedTuple):
    """The text with the section, and what was changed beside the storage or not written, one sentence each."""

    text: str
    remarks: tuple[str, ...] = ()


def merge_into(text: str, target: Format, settings: Settings) -> Merged:
    """`text` with the storage section of the settings, as `target` writes it. `target.section` must not be empty.

    Raises `FormatError` if the text is not YAML or a file of another kind, or is written in a way that has no safe
    place for the section.
    """
    settings = with_kept_parameters(text, target, settings)
    root = yaml_reader.compose(text)
    before = yaml_reader.require_mapping(yaml_reader.load(text), "the file")
    _require_kind(before, target)
    present = _section_in(before, target)
    remarks = []
    if has_secret := _names_secret(present, target, settings):
        settings = settings.replace({"accesskey": "", "secretkey": Secret()})
        remarks.append(
            f"The chart takes the keys from the Secret that `{target.keys_elsewhere}` names, so they were not written: "
            "set REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY in it."
        )
    document = yaml_reader.require_mapping(yaml_reader.load(target.write(settings).text), "the file")
    editor = _Editor(text, target)
    if before:
        edits = editor.merge(root, _only(document, target.section), ())
        if "delete" not in present and "delete" in _section_in(document, target):
            remarks.append("`delete: {enabled: true}` is new in it: without that the registry deletes no images.")
    else:
        edits = editor.fill_empty(root, document)
    after = _apply(text, edits)
    _verify(after, before or document, target, settings, has_secret=has_secret)
    return Merged(after, tuple(remarks))


def _require_kind(document: Mapping[str, object], target: Format) -> None:
    """Raises `FormatError` unless the document is empty or one that can have the section."""
    kind = kind_of(document)
    if document and (kind is None or target.id not in kind.formats):
        what = f"It is {kind.title}" if kind else "Nothing in it says that it is one"
        raise FormatError(f"{what}, and not {target.title}. Nothing was changed; write a file of its own with -o.")


def _section_in(document: Mapping[str, object], target: Format) -> Mapping[str, object]:
    """The section of a document; empty if there is none."""
    section: object = document
    for name in target.section:
        section = section.get(name) if isinstance(section, Mapping) else None
    return section if isinstance(section, Mapping) else {}


def _names_secret(section: Mapping[str, object], target: Format, settings: Settings) -> bool:
    driver = section.get(settings.type)
    return bool(target.keys_elsewhere and isinstance(driver, Mapping) and driver.get(target.keys_elsewhere))


def _only(document: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The document with nothing but the value at `path`."""
    name, *rest = path
    return {name: _only(document[name], tuple(rest)) if rest else document[name]}


def with_kept_parameters(text: str, target: Format, settings: Settings) -> Settings:
    """The settings with the further parameters of the driver that the file has and the settings have not."""
    try:
        further = target.read(text).settings.further
    except FormatError:  # it has no storage yet, or one of another driver
        return settings
    return settings.with_further({**further, **settings.further}) if settings.type == "s3" else settings


def _verify(after: str, before: Mapping[str, object], target: Format, settings: Settings, *, has_secret: bool) -> None:
    """Raises `FormatError` if the result does not hold the settings, or changes what is beside them."""
    try:
        document = yaml_reader.require_mapping(yaml_reader.load(after), "the file")
        is_rest_unchanged = _without(document, target.section) == _without(before, target.section)
        is_rest_unchanged &= has_secret == _names_secret(_section_in(document, target), target, settings)
        is_section_right = target.read(after).settings == target.read(target.write(settings).text).settings
    except FormatError:
        is_rest_unchanged = is_section_right = False
    if not (is_rest_unchanged and is_section_right):
        raise FormatError(
            "The way this file is written leaves no safe place for the section. Nothing was changed; "
            "write it to a file of its own with -o, and copy it."
        )


def _without(document: object, path: tuple[str, ...]) -> object:
    """The document without the value at `path`, and without mappings that hold nothing else."""
    if not isinstance(document, Mapping):
        return document
    rest = {name: value for name, value in document.items() if name != path[0]}
    if len(path) > 1 and (inner := _without(document.get(path[0]), path[1:])):
        rest[path[0]] = inner
    return rest


@dataclass(frozen=True, slots=True)
class _Edit:
    """`text` replaces the characters from `start` to before `end`."""

    start: int
    end: int
    text: str


def _apply(text: str, edits: Iterator[_Edit]) -> str:
    """Applies the edits from the end of the text to its start. Insertions at one position stay in their order."""
    for edit in sorted(edits, key=lambda edit: edit.start)[::-1]:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class _Editor:
    """Finds the edits that make a document hold the wanted values. `path` is the position in the document."""

    def __init__(self, text: str, target: Format) -> None:
        self._text, self._target = text, target
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def fill_empty(self, root: Any, wanted: Mapping[str, Any]) -> Iterator[_Edit]:
        """For a document without entries: it has comments only, no content after `---`, an empty mapping or null."""
        has_content = root is not None and _end(root) > root.start_mark.index
        start, end = (root.start_mark.index, _end(root)) if has_content else (len(self._text), len(self._text))
        block = self._block(wanted, 0)
        if start == 0 or self._text[start - 1] == "\n":
            block = block.removeprefix(self._newline)
        yield _Edit(start, end, block + (self._newline if end == len(self._text) else ""))

    def merge(self, node: Any, wanted: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[_Edit]:
        """For a mapping with entries."""
        if node.flow_style:
            entries = yaml_reader.construct(node).items()
            staying = {name: value for name, value in entries if not self._is_removed(name, wanted, path)}
            kept = {name: staying[name] for name in self._kept_keys(path) if name in staying}
            yield self._replace(node, yaml_writer.flow({**staying, **wanted, **kept}))
            return
        present = {key.value for key, _ in node.value}
        for key, value in node.value:
            if key.value in wanted and key.value not in self._kept_keys(path):
                yield from self._change(key, value, wanted[key.value], (*path, key.value))
            elif self._is_removed(key.value, wanted, path):
                yield self._remove_lines(key, value)
        if missing := {name: value for name, value in wanted.items() if name not in present}:
            yield self._append(node, missing)

    def _kept_keys(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return _KEPT_KEYS if path == self._target.section else ()

    def _is_removed(self, name: str, wanted: Mapping[str, Any], path: tuple[str, ...]) -> bool:
        is_outside = len(path) < len(self._target.section)
        if name in wanted or is_outside:
            return False
        is_section = path == self._target.section
        return name in _REMOVED_KEYS or (is_section and name in self._target.conflicting_keys)

    def _change(self, key: Any, value: Any, wanted: Any, path: tuple[str, ...]) -> Iterator[_Edit]:
        if isinstance(wanted, Mapping) and value.id == "mapping" and value.value:
            yield from self.merge(value, wanted, path)
            return
        present = yaml_reader.construct(value)
        if present != wanted or type(present) is not type(wanted):
            is_mapping = isinstance(wanted, Mapping)
            text = self._block(wanted, key.start_mark.column + 2) if is_mapping else yaml_writer.scalar(wanted)
            yield self._replace(value, text)

    def _replace(self, node: Any, text: str) -> _Edit:
        """Replaces a value. An absent one, as in `key:`, has a position but no characters, and needs a blank."""
        end = _end(node)
        is_absent = node.start_mark.index == end
        return _Edit(
            node.start_mark.index, end, f" {text}" if is_absent and not text.startswith(self._newline) else text
        )

    def _remove_lines(self, key: Any, value: Any) -> _Edit:
        """Removes the lines of an entry, with the comment at the end of the last one."""
        start = self._text.rfind("\n", 0, key.start_mark.index) + 1
        end = self._text.find("\n", max(_end(value), key.end_mark.index)) + 1
        return _Edit(start, end or len(self._text), "")

    def _append(self, node: Any, missing: Mapping[str, Any]) -> _Edit:
        """Adds entries on the lines after the last entry, with the indentation of the first."""
        key, value = node.value[-1]
        column = node.value[0][0].start_mark.column
        line_end = self._text.find("\n", max(_end(value), key.end_mark.index))
        position = line_end if line_end >= 0 else len(self._text)
        if line_end > 0 and self._text[position - 1] == "\r":
            position -= 1
        return _Edit(position, position, self._block(missing, column))

    def _block(self, wanted: Mapping[str, Any], column: int) -> str:
        """The entries, each after a line break and indented to `column`."""
        lines = yaml_writer.dump(wanted).splitlines()
        return "".join(f"{self._newline}{' ' * column}{line}" for line in lines)


def _end(node: Any) -> int:
    """The index after the last character of a node. PyYAML's mark of a block lies after the comments that follow it."""
    if node.id in ("mapping", "sequence") and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(part) for part in (last if isinstance(last, tuple) else (last,)))
    if node.id == "scalar" and node.style in ("|", ">"):
        return int(node.end_mark.index) - 1
    return int(node.end_mark.index)
