"""Reading a file that a user names, or standard input."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

from wizard.console.exit_status import CommandError
from wizard.console.stdio import print_message
from wizard.files.errors import FileError
from wizard.files.reading import read_file
from wizard.files.safe_path import PathError, resolve_path
from wizard.files.trust import describe_doubts
from wizard.formats.format import FormatError, ReadBeside, no_files
from wizard.text.sanitize import sanitize

MAX_BYTES = 1 << 20  # more than any configuration has


def read_text(source: Path | str, encoding: str = "utf-8-sig") -> str:
    """The text of a file, or of standard input for `-`, with its line ends. Raises `CommandError`.

    Prints a note on other users who could have written the file.
    With the encoding "utf-8", a byte order mark is kept.
    """
    if source == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        try:
            content = read_file(Path(source), MAX_BYTES)
        except FileError as error:
            raise CommandError(str(error)) from None
        if content is None:
            raise CommandError(f"there is no file {sanitize(source)}. Check its path.")
        for doubt in describe_doubts(Path(source), content):
            print_message(f"note: {sanitize(source)}: {doubt}")
        data = content.data
    if len(data) > MAX_BYTES:
        raise CommandError("that is too large for a configuration. Check the source.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise CommandError(f"{sanitize(source)} is not text in UTF-8. Check its path.") from None


def reader_beside(source: Path | str) -> ReadBeside:
    """Reads the files that a source refers to, by their names in its folder. They are regular files of any folder."""
    if source == "-":
        return no_files

    def read(name: str) -> str | None:
        path = Path(source).parent / name
        try:
            _require_regular(path)
            return read_text(path)
        except FileNotFoundError:
            return None
        except (CommandError, PathError) as error:
            raise FormatError(str(error)) from None
        except (OSError, ValueError):  # a name that no file can have, for example
            raise FormatError("It cannot be read.") from None

    return read


def _require_regular(path: Path) -> None:
    """Raises `CommandError` for a folder, a pipe or a device, and for what the kernel makes up."""
    real = resolve_path(path)
    if not stat.S_ISREG(real.stat().st_mode) or real.parts[1:2] in (("proc",), ("dev",), ("sys",)):
        raise CommandError("It is not a regular file.")
