"""Loading and saving a settings file.

A save keeps the comments, the order and the unknown tables and keys of an existing file. It replaces the file
atomically and keeps the previous one as a backup.
"""

import codecs
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from wizard.config import DEFAULT_FILE
from wizard.config.render import render
from wizard.config.schema import (
    ImportedFrom,
    Validation,
    read_settings,
    read_source,
    read_validation,
    refuse_url_credentials,
    removed_tables,
    validate_schema,
)
from wizard.config.toml import ConfigError, parse_toml
from wizard.files.errors import ChangedError, FileError
from wizard.files.reading import FileContent, describe_exposure, foreign_owner, is_folder, is_regular_file, read_file
from wizard.files.trust import describe_doubts
from wizard.files.written import Written, describe_backup
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

# ConfigError, ImportedFrom and Validation are part of the signatures here, so callers can import them from here.
__all__ = [
    "KEEP_SOURCE",
    "OWNER_ONLY",
    "ConfigError",
    "ConfigFile",
    "ConflictError",
    "ImportedFrom",
    "NotFoundError",
    "Saved",
    "Validation",
    "is_settings_file",
    "load",
    "save",
    "saved_sentence",
    "written_phrase",
]

OWNER_ONLY = "readable only by you, mode 0600"

KEEP_SOURCE = ImportedFrom("", "")  # for `save`: the source of the existing file

_LIMIT = 1 << 20  # bytes; a larger file is not a settings file
_NO_DEFAULT_FILE = "To create it, run storage-wizard. To use another file, add -c FILE."


class NotFoundError(ConfigError):
    """The file does not exist."""


class ConflictError(ConfigError):
    """The file was changed after it was read."""


class ConfigFile(NamedTuple):
    """A settings file as it was read."""

    settings: Settings
    validation: Validation | None = None
    document: Mapping[str, Any] = MappingProxyType({})
    data: bytes | None = None  # None if there is no file
    exposure: str = ""  # what other users can do, to complete `other users can … it`
    save_interrupted: bool = False  # a save was killed; the file has the content from before it
    doubts: tuple[str, ...] = ()  # sentences about other users who could have written the file
    source: ImportedFrom | None = None

    def __repr__(self) -> str:
        return f"ConfigFile({self.settings!r})"  # the document and the data contain secrets

    @property
    def fingerprint(self) -> str:
        """A hash of the bytes, which this process compares; empty if there is no file."""
        return "" if self.data is None else _fingerprint(self.data)


class Saved(NamedTuple):
    """The result of a save: the path without links, the backup of the previous file, and the new fingerprint.

    `remarks` are sentences about the previous file: its owner, who could read it, comments that were lost, and
    whether it was written in place.
    """

    path: Path
    backup: Path | None
    fingerprint: str
    remarks: tuple[str, ...] = ()


def written_phrase(path: Path, limit: int = 200) -> str:
    """`storage.toml saved (readable only by you, mode 0600)`; the path is cut to `limit` characters."""
    return f"{sanitize(path, limit)} saved ({OWNER_ONLY})"


def saved_sentence(path: Path, backup: Path | None, addition: str = "") -> str:
    """What a save did: `written_phrase`, completed by `addition`, and the name of the backup if there is one."""
    sentence = f"{written_phrase(path)}{addition}."
    return f"{sentence} {describe_backup(backup)}" if backup else sentence


# Loading


def load(path: Path, deadline: float | None = None) -> ConfigFile:
    """Read the settings file at `path`. A pipe is waited for until `deadline` (see `read_file`).

    Raises `NotFoundError` if it does not exist and `ConfigError` if it cannot be read or is not a valid settings file.
    """
    with _errors_about(path):
        content = read_file(path, _LIMIT, deadline)
        if content is None:
            remedy = _NO_DEFAULT_FILE if path == DEFAULT_FILE else "Check the path."
            raise NotFoundError(f"{sanitize(path)} not found. {remedy}")
        document = _document(content.data)
        settings, validation, source = read_settings(document), read_validation(document), read_source(document)
        from wizard.files.leftovers import was_save_interrupted  # imported here: a new file has none

        interrupted = was_save_interrupted(path)
        doubts = describe_doubts(path, content)
    exposure = describe_exposure(content)
    return ConfigFile(settings, validation, document, content.data, exposure, interrupted, doubts, source)


@contextlib.contextmanager
def _errors_about(path: Path) -> Iterator[None]:
    """Turn every error into a `ConfigError` whose message names the file."""
    try:
        yield
    except (NotFoundError, ConflictError):
        raise
    except FileError as error:
        example = f" For example: {sanitize(path / DEFAULT_FILE)}" if is_folder(path) else ""
        raise ConfigError(f"{error}{example}") from None
    except ConfigError as error:
        raise ConfigError(f"{sanitize(path)}: {error}") from None


def is_settings_file(path: Path) -> bool:
    """Whether there is a settings file at `path`, valid or not in its values. Other TOML has no such storage."""
    with contextlib.suppress(ConfigError, FileError, OSError):
        if is_regular_file(path) and (content := read_file(path, _LIMIT)):
            storage = _document(content.data).get("storage", {})
            return "s3" in storage or "filesystem" in storage
    return False


def _fingerprint(data: bytes) -> str:
    return f"{hash(data):x}"  # SipHash, without what hashlib takes to load OpenSSL before the first screen


def _document(data: bytes) -> dict[str, Any]:
    document = parse_toml(data)
    validate_schema(document)
    return document


# Saving


def save(
    path: Path,
    settings: Settings,
    validation: Validation | None,
    expected: str | None = None,
    source: ImportedFrom | None = KEEP_SOURCE,
) -> Saved:
    """Write the file atomically with mode 0600, and keep the previous one as `<name>.bak` if it differs.

    The existing file is read again, so that comments and keys that were added since `load` are kept. `source` is the
    file that the settings were imported from, None if they were not. `expected` is the fingerprint from `load`: raises
    `ConflictError` if the file has another one. Raises `ConfigError` if the file cannot be written, could not be read
    again, or if the existing one is not a valid settings file. The file and its backup are unchanged then.
    """
    from wizard.files.target import locked_target  # imported here: most commands only read

    with _errors_about(path), locked_target(path, _LIMIT) as target:
        content = target.content
        previous = content.data if content else None
        if expected is not None and expected != ("" if previous is None else _fingerprint(previous)):
            raise _conflict(path)
        refuse_url_credentials(settings)
        document = {} if previous is None else _document(previous)
        source = read_source(document) if source is KEEP_SOURCE else source
        data, is_edited = _new_content(previous, render(settings, validation, document, source))
        _refuse_unreadable(data)
        try:
            written = target.replace(data)
        except ChangedError:
            raise _conflict(path) from None
        except FileError as error:
            unchanged = f" {sanitize(path)} is unchanged." if content else ""
            raise FileError(f"{error}{unchanged}") from None
    remarks = [*_remarks(content, written), *_removals(document, settings)]
    if not is_edited:
        remarks.append(_REWRITTEN)
    return Saved(written.path, written.backup, _fingerprint(data), tuple(remarks))


def _refuse_unreadable(data: bytes) -> None:
    """Raise `ConfigError` for content that `load` would refuse."""
    if len(data) > _LIMIT:
        raise ConfigError(
            "the new file would be too large to read, so nothing was saved. Shorten its values or comments."
        )
    try:
        document = _document(data)
        read_settings(document)
        read_source(document)
    except ConfigError as error:
        raise ConfigError(f"the new file could not be read, so nothing was saved: {error}") from None


_REWRITTEN = (
    "The file could not be edited in place, so it was rewritten without its comments. The backup contains them."
)


def _new_content(previous: bytes | None, rendered: str) -> tuple[bytes, bool]:
    """The bytes to write, and whether they have the comments of the `previous` file; `rendered` is without these."""
    if previous is None:
        return rendered.encode(), True
    from wizard.config.toml_edit import edit_toml  # imported here: only needed to save over an existing file

    edited = edit_toml(previous.decode("utf-8-sig"), rendered)
    if edited is None:
        return rendered.encode(), False
    byte_order_mark = codecs.BOM_UTF8 if previous.startswith(codecs.BOM_UTF8) else b""
    return byte_order_mark + edited.encode(), True


def _removals(document: dict[str, Any], settings: Settings) -> Iterator[str]:
    for table, keys in removed_tables(settings, document).items():
        listed = f", together with {sanitize(', '.join(keys), 200)}" if keys else ""
        yield f"[{table}] was removed because the registry supports only one storage{listed}. The backup contains it."


def _remarks(previous: FileContent | None, written: Written) -> Iterator[str]:
    yield from written.remarks
    if previous and not written.in_place and (owner := foreign_owner(previous)):
        yield f"It was owned by {owner}, who can no longer read it."
    if previous and (exposure := describe_exposure(previous)):
        yield f"Until now other users could {exposure}; treat the keys in it as exposed."


def _conflict(path: Path) -> ConflictError:
    return ConflictError(
        f"{sanitize(path)} was changed by another program since it was read, so nothing was saved. Load it "
        "again, or use -c FILE to choose another file."
    )
