"""Writing the settings into the storage section of a registry's configuration: first what changes, then the file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wizard import rules
from wizard.catalog.registries.next_steps import Instruction, apply_instruction, export_command
from wizard.config.schema import ImportedFrom
from wizard.files.errors import ChangedError, FileError
from wizard.files.output import open_output
from wizard.files.written import Written
from wizard.formats import NAMES
from wizard.formats.format import Format, FormatError
from wizard.formats.lookup import all_formats, format_of
from wizard.model.further_parameters import FURTHER_PARAMETERS
from wizard.model.redaction import HIDDEN, hide_credentials
from wizard.model.secret import abbreviate_key
from wizard.model.settings import DECLARATIONS, Settings
from wizard.model.url_credentials import has_url_credentials
from wizard.session import importing
from wizard.session.importing import MAX_BYTES, Note
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_word

_MAX_COMMAND = 1000  # characters
_CONTEXT = 2  # lines around a change
_LINE = re.compile(r"""([ +-])(\s*)(?:(["']?)([\w-]+)\3(\s*:)(?:(\s+)(.*))?)?""")
_BRACKETS = re.compile(r"[ +-][\s{}\[\],]*")
# The keys whose values are shown. Everything else in a registry's configuration may be a secret.
_SHOWN = frozenset(("enabled", "disable", *DECLARATIONS, *FURTHER_PARAMETERS)) - {"secretkey", "useragent"}
_SHOWN_OF_QUAY = frozenset(("s3_bucket", "bucket_name", "s3_region", "storage_path", "is_secure", "endpoint_url"))
_ADDRESSES = frozenset(("addr", "address", "host", "hostname", "port"))  # shown where the value has that form
_ADDRESS = re.compile(r"[\w.:\[\]-]*:\d{1,5}|[\d.]+|[\w-]+(\.[\w-]+)+")
# A value alone on its line, of one word: no collection, block or comment, and nothing after it but the comma of JSON.
_PLAIN = re.compile(r"""("[^"'\s]+"|'[^"'\s]+'|[^\s"'{}\[\]|>&*!#,][^\s"'{}\[\],]*)(,?)""")
_OPENING = ("{", "[")


class Change(NamedTuple):
    """A configuration as it is and as it will be.

    `remarks` are sentences on what is changed or kept beside storage, `errors` on what is wrong with what is kept.
    """

    path: Path
    settings: Settings
    before: str
    after: str
    remarks: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Change({self.path})"  # the texts hold secrets

    @property
    def is_empty(self) -> bool:
        """Whether the file has the settings already."""
        return self.before == self.after

    def diff(self) -> list[str]:
        """A unified diff, safe to print: only the values of the driver's parameters are shown, and no secret."""
        before, after = self.before.splitlines(), self.after.splitlines()
        lines = difflib.unified_diff(before, after, "as it is", "as it will be", lineterm="", n=_CONTEXT)
        return [line if index < 2 or line.startswith("@@") else self._shown(line) for index, line in enumerate(lines)]

    def _shown(self, line: str) -> str:
        match = _LINE.fullmatch(line)
        if _BRACKETS.fullmatch(line):
            return line
        if match is None or match[4] is None:
            return f"{line[:1]}{' ' * (len(line) - len(line[1:].lstrip()) - 1)}{HIDDEN}"
        mark, indent, quote, key, colon, blanks, value = match.groups()
        shown = _shown_value(key, value, self.settings) if value else ""
        return f"{mark}{indent}{quote}{sanitize(key, 60)}{quote}{colon}{blanks or ''}{shown}"


def _shown_value(key: str, value: str, settings: Settings) -> str:
    value = re.split(r"\s+#", value, maxsplit=1)[0]  # without a comment, which can be any text
    if value in _OPENING:
        return value
    match = _PLAIN.fullmatch(value)
    if match is None or not _may_be_shown(key.lower(), match[1].strip("\"'")):
        return HIDDEN
    word, comma = match.groups()
    return sanitize((abbreviate_key(word) if key == "accesskey" else hide_credentials(word, settings)) + comma, 200)


def _may_be_shown(key: str, word: str) -> bool:
    if key in _ADDRESSES:
        return _ADDRESS.fullmatch(word) is not None
    return key in _SHOWN | _SHOWN_OF_QUAY and not has_url_credentials(key, word)


def require_section(target: Format) -> None:
    """Raises `FormatError` if a file of the format has no section that can be replaced."""
    if not target.sections:
        supported = ", ".join(each.id for each in all_formats().values() if each.sections)
        raise FormatError(
            f"Files of the format {target.id} can't be changed in place. Use export -o. It works with: {supported}."
        )


def write_back_command(source: ImportedFrom, config: Path) -> str:
    """The command that writes the settings file at `config` into its source, safe to print; empty if none can.

    It works as it is shown: it is empty, too, if a terminal could not show it unchanged.
    """
    if source.format not in NAMES or not format_of(source.format).sections:
        return ""
    if not f"{source.file}{config}".isprintable():
        return ""
    command = export_command(config, f"{source.format} --into {shell_word(source.file)}")
    return command if len(command) <= _MAX_COMMAND else ""


def steps_into_source(source: ImportedFrom, config: Path, registry: str) -> list[Instruction]:
    """What changes the source and makes the registry read it; nothing if no command can, or another registry does."""
    command = write_back_command(source, config)
    if not command or format_of(source.format).registry not in ("", registry):
        return []
    write = Instruction(f"Write the settings into {sanitize(source.file)}. A backup is kept:", command)
    return [write, apply_instruction(source.format, Path(source.file))]


def plan_of_source(path: Path, format_id: str, settings: Settings, note: Note) -> Change:
    """As `plan`, with the format that a settings file names. Raises `FormatError`."""
    if format_id not in NAMES:
        raise FormatError(
            f"The settings file names {sanitize(format_id, 40)} as the format of its source, which is not supported. "
            "Correct it, or remove [source]."
        )
    target = format_of(format_id)
    try:
        require_section(target)
    except FormatError as error:
        raise FormatError(f"{error} Use storage-wizard export --to {format_id}, and copy it.") from None
    return plan(path, target, settings, note)


def plan(path: Path, target: Format, settings: Settings, note: Note) -> Change:
    """What changes in the file at `path`, a configuration in the format `target`, which has a section.

    Raises `FormatError` if the file cannot be read, is of another kind, or has no safe place for the section.
    """
    from wizard.formats.yaml_splice import merge_into, with_kept_parameters  # imported here: for a YAML parser

    if importing.is_stream(path):
        raise FormatError(f"{sanitize(path)} is not a regular file. Choose a different file.")
    before = importing.read_text(path, note, "utf-8")
    try:
        merged = merge_into(before, target, settings)
    except FormatError as error:
        raise FormatError(f"{sanitize(path)}: {error}") from None
    if len(merged.text.encode()) > MAX_BYTES:
        raise FormatError(f"{sanitize(path)} would become too large to read again, so nothing was changed.")
    with_kept = with_kept_parameters(before, target, settings)
    kept = [name for name in with_kept.further if name not in settings.further]
    errors = _errors_of_kept(settings, with_kept) if kept else ()
    return Change(path, settings, before, merged.text, (*merged.remarks, *_kept(path, kept)), tuple(errors))


def _kept(path: Path, names: Sequence[str]) -> Iterator[str]:
    """Names the parameters of the driver that only the file has."""
    if names:
        listed = ", ".join(names)
        yield f"{sanitize(path)} also has {listed}: kept, but not in the settings that were validated."


def _errors_of_kept(settings: Settings, with_kept: Settings) -> Iterator[str]:
    """What is wrong with the parameters that only the file has."""
    before = rules.errors(settings)
    return (finding.text for finding in rules.errors(with_kept) if finding not in before)


def settings_of_both(change: Change, target: Format) -> tuple[Settings, Settings] | None:
    """What the registry has with the file as it is, and as it will be; None if one of them has no storage."""
    beside = importing.reader_beside(change.path, lambda _: None)
    try:
        before, after = (
            importing.take_over_text(text, target.id, beside).settings for text in (change.before, change.after)
        )
    except FormatError:
        return None
    return before, after


def write(change: Change, config: Path) -> Written:
    """Writes the file, which keeps who can access it, and its content as a backup. `config` is the settings file.

    Raises `ChangedError` if the file is not as it was when the change was planned, and other `FileError`s.
    """
    with open_output(change.path, MAX_BYTES, config) as target:
        if target.content is None:
            raise FileError(f"{sanitize(change.path)} not found. Check the path.")
        if target.content.data != change.before.encode():
            raise ChangedError(change.path)
        return target.replace(change.after.encode(), keep_attributes=True)
