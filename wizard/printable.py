"""Text that came from outside, made safe to print."""

from __future__ import annotations

import unicodedata

# Categories that can steer a terminal or reorder a line: control, format (right-to-left marks among
# them), surrogates, private use, line and paragraph separators.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def printable(text: object, limit: int = 200) -> str:
    """`text` on one line, control and direction characters replaced, at most `limit` characters long."""
    head = str(text)[: limit * 4]
    line = " ".join(head.split())
    safe = "".join("�" if unicodedata.category(char) in _UNSAFE else char for char in line)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"
