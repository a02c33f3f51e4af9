"""A path in a command that is shown."""

from wizard.text.sanitize import sanitize_command


def path_word(path: object) -> str:
    """`path` as a word of a command, which never takes it for a flag."""
    text = str(path)
    return f"./{text}" if text.startswith("-") else text


def shell_path(path: object, limit: int = 1000) -> str:
    """`path_word`, quoted for a shell and safe to print."""
    import shlex  # imported here: most programs that import this show no path

    return sanitize_command(shlex.quote(path_word(path)), limit)
