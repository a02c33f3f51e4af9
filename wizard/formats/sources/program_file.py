"""The configuration files of other programs: where they are, their text, and which errors name them."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from wizard.files.errors import FileError
from wizard.files.reading import read_file
from wizard.formats.format import FormatError
from wizard.text.sanitize import sanitize

_MAX_BYTES = 1 << 20


def config_path(variable: str, default: str) -> Path:
    """The path that an environment variable names, or the default; `~` is the home directory if there is one."""
    return Path(os.path.expanduser(os.environ.get(variable) or default))  # noqa: PTH111 - Path fails without a home


def read_text(path: Path) -> str | None:
    """The text of a file; None if it does not exist. `FormatError` if it is unreadable."""
    if os.path.isdir(path):  # noqa: PTH112 - False where the folders above it may not be searched
        raise FormatError(f"{sanitize(path)} is a folder, not a file. Check the path.")
    try:
        content = read_file(path, _MAX_BYTES)
    except FileError as error:
        raise FormatError(str(error)) from None
    if content is None:
        return None
    try:
        return content.data.decode()
    except UnicodeDecodeError:
        raise FormatError(f"{sanitize(path)} is not UTF-8 text. Check the path.") from None


@contextlib.contextmanager
def errors_in(place: str) -> Iterator[None]:
    """Puts the place before the sentence of a `FormatError`: a file, and a line or a section in it."""
    try:
        yield
    except FormatError as error:
        raise FormatError(f"{place}: {error}") from None


def no_such_name(what: str, name: str, names: Sequence[str], kind: str, address: str = "{}") -> FormatError:
    """The error for a name that the configuration does not have; `what` and `kind` name one and several.

    `address` is what `import` takes for a name and a bucket, with `{}` for the name.
    """
    if name or not names:
        problem = f'{what} "{sanitize(name, 60)}" not found. ' if name else ""
        return FormatError(f"{problem}{list_names(kind, names)}")
    example = sanitize(address.format(shlex.quote(names[0])), 200)
    program = what.partition(" ")[0].lower()
    return FormatError(
        f"Choose one of the {kind}. {list_names(kind, names)} E.g.: storage-wizard import --from {program} {example}"
    )


def list_names(kind: str, names: Sequence[str]) -> str:
    """A sentence with the names that exist."""
    return f"Available: {sanitize(', '.join(names), 300)}." if names else f"No {kind} are configured here."
