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


def sanitize_command(text: str, limit: int = 4000) -> str:
    """A shell command, cut and made safe as by `sanitize`. Its blanks stay: one less can be another file."""
    safe = "".join("�" if unicodedata.category(char) in _UNSAFE else char for char in text[: limit + 1])
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def is_safe(text: str) -> bool:
    """Whether all characters are safe to print."""
    return text.isprintable() if text.isascii() else not any(unicodedata.category(char) in _UNSAFE for char in text)


def escape_unsafe(text: str, keep: str = "\n\t") -> str:
    """`text` with the escape of JSON, such as `\\u202e`, for each unsafe character that is not in `keep`.

    In a JSON document such characters are only in strings, so the document means the same.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escape(char) if unicodedata.category(char) in _UNSAFE and char not in keep else char for char in text
    )


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + (code - 0x10000 >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
