"""The parser of AWS SDK for Go v2: `config/internal/ini`, which ignores each line that it does not know.

Names of values are in small letters. A `#` or `;` begins a comment only after a blank.
"""

from __future__ import annotations

import re

from wizard.catalog.registries.ini.sections import SPACE, Dialect, IniError, Sections

_BLANK = " \t"
_SECTION_COMMENT = re.compile("[#;].*")
_COMMENT = re.compile(f"[{_BLANK}][#;].*")


def parse(text: str) -> Sections:
    """The sections. One that is there twice is continued. Raises `IniError`."""
    sections: Sections = {}
    values: dict[str, str] = {}  # before the first section, and in one without a name, they are ignored
    name = ""
    for line in text.split("\n"):
        if not line.strip(SPACE) or line.lstrip(_BLANK)[0] in "#;":
            continue
        heading = _SECTION_COMMENT.sub("", line).strip(SPACE)
        is_indented = line[0] in _BLANK
        if heading.startswith("[") and heading.endswith("]"):
            heading = " ".join(re.split(f"[{_BLANK}]+", heading[1:-1].strip(SPACE), maxsplit=1))
            name = ""
            values = sections.setdefault(heading, {}) if heading else {}
        elif pair := _pair(line if is_indented else _COMMENT.sub("", line)):
            if not is_indented or not name or values[name]:  # else it is a value within a value
                name, value = pair
                values[name] = _COMMENT.sub("", value).strip(SPACE) if is_indented else value
        elif is_indented and name and values.get(name):
            values[name] += "\n" + line.lstrip(_BLANK)
    return sections


def _pair(line: str) -> tuple[str, str] | None:
    """The name and the value of a line, if it has them. Raises `IniError` for a value that is one quotation mark."""
    separator = re.search("[=:]", line)
    if separator is None:
        return None
    value = line[separator.end() :].strip(SPACE)
    if value in ("'", '"'):
        raise IniError
    is_quoted = value[:1] in ("'", '"') and value[-1] == value[0]
    return line[: separator.start()].strip(SPACE).lower(), value[1:-1] if is_quoted else value


def _headings(profile: str, is_config: bool) -> tuple[str, ...]:
    if not is_config:
        return (profile,)
    is_exact = profile == "default" or profile.startswith("sso-session ")
    return (f"profile {profile}", *((profile,) if is_exact else ()))


LINES = Dialect(parse, _headings)
