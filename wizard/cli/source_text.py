"""Reading a file that a user names, or standard input."""

from __future__ import annotations

from pathlib import Path

from wizard.console.exit_status import CommandError
from wizard.console.stdio import print_message, read_input
from wizard.formats.format import FormatError, ReadBeside, no_files
from wizard.session import importing
from wizard.session.importing import MAX_BYTES
from wizard.text.sanitize import sanitize

STANDARD_INPUT = "-"


def print_note(text: str) -> None:
    """Prints a note on a file that is read: an `importing.Note`."""
    print_message(f"note: {text}")


def read_text(source: Path | str, encoding: str = "utf-8-sig") -> str:
    """The text of a file, or of standard input for `-`, with its line ends. Raises `CommandError`.

    Prints a note on other users who could have written the file.
    With the encoding "utf-8", a byte order mark is kept.
    """
    if source != STANDARD_INPUT:
        try:
            return importing.read_text(Path(source), print_note, encoding)
        except FormatError as error:
            raise CommandError(str(error)) from None
    data = read_input(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise CommandError("the input is too large for a configuration. Check the source.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise CommandError(f"{sanitize(source)} is not UTF-8 text. Check the path.") from None


def reader_beside(source: Path | str) -> ReadBeside:
    """Reads the files that a source refers to, by their names in its folder. They are regular files of any folder."""
    return no_files if source == STANDARD_INPUT else importing.reader_beside(Path(source), print_note)
