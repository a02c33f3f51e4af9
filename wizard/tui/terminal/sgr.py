"""Removes redundant style changes from terminal output (ECMA-48, Select Graphic Rendition).

Rich sets and resets the style around each piece of text, even between two pieces of the same style.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SGR = re.compile(r"\x1b\[([\d;]*)m")
_MOVE = r"\x1b\[\d+;\d+H"
_REDUNDANT_MOVES = re.compile(rf"(?:{_MOVE}|\r?\n)+(?={_MOVE})")  # the cursor is moved elsewhere right after them
_CURSOR_CONTROL = re.compile(r"(?:\x1b\[(?:\d+;\d+H|\?\d+[hl]))+")  # moves and modes, which show no style
_VISIBLE_ON_BLANKS = {4, 7, 9, 21, 53}  # underline, reverse video, strikethrough, double underline, overline


def compress_sgr(data: str) -> str:
    """`data` with fewer style changes. It displays the same, and it still ends with the default style."""
    pieces = _SGR.split(_REDUNDANT_MOVES.sub("", data))
    out, current, wanted = [pieces[0]], "", ""
    for codes, text in zip(pieces[1::2], pieces[2::2], strict=True):
        is_reset = codes in ("", "0") or codes.startswith("0;")
        wanted = codes[2:] if is_reset else f"{wanted};{codes}".lstrip(";")
        if text and wanted != current and not _looks_the_same(text, current, wanted):
            out.append(f"\x1b[0;{wanted}m" if current and wanted else f"\x1b[{wanted}m")
            current = wanted
        out.append(text)
    return _REDUNDANT_MOVES.sub("", "".join(out)) + ("\x1b[0m" if current else "")


def _looks_the_same(text: str, style: str, other: str) -> bool:
    if _CURSOR_CONTROL.fullmatch(text):
        return True
    return text.isspace() and _style_of_blanks(style) == _style_of_blanks(other)


@lru_cache(256)
def _style_of_blanks(codes: str) -> tuple[tuple[int, ...], str]:
    """The part of a style that is visible on a blank: its background, and all of it where an attribute draws there.

    An underline and reverse video also show the foreground.
    """
    background: tuple[int, ...] = ()
    draws = False
    numbers = [int(code or 0) for code in codes.split(";")]
    while numbers:
        code = numbers.pop(0)
        if code in (38, 48):
            length = 2 if numbers[:1] == [5] else 4
            background = (code, *numbers[:length]) if code == 48 else background
            del numbers[:length]
        elif 40 <= code <= 47 or 100 <= code <= 107:
            background = (code,)
        elif code == 49:
            background = ()
        elif code in _VISIBLE_ON_BLANKS:
            draws = True
    return background, codes if draws else ""
