"""What a format is: a writer and a reader of settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from wizard.catalog.registries import MOUNTED_CA
from wizard.model.redaction import displayed
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.text.shell_path import shell_path


class FormatError(Exception):
    """A text cannot be read as the format, or a file cannot be changed.

    The message is one or two sentences with what to do; it never contains a value of the text.
    """


class Reread(int):
    """An integer that a reader shows with other digits than the text has, such as 0123 in YAML: not to be a text."""


TOO_MUCH = "The file is too large for a configuration. Check that it is the right file."
_MAX_PARAMETERS = 500  # more than any driver has


def require_few(parameters: Collection[object]) -> None:
    """Raises `FormatError` for more parameters of a driver than any has: each one is parsed, and can have a remark."""
    if len(parameters) > _MAX_PARAMETERS:
        raise FormatError("The storage section has too many parameters. Check that it is the right file.")


class Handover(NamedTuple):
    """A shell command that hands a configuration to the registry.

    `template` has `{file}` in place of the file. `stdin` is how the command calls its standard input.
    """

    template: str
    stdin: str = "-"

    def of_file(self, path: Path) -> str:
        """The command for a file."""
        return self.template.replace("{file}", shell_path(path))

    def of_input(self) -> str:
        """The command for standard input."""
        return self.template.replace("{file}", self.stdin)


class Exported(NamedTuple):
    """A configuration in a format.

    `text` is complete, with the secret key. `remarks` name what the format cannot express, one sentence each.
    `handover` is None where a file is enough.
    """

    text: str
    remarks: tuple[str, ...] = ()
    handover: Handover | None = None

    def __repr__(self) -> str:
        return f"Exported({len(self.text)} characters)"  # the text contains the secret key


class Imported(NamedTuple):
    """Settings from a text in a format. What the text leaves out has the value that its registry uses then.

    `settings.provider` is `filesystem` or the default; it is for the caller to detect it from the endpoint. `remarks`
    name what was ignored, one sentence each.
    """

    settings: Settings
    remarks: tuple[str, ...] = ()


ReadBeside = Callable[[str], str | None]
"""Reads the file of that name beside the text: None if there is none, `FormatError` if it cannot be read."""


def no_files(name: str) -> None:  # noqa: ARG001 - it is a `ReadBeside`
    """The files beside a text that is not from a file."""
    raise FormatError("Other files cannot be read when the configuration comes from standard input.")


def no_writer(settings: Settings) -> Exported:  # noqa: ARG001 - it is a `Format.write`
    """The `write` of the formats in `IMPORT_ONLY_NAMES`."""
    raise FormatError("This format can only be imported. Choose a different format.")


def no_reader(text: str) -> Imported:  # noqa: ARG001 - it is a `Format.read`
    """The `read` of the formats in `EXPORT_ONLY_NAMES`."""
    raise FormatError("This format can only be exported. Choose a different format.")


class Given(NamedTuple):
    """A text whose format is to be found out, with its documents of YAML or JSON that are mappings."""

    text: str
    documents: tuple[Mapping[str, object], ...]

    def __repr__(self) -> str:
        return f"Given({len(self.text)} characters)"  # they can contain a secret key

    @property
    def document(self) -> Mapping[str, object]:
        """The only document; empty if there is none, or several."""
        return self.documents[0] if len(self.documents) == 1 else {}

    def has_line(self, pattern: str) -> bool:
        """Whether the start of a line matches that is no comment."""
        return re.search(rf"^(?![ \t]*#){pattern}", self.text, re.MULTILINE) is not None

    @property
    def is_json(self) -> bool:
        """Whether the first character that is not in a comment begins a mapping of JSON."""
        return re.match(r"(\s*#[^\n]*\n)*\s*\{", self.text) is not None


def keys_here(document: Mapping[str, object]) -> str:  # noqa: ARG001 - it is a `Format.keys_elsewhere`
    """The `keys_elsewhere` of the formats whose files contain the keys themselves."""
    return ""


def unchanged(wanted: Mapping[str, object], document: Mapping[str, object]) -> Mapping[str, object]:  # noqa: ARG001
    """The `fitted` of the formats whose names are always the same."""
    return wanted


class Format(NamedTuple):
    """One configuration format.

    - `write` takes settings without errors and returns the configuration; `no_writer` if the format can only be read.
    - `read` takes the text of a configuration, from any source, and returns its settings, or raises `FormatError`;
      `no_reader` if the format can only be written.
    - `carried_settings`: names of the settings that `read` returns exactly as `write` got them.
    - `recognizes`: whether a text is in this format, as far as its content tells; no two formats recognize the same.
    - `registry`: the id of the registry that reads the format, empty where the settings decide.
    - `sections`: paths of what `export --into` replaces in a file of the format; empty if it has nothing to replace.
    - `conflicting_keys`: keys of these sections that must be removed when the storage without them is written into it.
    - `own_keys`: the format's own names of parameters, which are removed there when the settings do not have them.
    - `keys_elsewhere`: a sentence if the keys of a document are in another place, on how to set them there; else empty.
    - `fitted`: the document that `write` makes, with the names that a given document has in place of the usual ones.
    - `has_folders`: whether a registry with the format can have a local folder that the settings name.
    - `trust`: how the registry that reads the format is made to trust a CA.
    - `is_on_host`: whether that registry usually runs on a host as other programs, and not in a container.
    - `read_with`: `read` with the files beside the text, for a format whose texts refer to others; else None.
    - `limits`, `checked_by`: for the documentation, what the format cannot express, and what the tests compare it with.
    """

    id: str
    title: str
    write: Callable[[Settings], Exported]
    read: Callable[[str], Imported]
    carried_settings: frozenset[str]
    recognizes: Callable[[Given], bool]
    registry: str = ""
    sections: tuple[tuple[str, ...], ...] = ()
    conflicting_keys: frozenset[str] = frozenset()
    own_keys: frozenset[str] = frozenset()
    keys_elsewhere: Callable[[Mapping[str, object]], str] = keys_here
    fitted: Callable[[Mapping[str, object], Mapping[str, object]], Mapping[str, object]] = unchanged
    has_folders: bool = True
    trust: str = MOUNTED_CA
    is_on_host: bool = False
    read_with: Callable[[str, ReadBeside], Imported] | None = None
    limits: str = ""
    checked_by: str = ""


def redact_keys(settings: Settings) -> Settings:
    """The settings to be shown to others: as they are displayed, with a word in place of each key."""
    secret = Secret("HIDDEN") if settings.secretkey else Secret()
    return displayed(settings).replace({"accesskey": "HIDDEN" if settings.accesskey else "", "secretkey": secret})
