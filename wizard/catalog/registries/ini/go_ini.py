"""The parser of AWS SDK for Go 1.15: github.com/go-ini/ini v1.25.4, `parser.go`.

A value ends at any `#` or `;`. A backslash at the end of a line continues the value, an indentation does not.
"""

from __future__ import annotations

import re
from collections import deque

from wizard.catalog.registries.ini.sections import SPACE, Dialect, IniError, Sections

_QUOTED = r"(?s:(['\"])((?:(?!\1).)+)\1)"


def parse(text: str) -> Sections:
    """The sections. One that is there twice is continued. Raises `IniError`."""
    lines = deque(re.findall(r"[^\n]*\n|[^\n]+", text.removeprefix("\ufeff")))
    section: dict[str, str] = {}
    sections: Sections = {"DEFAULT": section}
    while lines:
        line = lines.popleft().lstrip(SPACE)
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            name = line[1 : max(line.rfind("]"), 0)]
            if not name:
                raise IniError
            section = sections.setdefault(name, {})
            continue
        name, rest = _name_and_rest(line)
        section[name] = _value(rest.lstrip(SPACE), lines)
    return sections


def _name_and_rest(line: str) -> tuple[str, str]:
    quote = next((quote for quote in ('"""', '"', "`") if line.startswith(quote)), "")
    end = line.find(quote, len(quote)) if quote else 0
    separator = re.compile("[=:]").search(line, end + len(quote)) if end >= 0 else None
    if separator is None:
        raise IniError
    name = line[len(quote) : end if quote else separator.start()].strip(SPACE)
    if not name:
        raise IniError
    return name, line[separator.end() :]


def _value(text: str, lines: deque[str]) -> str:
    for quote in ('"""', "`"):
        if text.startswith(quote):
            text = text.removeprefix(quote)
            while quote not in text:
                if not lines:
                    raise IniError
                text += lines.popleft()
            return text[: text.rfind(quote)]
    text = text.strip(SPACE)
    if text.endswith("\\"):
        return _continued(text, lines)
    text = re.split("[#;]", text, maxsplit=1)[0].strip(SPACE)
    quoted = re.fullmatch(_QUOTED, text)
    return quoted[2] if quoted else text


def _continued(text: str, lines: deque[str]) -> str:
    """The value and the lines that continue it, with their comments, up to one without a backslash."""
    while text.endswith("\\"):
        text = text[:-1]
        following = lines.popleft().strip(SPACE) if lines else ""
        if not following:
            break
        text += following
    return text


def _headings(profile: str, is_config: bool) -> tuple[str, ...]:
    del is_config
    return (profile,)


GO_INI = Dialect(parse, _headings)
