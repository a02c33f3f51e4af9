"""What all commands share: the file they are about, the two streams, the exit statuses."""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path

from wizard.printable import printable

DEFAULT_FILE = Path("storage.toml")
_LIMIT = 1 << 20  # bytes; what is larger was not meant to be a configuration


class Exit(IntEnum):
    """The exit statuses, part of the contract."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130


class CommandError(Exception):
    """Why a command cannot do what was asked, and what to do: a sentence. The exit status is `Exit.USAGE`."""


def say(text: str = "") -> None:
    """A line for people."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def put(text: str) -> None:
    """Data for the next program."""
    print(text, flush=True)  # noqa: T201


def put_json(value: object) -> None:
    """The same as JSON."""
    import json  # here, as most never need it

    put(json.dumps(value, indent=2, ensure_ascii=False))


def read_text(source: Path | str) -> str:
    """The text of a file, line ends as they are, or of standard input for `-`; `CommandError` says what is wrong."""
    from wizard import atomicfile  # here, as `--help` comes by too

    if source == "-":
        data = sys.stdin.buffer.read(_LIMIT + 1)
    else:
        try:
            content = atomicfile.read(Path(source), _LIMIT)
        except atomicfile.FileError as error:
            raise CommandError(str(error)) from None
        if content is None:
            raise CommandError(f"there is no file {printable(source)}. Check its path.")
        data = content.data
    if len(data) > _LIMIT:
        raise CommandError("that is too large for a configuration. Check the source.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{printable(source)} is not text in UTF-8. Check its path.") from None
