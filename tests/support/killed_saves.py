"""Saves a settings file many times, and kills the process each time at another system call.

Run as `python -m tests.support.killed_saves FOLDER`: the process has one thread, so that it can fork. It prints one
JSON object for each killed save: what the folder contains after it, and after the next save.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import wizard.config.toml_edit  # noqa: F401 - before the fork: the child imports it otherwise, once per save
from wizard.config.file import load, save
from wizard.model.settings import Settings

_CALLS = ("open", "fchmod", "fchown", "write", "fsync", "close", "replace", "unlink")
_WRITE_SIZE = 200  # bytes; a file takes several writes
OLD, NEW = Settings(bucket="old", accesskey="k"), Settings(bucket="new", accesskey="k")


def _kill_at(number: int, *, after_call: bool) -> None:
    """Make this process kill itself before, or directly after, the system call with this number."""
    count = 0

    def patch(name: str) -> None:
        call = getattr(os, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == number and not after_call:
                os.kill(os.getpid(), signal.SIGKILL)
            if name == "write":
                descriptor, data = arguments
                arguments = (descriptor, data[:_WRITE_SIZE])
            result = call(*arguments, **options)
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(os, name, counted)

    for name in _CALLS:
        patch(name)


def _killed_save(path: Path, number: int, *, after_call: bool) -> dict[str, object] | None:
    """Save in a child process that is killed, and describe the folder; None if the save ended before that call."""
    child = os.fork()
    if child == 0:
        _kill_at(number, after_call=after_call)
        save(path, NEW, None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return None
    config = load(path)
    return {
        "bucket": config.settings.bucket,
        "modes": sorted({f"{entry.stat().st_mode & 0o777:o}" for entry in path.parent.iterdir()}),
        "interrupted": config.save_interrupted,
    }


def main(folder: Path) -> None:
    """Kill a save before and after each of its system calls."""
    for after_call in (False, True):
        for number in range(1, 1000):
            path = folder / f"{number}-{after_call}" / "storage.toml"
            path.parent.mkdir()
            save(path, OLD, None)
            result = _killed_save(path, number, after_call=after_call)
            if result is None:
                break
            save(path, NEW, None)
            result["files_after_next_save"] = sorted(entry.name for entry in path.parent.iterdir())
            result["interrupted_after_next_save"] = load(path).save_interrupted
            sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
