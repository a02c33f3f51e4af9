"""Changes of style, as few as the terminal needs (ECMA-48, Select Graphic Rendition).

Rich sets and resets the style around each piece of text, also between two pieces that look the same.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SGR = re.compile(r"\x1b\[([\d;]*)m")
_MOVE = re.compile(r"\r\n(?=\x1b\[\d+;\d+H)")  # goes to a line that the cursor leaves at once
_GOES = re.compile(r"(?:\x1b\[(?:\d+;\d+H|\?\d+[hl]))+")  # a move of the cursor, which no style shows on
_SEEN_ON_BLANKS = {4, 7, 9, 21, 53}  # underlines, reverse video, and lines through and over it


def compress_sgr(data: str) -> str:
    """The same on any terminal, in fewer bytes: every run of text still ends without a style."""
    pieces = _SGR.split(_MOVE.sub("", data))
    out, now, wanted = [pieces[0]], "", ""
    for codes, text in zip(pieces[1::2], pieces[2::2], strict=True):
        begins_anew = codes in ("", "0") or codes.startswith("0;")
        wanted = codes[2:] if begins_anew else f"{wanted};{codes}".lstrip(";")
        if not text:
            continue
        if wanted != now and not _GOES.fullmatch(text) and not (text.isspace() and _is_same_on_blanks(now, wanted)):
            out.append(f"\x1b[0;{wanted}m" if now and wanted else f"\x1b[{wanted}m")
            now = wanted
        out.append(text)
    return "".join(out) + ("\x1b[0m" if now else "")


def _is_same_on_blanks(one: str, other: str) -> bool:
    return _on_blanks(one) == _on_blanks(other)


@lru_cache(256)
def _on_blanks(codes: str) -> tuple[tuple[int, ...], frozenset[int]]:
    """What of a style shows where there is no glyph: the background, and lines."""
    background: tuple[int, ...] = ()
    marks = set()
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
        elif code in _SEEN_ON_BLANKS:
            marks.add(code)
    return background, frozenset(marks)
