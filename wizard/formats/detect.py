"""Finds out the format of a text."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.formats.document_kind import kind_of
from wizard.formats.foreign import foreign_refusal
from wizard.formats.format import FormatError, Given
from wizard.formats.lookup import all_formats

_FOUND_BY_LINE = ("env", "gitlab")  # one line of another file is enough to be mistaken for one of these
_MAX_VALUES = 20  # of a manifest that are searched
_USE_FROM = "Use --from."


class UnknownFormatError(FormatError):
    """Nothing in a text shows that it is the configuration of a registry."""


def detect(text: str) -> str:
    """The id of the format; `FormatError` if no format recognizes the text, or several do.

    `UnknownFormatError` if the text is not even of a kind of file that can have a storage.

    The configuration of Distribution 2 and 3.x can be the same. The header of our own export names the version; where
    nothing shows the version, 2.x is assumed.
    """
    given, problem = _parse(text)
    found = [each for each in all_formats().values() if each.recognizes(given)]
    if all(each.id in _FOUND_BY_LINE for each in found) and (refusal := foreign_refusal(text)):
        raise FormatError(refusal)
    if len(found) == 1:
        return found[0].id
    if found:
        candidates = " or ".join(f"{each.title} ({each.id})" for each in found)
        raise FormatError(f"The format can be {candidates}. {_USE_FROM}")
    if problem:
        raise problem
    kind = kind_of(given.documents[0]) if given.documents else None
    if len(given.documents) > 1 and (kind is None or kind.formats):
        raise FormatError("The file contains several documents. Keep only the one with the storage section.")
    if inside := next(_formats_inside(given), ""):
        raise FormatError(
            f"The file is a Kubernetes manifest that contains {inside}. Copy that value into a separate file and "
            "import it."
        )
    if kind:
        raise FormatError(f"The file looks like {kind.title}, but no supported storage section was found. {_USE_FROM}")
    raise UnknownFormatError(
        "No registry's storage section was found. If the file has one, say what the file is with --from."
    )


def _formats_inside(given: Given) -> Iterator[str]:
    """What the first values of Secrets and ConfigMaps are in which a format is recognized that is no manifest."""
    from wizard.formats.manifest import Manifest  # imported here: for a YAML parser, as below

    values = [(holder, key) for holder in Manifest(given.documents).holders for key in holder.keys]
    for holder, key in values[:_MAX_VALUES]:
        try:
            inner, _ = _parse(holder.text(key))
        except FormatError:  # it is no text
            continue
        found = [each for each in all_formats().values() if each.recognizes(inner)]
        yield from (f"{each.title} in {holder.place(key)}" for each in found)


def _parse(text: str) -> tuple[Given, FormatError | None]:
    """The text with its documents, and why it has none if it is neither YAML nor JSON."""
    from wizard.formats import yaml_reader  # imported here: for a YAML parser

    try:
        return Given(text, yaml_reader.load_mappings(text)), None
    except FormatError as error:
        return Given(text, ()), error
