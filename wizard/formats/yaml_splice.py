"""Replaces the storage section of an existing file of YAML or JSON.

Only the characters that must change are changed: comments, order, line endings and unknown keys stay. The result is
parsed again: it must contain the new settings, and everything else must be as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wizard.formats import yaml_reader, yaml_writer
from wizard.formats.document_kind import kind_of
from wizard.formats.format import Format, FormatError
from wizard.formats.yaml_editor import Edit, Editor, apply_edits
from wizard.model.secret import Secret
from wizard.model.settings import Settings

_SECRETS = ("accesskey", "secretkey")  # without case: formats have their own spellings


class Merged(NamedTuple):
    """The text with the section, and what was changed beside the storage or not written, one sentence each."""

    text: str
    remarks: tuple[str, ...] = ()


def merge_into(text: str, target: Format, settings: Settings) -> Merged:
    """`text` with the storage section of the settings, as `target` writes it. `target.sections` must not be empty.

    Raises `FormatError` if the text is not YAML or JSON or a file of another kind, or is written in a way that has no
    safe place for the section.
    """
    settings = with_kept_parameters(text, target, settings)
    roots = yaml_reader.compose_all(text)
    documents = yaml_reader.load_all(text)
    index = _index_for(documents, target)
    root, before = (roots[index], yaml_reader.require_document(documents[index])) if roots else (None, {})
    remarks = []
    if elsewhere := target.keys_elsewhere(before):
        remarks.append(elsewhere)
    document = target.fitted(_document_of(target, settings, has_keys=not elsewhere), before)
    editor = Editor(text, target, settings)
    if before:
        edits = editor.merge(root, _only(document, target.sections), ())
        if any(_is_new_delete(before, document, path) for path in target.sections):
            remarks.append(
                '"delete: {enabled: true}" was added, because the registry does not delete images without it.'
            )
    else:
        exported = target.write(settings).text
        is_json = yaml_reader.is_json(exported) and text.strip() in ("", "{}")  # comments make it YAML
        edits = iter([Edit(0, len(text), exported)]) if is_json else editor.fill_empty(root, document)
    after = apply_edits(text, edits)
    _verify(after, documents if before else [document], index, _Wanted(target, document, elsewhere))
    return Merged(after, tuple(remarks))


def _index_for(documents: Sequence[object], target: Format) -> int:
    """Which document can have the section; `FormatError` unless exactly one is empty or of the right kind."""
    kinds = [kind_of(each) if isinstance(each, Mapping) else None for each in documents]
    found = [index for index, kind in enumerate(kinds) if kind and target.id in kind.formats]
    if len(found) > 1:
        raise FormatError(f"The file contains {target.title} {len(found)} times. Keep one of them.")
    if len(documents) > 1 and not found and not any(kinds):
        raise FormatError("The file contains several documents. Keep only the one with the storage section.")
    if documents and not found and (len(documents) > 1 or documents[0]):
        yaml_reader.require_document(documents[0])
        kind = next(filter(None, kinds), None)
        what = f"The file is {kind.title}, not" if kind else "The file does not appear to be"
        raise FormatError(f"{what} {target.title}. Nothing was changed. Use -o to write a separate file.")
    return found[0] if found else 0


def _document_of(target: Format, settings: Settings, *, has_keys: bool) -> Mapping[str, object]:
    """The document with the section that `target` writes, perhaps without the keys."""
    document = yaml_reader.load_mappings(target.write(settings).text)[0]
    return document if has_keys else _without_keys(document)


def _without_keys(document: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _without_keys(yaml_reader.require_mapping(value, name)) if isinstance(value, Mapping) else value
        for name, value in document.items()
        if name.lower() not in _SECRETS
    }


def _is_new_delete(before: object, document: object, path: tuple[str, ...]) -> bool:
    """Whether the section at the path has `delete` only in the new document."""
    for name in path:
        before = before.get(name) if isinstance(before, Mapping) else None
        document = document.get(name) if isinstance(document, Mapping) else None
    had_it = isinstance(before, Mapping) and "delete" in before
    return isinstance(document, Mapping) and "delete" in document and not had_it


def _only(document: Mapping[str, Any], paths: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """The document with nothing but the values at the paths."""
    kept: dict[str, Any] = {}
    for name in dict.fromkeys(path[0] for path in paths):
        if name in document:
            inner = [path[1:] for path in paths if path[0] == name]
            kept[name] = document[name] if () in inner else _only(document[name], inner)
    return kept


def with_kept_parameters(text: str, target: Format, settings: Settings) -> Settings:
    """The settings with the further parameters of the driver that the file has and the settings have not."""
    try:
        further = target.read(text).settings.further
        implied = target.read(target.write(settings).text).settings.further
    except FormatError:  # it has no storage yet, or one of another driver
        return settings
    if settings.type != "s3":
        return settings
    merged = settings.with_further({**further, **settings.further})
    written = target.read(target.write(merged).text).settings.further  # not those that the format only implies
    return settings.with_further(
        {
            name: value
            for name, value in merged.further.items()
            if name in settings.further or name in {*written} - {*implied}
        }
    )


class _Wanted(NamedTuple):
    """What a file must contain afterwards: the storage of a document, and where its keys are, if that is elsewhere."""

    target: Format
    document: Mapping[str, object]
    elsewhere: str

    def __repr__(self) -> str:
        return f"_Wanted({self.target.id})"  # the document contains the secret key

    def is_in(self, text: str) -> bool:
        found = self.target.read(text).settings
        wanted = self.target.read(yaml_writer.dump(self.document)).settings
        if self.elsewhere:
            found, wanted = (each.replace({"accesskey": "", "secretkey": Secret()}) for each in (found, wanted))
        return found == wanted


def _verify(after: str, before: Sequence[Any], index: int, wanted: _Wanted) -> None:
    """Raises `FormatError` if the result does not contain what is wanted, or changes what is beside it.

    `before` are the documents of the file, of which the one at `index` was changed.
    """
    sections = wanted.target.sections
    try:
        documents = yaml_reader.load_all(after)
        document = yaml_reader.require_document(documents[index])
        is_right = _rest(documents, index, sections) == _rest(before, index, sections)
        is_right &= wanted.target.keys_elsewhere(document) == wanted.elsewhere and wanted.is_in(after)
    except FormatError:
        is_right = False
    if not is_right:
        raise FormatError(
            "Cannot safely edit this file, so nothing was changed. Use -o to write a separate file, and copy the "
            "section from it."
        )


def _rest(documents: Sequence[object], index: int, paths: Iterable[tuple[str, ...]]) -> list[object]:
    """The documents, the one at `index` without the values at the paths."""
    return [_without(each, paths) if position == index else each for position, each in enumerate(documents)]


def _without(document: object, paths: Iterable[tuple[str, ...]]) -> object:
    """The document without the values at the paths, and without mappings that contain nothing else."""
    for path in paths:
        document = _without_one(document, path)
    return document


def _without_one(document: object, path: tuple[str, ...]) -> object:
    if not isinstance(document, Mapping):
        return document
    rest = {name: value for name, value in document.items() if name != path[0]}
    if len(path) > 1 and (inner := _without_one(document.get(path[0]), path[1:])):
        rest[path[0]] = inner
    return rest
