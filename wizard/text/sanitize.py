"""Text that came from outside, made safe to print, and what may have been meant by it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Categories that can steer a terminal or reorder a line: control, format (right-to-left marks among
# them), surrogates, private use, line and paragraph separators.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def sanitize(text: object, limit: int = 200) -> str:
    """`text` on one line, control and direction characters replaced, at most `limit` characters long."""
    head = str(text)[: limit * 4]
    line = " ".join(head.split())
    safe = "".join("�" if unicodedata.category(char) in _UNSAFE else char for char in line)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


_NEAR = 0.7  # of 1, which is the same


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing where no word is near."""
    import difflib  # here, as only a mistake asks for it

    found = difflib.get_close_matches(word, list(words), 1, _NEAR)
    return f" Did you mean {found[0]}?" if found else ""
