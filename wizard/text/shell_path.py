"""A path in a command that is shown."""

import os

from wizard.text.sanitize import is_safe, sanitize_command

_SPECIAL = "'\\"  # within $'…'


def path_word(path: object) -> str:
    """`path` as a word of a command, which never takes it for a flag."""
    text = str(path)
    return f"./{text}" if text.startswith("-") else text


def shell_path(path: object, limit: int = 1000) -> str:
    """`path_word`, quoted for a shell and safe to print."""
    return sanitize_command(shell_word(path_word(path)), limit)


def shell_word(text: str) -> str:
    """`text` quoted for a shell: as `$'…'` with octal escapes if it has characters that are not safe to print."""
    import shlex  # imported here: most programs that import this show no path

    if is_safe(text):
        return shlex.quote(text)
    return f"$'{''.join(char if is_safe(char) and char not in _SPECIAL else _octal(char) for char in text)}'"


def _octal(char: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(char))
