"""Settings from a configuration file or from another program, as `import` and the wizard take them over."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from wizard.catalog.endpoints import detect_provider
from wizard.config.schema import ImportedFrom, refuse_url_credentials
from wizard.config.toml import ConfigError
from wizard.files.errors import FileError
from wizard.files.reading import is_folder, read_file
from wizard.files.safe_path import PathError, resolve_path
from wizard.files.trust import describe_doubts
from wizard.formats import NAMES, SOURCE_NAMES
from wizard.formats.detect import detect
from wizard.formats.format import FormatError, Imported, ReadBeside
from wizard.formats.lookup import format_of, source_of
from wizard.formats.sources.program_file import errors_in
from wizard.formats.sources.store import replace_store
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

MAX_BYTES = 1 << 20  # more than any configuration has

Note = Callable[[str], None]
"""Receives sentences about a file that is read: which other users could have written it."""


class TakenOver(NamedTuple):
    """Imported settings. `remarks` are sentences on what was ignored. `source` is None unless they are from a file.

    `format_id` is the id of the format or the source.
    """

    settings: Settings
    remarks: tuple[str, ...]
    format_id: str
    source: ImportedFrom | None = None


# A program, a text and a file


def take_over_program(name: str, address: str, previous: Settings | None) -> TakenOver:
    """The settings that have an address in another program's configuration; the rest is that of `previous`.

    `name` is one of `SOURCE_NAMES`. Raises `FormatError`.
    """
    source = source_of(name)
    imported = replace_store(previous, source.read(address))
    with errors_in(f"{source.title} {sanitize(address, 60)}".strip()):
        _refuse_credentials_in_addresses(imported.settings)
    return TakenOver(imported.settings, imported.remarks, name)


def take_over_text(text: str, format_id: str, beside: ReadBeside) -> TakenOver:
    """The settings in a text of a format; an empty one is found out. Raises `FormatError`."""
    source_format = format_of(format_id or detect(text))
    imported = source_format.read_with(text, beside) if source_format.read_with else source_format.read(text)
    settings = _with_provider(imported)
    _refuse_credentials_in_addresses(settings)
    return TakenOver(settings, imported.remarks, source_format.id)


def take_over_file(path: Path, note: Note, format_id: str = "") -> TakenOver:
    """The settings in a file of a format; an empty one is found out. Raises `FormatError`."""
    taken = take_over_text(read_text(path, note), format_id, reader_beside(path, note))
    return taken._replace(source=_source(path, taken.format_id))


def settings_of(source: ImportedFrom) -> Settings | None:
    """What a registry's configuration has now; None if it cannot be read."""
    if source.format not in NAMES:
        return None
    try:
        return take_over_file(Path(source.file), lambda _: None, source.format).settings
    except FormatError:
        return None


def take_over(format_id: str, address: str, previous: Settings | None, note: Note) -> TakenOver:
    """The settings at an address, which is a path unless the format is a program. Raises `FormatError`."""
    if format_id in SOURCE_NAMES:
        return take_over_program(format_id, address, previous)
    path = Path(address)
    text = read_text(path, note)
    with errors_in(sanitize(path)):
        taken = take_over_text(text, format_id, reader_beside(path, note))
    return taken._replace(source=_source(path, taken.format_id))


def _with_provider(imported: Imported) -> Settings:
    settings = imported.settings
    return (
        settings.replace({"provider": detect_provider(settings.regionendpoint)}) if settings.type == "s3" else settings
    )


def _refuse_credentials_in_addresses(settings: Settings) -> None:
    try:
        refuse_url_credentials(settings)
    except ConfigError as error:
        raise FormatError(str(error)) from None


def _source(path: Path, format_id: str) -> ImportedFrom | None:
    """Where the settings can be written back to; None for a pipe, a device, and a format that can only be read."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - links stay, so that the file is found where it was named
    is_kept = format_id in NAMES and is_regular(path) and absolute.isprintable()
    return ImportedFrom(absolute, format_id) if is_kept else None


# Files


def is_regular(path: Path) -> bool:
    """Whether there is a file that is no folder, pipe or device, nor made up by the kernel."""
    try:
        real = resolve_path(path)
        return stat.S_ISREG(real.stat().st_mode) and real.parts[1:2] not in (("proc",), ("dev",), ("sys",))
    except (OSError, ValueError, PathError):
        return False


def is_stream(path: Path) -> bool:
    """Whether it is a pipe or a device, which can keep a reader waiting, or take the keys of a terminal away."""
    try:
        mode = resolve_path(path).stat().st_mode
    except (OSError, ValueError, PathError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def read_text(path: Path, note: Note, encoding: str = "utf-8-sig") -> str:
    """The text of a file, with its line ends. Raises `FormatError`.

    With the encoding "utf-8", a byte order mark is kept.
    """
    if is_folder(path):
        raise FormatError(f"{sanitize(path)} is a folder, not a file. Choose a file in it.")
    try:
        content = read_file(path, MAX_BYTES)
    except FileError as error:
        raise FormatError(str(error)) from None
    if content is None:
        raise FormatError(f"{sanitize(path)} not found. Check the path.")
    for doubt in describe_doubts(path, content):
        note(f"{sanitize(path)}: {doubt}")
    try:
        return content.data.decode(encoding)
    except UnicodeDecodeError:
        raise FormatError(f"{sanitize(path)} is not text in UTF-8. Check the path.") from None


def reader_beside(source: Path, note: Note) -> ReadBeside:
    """Reads the files that a source refers to, by their names in its folder. They are regular files of any folder."""

    def read(name: str) -> str | None:
        path = source.parent / name
        try:
            resolve_path(path).stat()
        except FileNotFoundError:
            return None
        except PathError as error:
            raise FormatError(str(error)) from None
        except (OSError, ValueError):  # a name that no file can have, for example
            raise FormatError("It cannot be read.") from None
        if not is_regular(path):
            raise FormatError("It is not a regular file.")
        return read_text(path, note)

    return read
