"""Configuration files with sections, as the AWS command line and rclone have them."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from wizard.formats.format import FormatError
from wizard.formats.sources.program_file import read_text
from wizard.text.sanitize import sanitize

_MAX_LINES = 20_000  # the parser needs more than a kilobyte for some of them
_COMMENTS = ("#", ";")


def read_sections(path: Path) -> dict[str, dict[str, str]]:
    """The sections of a file with their values; none if the file does not exist.

    `FormatError` if it is unreadable, or has a section or a name twice, of which readers use another one each.
    """
    return parse_sections(path, read_text(path) or "")


def parse_sections(path: Path, text: str) -> dict[str, dict[str, str]]:
    """The sections of the `text` of a file. `FormatError` as for `read_sections`."""
    parser = configparser.RawConfigParser(default_section="", comment_prefixes=_COMMENTS)
    if text.count("\n") > _MAX_LINES:
        raise FormatError(f"{sanitize(path)} has too many lines. Check the path.")
    try:
        parser.read_string(text)
    except configparser.Error as error:  # a message can quote a line with a secret
        raise FormatError(f"{sanitize(path)}, line {_line(error)}: invalid INI syntax.") from None
    if "DEFAULT" in parser:  # to Python's readers it contains defaults for all others, to other readers nothing
        raise FormatError(f"{sanitize(path)} has a [DEFAULT] section, which programs interpret differently. Remove it.")
    return {name: dict(parser[name]) for name in parser.sections()}


def _line(error: configparser.Error) -> int:
    """The number of the first line that cannot be read. A `ParsingError` lists all of them; other errors have one."""
    lines: list[int] = [number for number, _ in getattr(error, "errors", ())] or [getattr(error, "lineno", 0)]
    return lines[0]


def plain_value(section: Mapping[str, str], name: str) -> str:
    """A value; empty if there is none. `FormatError` for one that programs read differently."""
    value = section.get(name, "")
    problem = ""
    if "\n" in value:
        problem = "spans several lines"
    elif value[:1] in "\"'`" and value[:1] == value[-1:] and len(value) > 1:
        problem = "is in quotes"
    elif any(f"{blank}{mark}" in value for blank in " \t" for mark in _COMMENTS):
        problem = "has a comment on its line"
    if problem:
        raise FormatError(
            f'"{name}" {problem}, which programs interpret differently. Write only the value on one line.'
        )
    return value
