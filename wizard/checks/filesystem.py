"""The checks for a folder on this machine, with the registry's `filesystem` driver in mind."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wizard.checks.check import EVERYTHING, Check
from wizard.checks.context import KEY_PREFIX, process_tag
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import GIB, Settings, format_size
from wizard.text.sanitize import sanitize
from wizard.validation.results import Event, Report, Result, Started, Status

_SPACE_WORTH_A_WORD = 5 * GIB

CHECKS: tuple[Check, ...] = (
    Check("settings", "Settings make sense", "reach"),
    Check("exists", "The folder is there", "reach", needed_for=EVERYTHING),
    Check("write", "Write a file", "objects", needed_for=("push",)),
    Check("read", "Read it back", "objects", needed_for=("pull",)),
    Check("rename", "Move it to another folder", "objects", needed_for=("push",)),
    Check("delete", "Delete it", "delete", needed_for=("delete", "garbage collection")),
    Check("space", "Room for images", "cleanup", needed_for=("push",)),
)


class _Problem(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class _Folder:
    root: Path
    trial: Path
    body: bytes

    @property
    def written(self) -> Path:
        return self.trial / "uploads" / "data"

    @property
    def moved(self) -> Path:
        return self.trial / "blobs" / "data"


def _exists(folder: _Folder) -> None:
    if not folder.root.exists():
        raise _problem(Cause.NO_BUCKET, f"There is no folder {_name(folder)}. Create it: mkdir -p {_name(folder)}")
    if not folder.root.is_dir():
        raise _problem(Cause.NO_BUCKET, f"{_name(folder)} is a file, not a folder.")


def _write(folder: _Folder) -> None:
    folder.written.parent.mkdir(parents=True)
    with folder.written.open("xb") as file:
        file.write(folder.body)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: _Folder) -> None:
    if folder.written.read_bytes() != folder.body:
        raise _problem(Cause.CORRUPTED, "Other bytes came back than were written.")


def _rename(folder: _Folder) -> None:
    folder.moved.parent.mkdir()
    folder.written.rename(folder.moved)
    if folder.written.exists() or folder.moved.read_bytes() != folder.body:
        raise _problem(Cause.CORRUPTED, "A moved file is not where it should be.")


def _delete(folder: _Folder) -> None:
    shutil.rmtree(folder.trial)
    if folder.trial.exists():
        raise _problem(Cause.CORRUPTED, "A deleted folder is still there.")


def _space(folder: _Folder) -> None:
    free = shutil.disk_usage(folder.root).free
    if free < _SPACE_WORTH_A_WORD:
        text = f"Only {format_size(free >> 20 << 20)} are free below {_name(folder)}; images take many."
        raise _Problem(Finding(Cause.STORE_ERROR, text, Severity.WARNING))


_STEPS: dict[str, Callable[[_Folder], None]] = {
    "exists": _exists,
    "write": _write,
    "read": _read,
    "rename": _rename,
    "delete": _delete,
    "space": _space,
}


def run(settings: Settings, first: Result) -> Iterator[Event]:
    """Tries the folder; `first` is the result of the rules. Ends with a `Report`, leaving nothing behind."""
    began = time.monotonic()
    root = Path(settings.rootdirectory)
    folder = _Folder(root, root / f"{KEY_PREFIX}{process_tag()}-{secrets.token_hex(4)}", os.urandom(2048))
    results = [first]
    yield first
    try:
        for check in CHECKS[1:]:
            yield Started(check)
            results.append(_result(check, folder, results))
            yield results[-1]
    finally:
        shutil.rmtree(folder.trial, ignore_errors=True)
    left = (str(folder.trial),) if folder.trial.exists() else ()
    yield Report(settings, tuple(results), time.monotonic() - began, left)


def _result(check: Check, folder: _Folder, before: list[Result]) -> Result:
    broken = [result.check.id for result in before if result.status is Status.FAILED]
    if broken and not (check.id == "space" and broken[0] not in ("settings", "exists")):
        return Result(check, Status.SKIPPED, reason=f"needs `{broken[0]}`")
    began = time.monotonic()
    try:
        _STEPS[check.id](folder)
    except _Problem as problem:
        status = Status.WARNING if problem.finding.severity is Severity.WARNING else Status.FAILED
        return Result(check, status, time.monotonic() - began, problem.finding)
    except OSError as error:
        finding = _refused(folder, check, error)
        return Result(check, Status.FAILED, time.monotonic() - began, finding)
    return Result(check, Status.PASSED, time.monotonic() - began)


def _refused(folder: _Folder, check: Check, error: OSError) -> Finding:
    why = sanitize(error.strerror or error, 80)
    return Finding(
        Cause.ACCESS_DENIED if isinstance(error, PermissionError) else Cause.STORE_ERROR,
        f"{check.title} below {_name(folder)} failed: {why}. The user that runs the registry must be able to.",
        setting="rootdirectory",
        fix=Fix(f"Give that user the folder: chown REGISTRY_USER {_name(folder)}"),
    )


def _problem(cause: Cause, text: str) -> _Problem:
    return _Problem(Finding(cause, text, setting="rootdirectory"))


def _name(folder: _Folder) -> str:
    return sanitize(folder.root, 120)
