"""What all commands share: the file they are about, the two streams, the exit statuses."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TextIO

from wizard.text.sanitize import sanitize

_LIMIT = 1 << 20  # bytes; what is larger was not meant to be a configuration


class CommandError(Exception):
    """Why a command cannot do what was asked, and what to do: a sentence. The exit status is `Exit.USAGE`."""


def prepare_streams() -> None:
    """Three streams that are there, and that take any text."""
    for descriptor in range(3):  # a file that is opened later must not get the number of a stream
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):  # what reads our data reads UTF-8, whatever the locale
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="backslashreplace")


def redirect_to_devnull(stream: TextIO) -> None:
    """Nobody takes what goes there: what is left of it must not fail once more when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def print_message(text: str = "") -> None:
    """A line for people, who may have gone."""
    try:
        print(_shown(text, sys.stderr), file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        redirect_to_devnull(sys.stderr)


def print_data(text: str) -> None:
    """Data for the next program."""
    try:
        print(_shown(text, sys.stdout), flush=True)  # noqa: T201
    except BrokenPipeError:
        raise
    except OSError as error:
        redirect_to_devnull(sys.stdout)
        raise CommandError(f"the output could not be written: {error.strerror}. Send it elsewhere.") from None


def _shown(text: str, stream: TextIO | None) -> str:
    """The text, in ASCII on a terminal that would not take it."""
    encoding = (stream and stream.encoding) or "utf-8"
    if encoding.lower().replace("-", "") == "utf8":
        return text
    from wizard.text.ascii import to_ascii  # here, as most terminals take any text

    return to_ascii(text)


def print_json(value: object) -> None:
    """The same as JSON."""
    import json  # here, as most never need it

    print_data(json.dumps(value, indent=2, ensure_ascii=False))


def read_text(source: Path | str, encoding: str = "utf-8-sig") -> str:
    """The text of a file, line ends as they are, or of standard input for `-`; `CommandError` says what is wrong.

    As "utf-8" it keeps the mark of byte order that some editors put first.
    """
    from wizard.files.errors import FileError  # here, as `--help` comes by too
    from wizard.files.reading import read_file

    if source == "-":
        data = sys.stdin.buffer.read(_LIMIT + 1)
    else:
        try:
            content = read_file(Path(source), _LIMIT)
        except FileError as error:
            raise CommandError(str(error)) from None
        if content is None:
            raise CommandError(f"there is no file {sanitize(source)}. Check its path.")
        data = content.data
    if len(data) > _LIMIT:
        raise CommandError("that is too large for a configuration. Check the source.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise CommandError(f"{sanitize(source)} is not text in UTF-8. Check its path.") from None
