"""The report of an error that should never happen.

It names the types of the errors and the lines of code that they went through. It does not contain their messages, which
may quote a value that was entered.
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
_MAX_ERRORS, _MAX_FRAMES = 10, 40
_ROOT = Path(__file__).parents[2]


def write(error: BaseException) -> str:
    """Writes the report to the state folder. Returns a message that asks the user to send it."""
    now = datetime.now(UTC)
    message = f"something went wrong ({type(error).__name__}{_location(error)}). Please report it"
    try:
        name = f"crash-{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
        text = "".join(f"{line}\n" for line in report(error, now))
        path = state_dir.write_state_file(name, text.encode(errors="replace"))
    except FileError:
        return f"{message}."
    return f"{message} and attach this file. It contains no values that you entered:\n{sanitize(path, 1000)}"


def report(error: BaseException, now: datetime) -> Iterator[str]:
    """The lines of the report."""
    yield "storage-wizard crash report. It contains no values that were entered."
    yield f"{now:%Y-%m-%d %H:%M:%S} UTC"
    yield f"storage-wizard {program_version()}, Python {platform.python_version()}, {platform.platform()}"
    yield ", ".join(f"{name} {number}" for name in _LIBRARIES if (number := _version(name)))
    yield ", ".join(f"{name}={sanitize(os.environ[name], 40)}" for name in _VARIABLES if name in os.environ)
    for relation, related in _related_errors(error):
        yield ""
        yield f"{relation}{type(related).__module__}.{type(related).__qualname__}"
        yield from _frames(related)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _related_errors(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """An error, the errors in a group, their causes and contexts, each once, with its relation to the previous one."""
    queue, seen = [("", error)], set[int]()
    while queue and len(seen) < _MAX_ERRORS:
        relation, related = queue.pop(0)
        if id(related) in seen:
            continue
        seen.add(id(related))
        yield relation, related
        if isinstance(related, BaseExceptionGroup):
            queue += [("contains: ", inner) for inner in related.exceptions]
        if related.__cause__ is not None:
            queue.append(("caused by ", related.__cause__))
        elif related.__context__ is not None and not related.__suppress_context__:
            queue.append(("while handling ", related.__context__))


def _frames(error: BaseException) -> list[str]:
    frames = list(walk_tb(error.__traceback__))[-_MAX_FRAMES:]
    return [f"  {_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_qualname}" for frame, line in frames]


def _location(error: BaseException) -> str:
    """The last line of this program that an error went through."""
    lines = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    own = [(file, line) for file, line in lines if Path(file).is_relative_to(_ROOT / "wizard")]
    return f" in {_short(own[-1][0])}, line {own[-1][1]}" if own else ""


def _short(file: str) -> str:
    """The path of a file below the folder of its package: the folders above can contain the name of a user."""
    folders = sorted((folder for folder in {str(_ROOT), *sys.path} if folder), key=len, reverse=True)
    parent = next((folder for folder in folders if file.startswith(f"{folder.rstrip('/')}/")), "")
    return sanitize(file[len(parent.rstrip("/")) + 1 :] if parent else Path(file).name, 100)
