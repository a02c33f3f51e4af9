"""Saves a file many times over, each time killed at another system call; run as a program of one thread, so that it
may fork. Prints what was there after each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.model.settings import Settings

_CALLS = ("open", "fchmod", "fchown", "write", "fsync", "close", "replace", "unlink")
OLD, NEW = Settings(bucket="old", accesskey="k"), Settings(bucket="new", accesskey="k")


def killed_at(number: int, *, afterwards: bool) -> Callable[[str], None]:
    """Makes this process end before, or right after, the call of that number."""
    count = 0

    def patch(name: str) -> None:
        call = getattr(os, name)

        def counted(*arguments: Any, **more: Any) -> Any:
            nonlocal count
            count += 1
            if count == number and not afterwards:
                os.kill(os.getpid(), signal.SIGKILL)
            done = call(*(arguments if name != "write" else (arguments[0], arguments[1][:200])), **more)
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        setattr(os, name, counted)

    return patch


def after_kill(file: Path, number: int, *, afterwards: bool) -> dict[str, object] | None:
    """What is there when a save was killed; None when it came to its end."""
    child = os.fork()
    if child == 0:
        patch = killed_at(number, afterwards=afterwards)
        for name in _CALLS:
            patch(name)
        config_file.save(file, NEW, None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return None
    modes = {f"{path.stat().st_mode & 0o777:o}" for path in file.parent.iterdir()}
    found: ConfigFile = config_file.load(file)
    return {"bucket": found.settings.bucket, "modes": sorted(modes), "broken_off": found.save_interrupted}


def main(folder: Path) -> None:
    """Both ways at each call, until a save comes to its end."""
    for afterwards in (False, True):
        for number in range(1, 1000):
            file = folder / f"{number}-{afterwards}" / "storage.toml"
            file.parent.mkdir()
            config_file.save(file, OLD, None)
            found = after_kill(file, number, afterwards=afterwards)
            if found is None:
                break
            config_file.save(file, NEW, None)
            found["then"] = sorted(path.name for path in file.parent.iterdir())
            found["broken_off_then"] = config_file.load(file).save_interrupted
            sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
