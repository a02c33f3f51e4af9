"""Writes a file many times, and sends the process a signal each time at another system call.

Run as `python -m tests.support.killed_writes FOLDER KIND SIGNAL PLACE`; its one thread lets the process fork. KIND is a
key of `WRITERS`, SIGNAL a number. PLACE is `nameless` or, for a system where files have a name at once, `named`. It
prints one JSON object for each write: what the folder contains after it, and after the next write.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import wizard.config.toml_edit  # noqa: F401 - before the fork: the child imports it otherwise, once per write
from wizard.config.file import save
from wizard.files import state_dir
from wizard.files.leftovers import was_save_interrupted
from wizard.files.output import write_output
from wizard.files.target import locked_target, write_file
from wizard.model.settings import Settings

_CALLS = ("open", "fchmod", "fchown", "write", "fsync", "close", "link", "replace", "unlink", "ftruncate")
_WRITE_SIZE = 200  # bytes; a file takes several writes
_NOT_SENT = 77  # the exit status of a write that ended before the signal


def _save(path: Path, word: str) -> object:
    return save(path, Settings(bucket=word, accesskey="k"), None)


def _data(word: str) -> bytes:
    return f"{word}\n".encode() * 100


def _save_into(path: Path, word: str) -> object:
    with locked_target(path, 1 << 20) as target:
        return target.replace(_data(word), keep_attributes=True)


WRITERS: dict[str, Callable[[Path, str], object]] = {
    "settings": _save,
    "into": _save_into,
    "output": lambda path, word: write_output(path, _data(word), Path("other.toml")),
    "draft": lambda path, word: state_dir.write_state_file(path.name, _data(word)),
    "public": lambda path, word: write_file(path, _data(word), mode=0o644),
}
WRITERS["mounted"] = _save  # and `os.replace` fails as for a mount point


def send_at(number: int, code: int, *, after_call: bool) -> Callable[[], bool]:
    """Make this process send itself a signal at the system call with this number. Returns whether that was done."""
    count = 0

    def patch(name: str) -> None:
        call = getattr(os, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            mine = count == number
            if mine and not after_call:
                os.kill(os.getpid(), code)
            if name == "write":
                descriptor, data = arguments
                arguments = (descriptor, data[:_WRITE_SIZE])
            try:
                return call(*arguments, **options)
            finally:
                if mine and after_call:
                    os.kill(os.getpid(), code)

        setattr(os, name, counted)

    for name in _CALLS:
        patch(name)
    return lambda: count >= number


def _refuse_names(*arguments: Any, **options: Any) -> Any:
    """`os.open` of a system without O_TMPFILE."""
    if arguments[1] & os.O_TMPFILE == os.O_TMPFILE:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
    return _OPEN(*arguments, **options)


_OPEN, _REPLACE = os.open, os.replace


def _refuse_target(source: str, target: str, **options: Any) -> None:
    """`os.replace` where the file is a mount point."""
    if target == "storage.toml":
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
    _REPLACE(source, target, **options)


def prepare(kind: str) -> None:
    """Make the system refuse what it refuses for this kind of file."""
    if kind == "mounted":
        setattr(os, "replace", _refuse_target)  # noqa: B010 - its type is another


def _interrupted_write(kind: str, path: Path, number: int, code: int, *, after_call: bool) -> int:
    """Write in a child process that gets the signal; its status as from `os.wait`."""
    child = os.fork()
    if child == 0:
        prepare(kind)
        was_sent = send_at(number, code, after_call=after_call)
        try:
            WRITERS[kind](path, "new")
        except KeyboardInterrupt:
            os._exit(128 + signal.SIGINT)
        os._exit(0 if was_sent() else _NOT_SENT)
    return os.waitpid(child, 0)[1]


def describe(path: Path) -> dict[str, object]:
    """The content of a file and of its backup, and what else is in the folder."""
    backup = path.with_name(f"{path.name}.bak")
    return {
        "content": path.read_text(),
        "backup": backup.read_text() if backup.exists() else None,
        "modes": sorted({f"{entry.stat().st_mode & 0o777:o}" for entry in path.parent.iterdir()}),
        "names": sorted(entry.name for entry in path.parent.iterdir()),
    }


def main(folder: Path, kind: str, code: int, place: str) -> None:
    """Interrupt a write before and after each of its system calls."""
    setattr(os, "fsync", lambda _descriptor: None)  # noqa: B010 - only the order of the calls matters here
    if place == "named":
        os.open = _refuse_names
    for after_call in (False, True):
        for number in range(1, 1000):
            os.environ["XDG_STATE_HOME"] = str(folder / f"{number}-{after_call}")
            path = folder / f"{number}-{after_call}" / "storage-wizard" / "storage.toml"
            path.parent.mkdir(parents=True, mode=0o700)
            for word in ("older", "old"):
                WRITERS[kind](path, word)
            before = describe(path)
            status = _interrupted_write(kind, path, number, code, after_call=after_call)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _NOT_SENT:
                break
            result = describe(path) | {"before": before, "status": status, "interrupted": was_save_interrupted(path)}
            WRITERS[kind](path, "new")
            result["next"] = describe(path)
            sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
