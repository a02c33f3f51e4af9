"""The parser of AWS SDK for Go 1.55: `internal/ini`, with the states of its `parseTable`.

It ignores a line without `=`, a name without a value, and a value that a comma follows after a space. It does not
accept a comment in place of a value. A `#` or `;` begins a comment only after a space.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from wizard.catalog.registries.ini.sections import SPACE, Dialect, IniError, Sections

_BLANK = "".join(set(SPACE) - set("\r\n"))
_TOKEN = rf"""(?P<blank>[{re.escape(_BLANK)}]+)
    |(?P<comma>,)
    |(?P<comment>[#;](?:(?!\r?\n).)*)
    |(?P<newline>\r?\n)
    |(?P<opening>\[)|(?P<closing>\])
    |(?P<separator>[=:])
    |(?P<quoted>".*?(?<!\\)")
    |(?P<open>")
    |(?P<literal>(?:(?!\r\n)[^:=\[\]\ \n])+)"""  # compiled when a file is read, as every command imports this module
_ESCAPE = r"\\(['\"nt\\])"
_ESCAPED = {"n": "\n", "t": "\t"}


class _State(Enum):
    LINE = auto()  # between two statements
    NAME = auto()
    EQUALS = auto()  # after the `=`
    VALUE = auto()
    BRACKET = auto()  # after the `[`
    SECTION = auto()
    SKIPPED = auto()  # a statement that is ignored, with the indented lines after it


# What follows a token in a state, where that depends on its kind only; other tokens are errors.
_NEXT = {
    _State.LINE: {"literal": _State.NAME, "quoted": _State.NAME, "opening": _State.BRACKET}
    | dict.fromkeys(("blank", "newline", "comment"), _State.LINE),
    _State.NAME: {"separator": _State.EQUALS, "newline": _State.SKIPPED}
    | dict.fromkeys(("literal", "quoted", "blank"), _State.NAME),
    _State.EQUALS: {"blank": _State.EQUALS, "newline": _State.SKIPPED}
    | dict.fromkeys(("literal", "quoted", "opening", "closing", "separator"), _State.VALUE),
    _State.VALUE: {"newline": _State.LINE, "comment": _State.LINE, "comma": _State.SKIPPED}
    | dict.fromkeys(("literal", "quoted", "opening", "closing", "separator", "blank"), _State.VALUE),
    _State.BRACKET: {"blank": _State.BRACKET, "newline": _State.BRACKET}
    | dict.fromkeys(("literal", "quoted"), _State.SECTION),
    _State.SECTION: {"closing": _State.LINE}
    | dict.fromkeys(("literal", "quoted", "separator", "blank", "newline"), _State.SECTION),
}
_ENDS = (_State.LINE, _State.EQUALS, _State.VALUE, _State.SKIPPED)  # where a file may end


def parse(text: str) -> Sections:
    """The sections. One that is there twice counts as it is there last. Raises `IniError`."""
    sections: Sections = {}
    section, name, parts = "", "", list[str]()
    state = _State.LINE
    is_line_start = False  # of a line after one that is skipped
    for kind, token in [*_tokens(text), ("newline", "")]:
        if state is _State.SKIPPED:
            if not is_line_start or kind == "blank":
                is_line_start = kind == "newline"
                continue
            state = _State.LINE
        before, state = state, _after(state, kind, is_end=not token)
        is_line_start = kind == "newline"
        if state is before and kind != "newline":
            parts.append(token)
            continue
        if before is _State.SECTION and state is _State.LINE:
            section = _trimmed(parts)
            sections[section] = {}
        elif before is _State.NAME and state is _State.EQUALS:
            name = _trimmed(parts)
        elif before is _State.VALUE and state is _State.LINE:
            sections.setdefault(section, {})[name] = _text(parts)
        if state is not before:
            parts = [token]
    return sections


def _after(state: _State, kind: str, *, is_end: bool) -> _State:
    """The state after a token. Raises `IniError` where the SDK cannot go on, or where the file must not end."""
    if is_end and state not in _ENDS:
        raise IniError
    try:
        return _NEXT[state][kind]
    except KeyError:
        raise IniError from None


def _tokens(text: str) -> list[tuple[str, str]]:
    """The tokens; none of a file with a quotation that does not end, which the SDK takes for an empty one."""
    tokens = [(str(match.lastgroup), match[0]) for match in re.finditer(_TOKEN, text, re.VERBOSE | re.DOTALL)]
    return [] if any(kind == "open" for kind, _ in tokens) else tokens


def _trimmed(parts: list[str]) -> str:
    return "".join(parts).strip(_BLANK)


def _text(parts: list[str]) -> str:
    """A value without the blanks after it; of a quoted one, only the quotation."""
    if parts[0].startswith('"'):
        return re.sub(_ESCAPE, lambda match: _ESCAPED.get(match[1], match[1]), parts[0][1:-1])
    return "".join(parts).strip(" \n")


def _headings(profile: str, is_config: bool) -> tuple[str, ...]:
    del is_config
    return profile, f"profile {profile}"


TOKENS = Dialect(parse, _headings)
