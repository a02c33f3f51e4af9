"""Configuration files with sections, as the AWS command line and rclone have them."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.files.errors import FileError
from wizard.files.reading import read_file
from wizard.formats.format import FormatError
from wizard.text.sanitize import sanitize

_MAX_BYTES = 1 << 20
_MAX_LINES = 20_000  # the parser needs more than a kilobyte for some of them
_COMMENTS = ("#", ";")


def config_path(variable: str, default: str) -> Path:
    """The path that an environment variable names, or the default; `~` is the home directory if there is one."""
    return Path(os.path.expanduser(os.environ.get(variable) or default))  # noqa: PTH111 - Path fails without a home


def read_sections(path: Path) -> dict[str, dict[str, str]]:
    """The sections of a file with their values; none if the file does not exist.

    `FormatError` if it is unreadable, or has a section or a name twice, of which readers use another one each.
    """
    try:
        content = read_file(path, _MAX_BYTES)
    except FileError as error:
        raise FormatError(str(error)) from None
    if content is None:
        return {}
    parser = configparser.RawConfigParser(default_section="", comment_prefixes=_COMMENTS)
    try:
        text = content.data.decode()
        if text.count("\n") > _MAX_LINES:
            raise FormatError(f"{sanitize(path)} has too many lines. Check its path.")
        parser.read_string(text)
    except (UnicodeDecodeError, configparser.Error) as error:  # a message can quote a line with a secret
        place = "".join(f", line {number}," for number in _lines(error))
        raise FormatError(
            f"{sanitize(path)}{place} could not be read as a file of sections. Look at it there."
        ) from None
    if "DEFAULT" in parser:  # to Python's readers it holds defaults for all others, to other readers nothing
        raise FormatError(f"{sanitize(path)} has a section [DEFAULT], which programs read differently. Remove it.")
    return {name: dict(parser[name]) for name in parser.sections()}


def _lines(error: Exception) -> Iterator[int]:
    """The number of the line that cannot be read, if the error names one."""
    match error:
        case configparser.MissingSectionHeaderError():
            yield error.lineno
        case configparser.ParsingError():
            yield from (number for number, _ in error.errors[:1])
        case configparser.DuplicateOptionError() | configparser.DuplicateSectionError() if error.lineno:
            yield error.lineno


def plain_value(section: Mapping[str, str], name: str) -> str:
    """A value; empty if there is none. `FormatError` for one that programs read differently."""
    value = section.get(name, "")
    problem = ""
    if "\n" in value:
        problem = "goes over several lines"
    elif value[:1] in "\"'`" and value[:1] == value[-1:] and len(value) > 1:
        problem = "is in quotes"
    elif any(f"{blank}{mark}" in value for blank in " \t" for mark in _COMMENTS):
        problem = "has a comment on its line"
    if problem:
        raise FormatError(f"`{name}` {problem}, which programs read differently. Write the value alone on its line.")
    return value


def list_names(kind: str, names: list[str]) -> str:
    """A sentence with the names that exist."""
    return f"There are: {sanitize(', '.join(names), 300)}." if names else f"There are no {kind} here at all."
