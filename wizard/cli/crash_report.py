"""What should never happen, told in a sentence, with a report of where it happened and nothing of what was entered.

No message of an error is kept, as it may quote a value: only its kind, and the lines of code that it went through.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from traceback import walk_tb

from wizard.cli.version import program_version
from wizard.files import state_dir
from wizard.files.errors import FileError
from wizard.text.sanitize import sanitize

_LIBRARIES = ("textual", "rich", "boto3", "botocore", "urllib3", "cryptography")
_VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE")
_MOST_ERRORS, _MOST_FRAMES = 10, 40
_ROOT = Path(__file__).parents[2]


def told(error: BaseException) -> str:
    """Writes the report; the sentence that says so."""
    at = datetime.now(UTC)
    sentence = f"this should not have happened ({type(error).__name__}{_at(error)}). Please report it"
    try:
        name = f"crash-{at:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
        place = state_dir.write_state_file(name, "".join(f"{line}\n" for line in report(error, at)).encode(errors="replace"))
    except (OSError, FileError):
        return f"{sentence}."
    return f"{sentence}, with this file, which holds no value of yours:\n{sanitize(place, 1000)}"


def report(error: BaseException, at: datetime) -> Iterator[str]:
    """The lines of the report."""
    yield "storage-wizard: where something broke that should not. No value that was entered is in here."
    yield f"{at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"storage-wizard {program_version()}, Python {platform.python_version()}, {platform.platform()}"
    yield ", ".join(f"{name} {found}" for name in _LIBRARIES if (found := _version(name)))
    yield ", ".join(f"{name}={sanitize(os.environ[name], 40)}" for name in _VARIABLES if name in os.environ)
    for head, one in _chain(error):
        yield ""
        yield f"{head}{type(one).__module__}.{type(one).__qualname__}"
        yield from _frames(one)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _chain(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """An error, those in it where it is a group, and those that it came from; each once."""
    waiting, seen = [("", error)], set[int]()
    while waiting and len(seen) < _MOST_ERRORS:
        head, one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield head, one
        if isinstance(one, BaseExceptionGroup):
            waiting += [("in it: ", inner) for inner in one.exceptions]
        if one.__cause__ is not None:
            waiting.append(("because of ", one.__cause__))
        elif one.__context__ is not None and not one.__suppress_context__:
            waiting.append(("while there was ", one.__context__))


def _frames(error: BaseException) -> list[str]:
    frames = list(walk_tb(error.__traceback__))[-_MOST_FRAMES:]
    return [f"  {_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_qualname}" for frame, line in frames]


def _at(error: BaseException) -> str:
    """The last line of ours that it went through."""
    ours = [(frame, line) for frame, line in walk_tb(error.__traceback__) if _is_ours(frame.f_code.co_filename)]
    return f" in {_short(ours[-1][0].f_code.co_filename)}, line {ours[-1][1]}" if ours else ""


def _is_ours(file: str) -> bool:
    return Path(file).is_relative_to(_ROOT / "wizard")


def _short(file: str) -> str:
    """A file by its place among the packages, as the folders above may be named after somebody."""
    folders = sorted((folder for folder in {str(_ROOT), *sys.path} if folder), key=len, reverse=True)
    found = next((folder for folder in folders if file.startswith(f"{folder.rstrip('/')}/")), "")
    return sanitize(file[len(found.rstrip("/")) + 1 :] if found else Path(file).name, 100)
