"""What a terminal sends besides text: parts of it must not become a part of a value."""

from __future__ import annotations

import os
import re
import sys
import termios
import unicodedata

_PASTE_MARKERS = re.compile(r"(?:\x1b\[|\x9b)20[01]~")
_MAX_LINE = 4095  # bytes before the line end; the kernel drops the rest: termios(3), canonical mode
_LFLAG = 3  # the index of the local modes in the list of `tcgetattr`

NOT_TEXT = "The input contains bytes that are not UTF-8."
CONTROL_CHARACTER = "The input contains a control character, such as an arrow key or Backspace."
TOO_LONG = f"Terminals cut off lines longer than {_MAX_LINE} bytes, so this line may be incomplete."


def clean_line(line: str) -> tuple[str, str]:
    """A line of a terminal without the markers of a bracketed paste, and why it cannot be a value.

    The reason is a sentence without the text, empty if there is nothing against it. Bytes that are not UTF-8 must have
    been decoded with the error handler `surrogateescape` or `replace`.
    """
    text = _PASTE_MARKERS.sub("", line)
    if _may_be_cut(line):
        return text, TOO_LONG
    if any(unicodedata.category(char) == "Cs" or char == "\ufffd" for char in text):
        return text, NOT_TEXT
    if any(unicodedata.category(char) == "Cc" for char in text.strip()):
        return text, CONTROL_CHARACTER
    return text, ""


def _may_be_cut(line: str) -> bool:
    return len(os.fsencode(line)) >= _MAX_LINE and _is_canonical()


def _is_canonical() -> bool:
    """Whether standard input is a terminal that delivers whole lines."""
    try:
        return bool(termios.tcgetattr(sys.stdin.fileno())[_LFLAG] & termios.ICANON)
    except (termios.error, OSError, ValueError):
        return False
