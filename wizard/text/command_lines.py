"""Shell commands on several lines that can be copied and run as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"""(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\]|.(?<=\S))+""")
_INDENT = "    "
_BREAK = " \\"  # at the end of a line that continues


def command_lines(command: str, width: int) -> Iterator[str]:
    """The lines of a command in `width` columns, broken between its words only. A longer word has its own line."""
    for line in command.split("\n"):
        yield from _broken(line, width) if len(line) > width else (line,)


def _broken(command: str, width: int) -> Iterator[str]:
    first, *words = _pairs(_WORD.findall(command) or [command], width - len(_INDENT + _BREAK))
    line = command[: len(command) - len(command.lstrip())] + first
    for position, word in enumerate(words, 1):
        needed = len(f"{line} {word}") + (len(_BREAK) if position < len(words) else 0)
        if needed > width:
            yield f"{line}{_BREAK}"
            line = f"{_INDENT}{word}"
        else:
            line = f"{line} {word}"
    yield line


def _pairs(words: list[str], width: int) -> Iterator[str]:
    """The words, each flag with its value where both fit in a line."""
    flag = ""
    for word in words:
        if flag and not word.startswith("-") and len(f"{flag} {word}") <= width:
            yield f"{flag} {word}"
            flag = ""
            continue
        if flag:
            yield flag
        flag = word if word.startswith("-") else ""
        if not flag:
            yield word
    if flag:
        yield flag
