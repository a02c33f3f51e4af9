"""Text from outside the program, made safe to print."""

from __future__ import annotations

import unicodedata

# Unicode general categories of characters that can control a terminal or reorder a line: control characters, format
# characters (such as right-to-left marks), surrogates, private use, line and paragraph separators.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def sanitize(text: object, limit: int = 200) -> str:
    """`text` on one line of at most `limit` characters; unsafe characters are replaced by U+FFFD."""
    head = str(text)[: limit * 4]
    line = " ".join(head.split())
    safe = "".join("�" if unicodedata.category(char) in _UNSAFE else char for char in line)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"
