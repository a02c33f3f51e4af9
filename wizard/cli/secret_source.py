"""Reading a secret from a file, from standard input, or from a prompt that hides it."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

from wizard.console.exit_status import CommandError
from wizard.console.line_input import SEVERAL_LINES, SeveralLinesError, prompt_hidden
from wizard.console.stdio import print_message, read_input
from wizard.console.typed_line import NOT_TEXT, clean_line
from wizard.files.errors import FileError
from wizard.files.reading import describe_exposure, is_folder, read_file
from wizard.files.trust import describe_doubts
from wizard.model.settings import Declaration
from wizard.rules.clean_input import clean_input
from wizard.session.texts import file_exposed
from wizard.text.sanitize import sanitize

_MAX_BYTES = 1 << 16  # more than any key has
_BYTE_ORDER_MARK = "\ufeff"
_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # as str.splitlines splits


def read_secret(declaration: Declaration, source: str, deadline: float | None = None) -> str:
    """The secret in a file, or on standard input for `-`. Raises `CommandError`.

    A file that is a pipe is waited for until `deadline` (monotonic clock, seconds), if there is one.

    It is used as it is: only one line end is removed, and several lines or control characters are refused. At the
    prompt of a terminal a paste is cleaned, with a note.
    """
    name = f"--{declaration.name}-file"
    if source != "-":
        data = _read_file(name, source, deadline)
        if not data:
            raise CommandError(f"the file of {name} is empty. It must contain only the secret.")
        return _as_it_is(data, f"the file of {name}")
    if sys.stdin.isatty():
        cleaned, note = clean_input(declaration, _prompt(declaration))
        if note:
            print_message(f"note: {name}: {note}")
        return cleaned
    data = read_input(_MAX_BYTES + 1)
    if not data:
        raise CommandError("standard input ended before the secret. Check the command that provides it.")
    return _as_it_is(data, "standard input")


def _read_file(name: str, source: str, deadline: float | None) -> bytes:
    if is_folder(Path(source)):
        raise CommandError(
            f"{name}: {sanitize(source, 200)} is a folder. Enter the path of a file with only the secret."
        )
    try:
        content = read_file(Path(source), _MAX_BYTES, deadline)
    except FileError as error:
        raise CommandError(str(error)) from None
    if content is None:
        raise CommandError(f"file for {name} not found: {sanitize(source, 200)}. Check the path.")
    if exposure := describe_exposure(content):
        print_message(f"note: file of {name}: {file_exposed(exposure)}. Set its mode to 0600.")
    for doubt in describe_doubts(Path(source), content):
        print_message(f"note: file of {name}: {doubt}")
    return content.data


def _as_it_is(data: bytes, subject: str) -> str:
    """The text without one line end. `subject` is the beginning of a sentence about a text that is refused."""
    if len(data) > _MAX_BYTES:
        raise CommandError(f"{subject} is too large for a secret. Check it.")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise CommandError(f"{subject} is not UTF-8 text. Check it.") from None
    text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    if any(char in _LINE_ENDS for char in text):
        raise CommandError(f"{subject} contains more than one line. It must contain only the secret.")
    if text.startswith(_BYTE_ORDER_MARK):
        raise CommandError(f"{subject} starts with a byte order mark. Save it as UTF-8 without a byte order mark.")
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise CommandError(f"{subject} contains a control character. It must contain only the secret.")
    return text


def _prompt(declaration: Declaration) -> str:
    try:
        text, problem = clean_line(prompt_hidden(f"{declaration.label} (not shown): "))
    except EOFError:
        raise KeyboardInterrupt from None
    except UnicodeDecodeError:
        text, problem = "", NOT_TEXT
    except SeveralLinesError:
        text, problem = "", SEVERAL_LINES
    if problem:
        raise CommandError(f"the {declaration.label.lower()} was not accepted. {problem} Enter it again.")
    return text
