"""Writes a file many times, and lets another system call fail each time.

Run as `python -m tests.support.failing_calls FOLDER KIND HOW` with `failing_calls.c` preloaded. KIND is a key of
`WRITERS`. HOW is the name of an errno, `short` for a write that writes only a half, or `kill`. It prints one JSON
object for each system call of the write: what became of it, and what the folder contains.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import sys
from pathlib import Path

from tests.support.killed_writes import WRITERS, describe, prepare
from wizard.config.toml import ConfigError
from wizard.files.errors import FileError

_FAIL, _SHORT, _KILL = range(3)
_MOST_CALLS = 1000


def _write(library: ctypes.CDLL, kind: str, path: Path, number: int, how: str) -> None:
    """Write in this process and print the outcome with its message; the call with the number fails."""
    outcome, message = "written", ""
    prepare(kind)
    mode = {"short": _SHORT, "kill": _KILL}.get(how, _FAIL)
    library.fail_call(number, mode, getattr(errno, how, 0))
    try:
        message = " ".join(getattr(WRITERS[kind](path, "new"), "remarks", ()))
    except (FileError, ConfigError) as error:
        outcome, message = "refused", str(error)
    except BaseException as error:  # noqa: BLE001 - what would be shown as a crash
        outcome, message = "crashed", repr(error)
    call = ctypes.c_char_p.in_dll(library, "failed_call").value or b""
    library.fail_call(0, 0, 0)
    _print(outcome=outcome, message=message, call=call.decode())


def _print(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def main(folder: Path, kind: str, how: str) -> None:
    """Write once for each system call."""
    library = ctypes.CDLL(os.environ["LD_PRELOAD"])
    for number in range(1, _MOST_CALLS):
        os.environ["XDG_STATE_HOME"] = str(folder / str(number))
        path = folder / str(number) / "storage-wizard" / "storage.toml"
        path.parent.mkdir(parents=True, mode=0o700)
        for word in ("older", "old"):
            WRITERS[kind](path, word)
        before = describe(path)
        reader, writer = os.pipe()
        if (child := os.fork()) == 0:
            os.dup2(writer, sys.stdout.fileno())
            _write(library, kind, path, number, how)
            os._exit(0)
        os.close(writer)
        with open(reader) as output:  # noqa: PTH123 - a pipe
            ended = json.loads(output.read() or '{"outcome": "killed", "message": "", "call": "?"}')
        os.waitpid(child, 0)
        if not ended["call"]:
            break
        after = describe(path)
        WRITERS[kind](path, "new")
        _print(**ended, before=before, after=after, next=describe(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
