"""Runs the checks of a folder, one after another.

Each step runs in a daemon thread, because a system call on a hung network mount never returns: it must block neither
a cancel nor the deadline nor the end of the program.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from wizard.checks.check import Check
from wizard.checks.filesystem import (
    FILESYSTEM_CHECKS,
    STEPS,
    FolderCheckFailed,
    FolderContext,
    os_error_finding,
    timeout_finding,
)
from wizard.files.reading import exists
from wizard.model.findings import Severity
from wizard.model.settings import Settings
from wizard.validation import active_runs, cleanup
from wizard.validation.results import (
    CANCELLED,
    NO_TIME_LEFT,
    Event,
    Report,
    Result,
    Started,
    Status,
    skipped_as_needing,
)
from wizard.validation.stale_folders import remove_stale_folders
from wizard.validation.step import Outcome, Step
from wizard.validation.time_limit import TimeLimit

_TICK = 0.05  # seconds between two checks of the cancel flag
_MIN_CLEANUP = 0.5  # seconds for removing the test folder after a cancel or the deadline
_SWEEP = 0.5  # seconds that the end of a run waits for the removal of what earlier runs left


class FilesystemRun:
    """One run. `settings_result` is the result of the rules. No step starts once `cancel` is set or `limit` passed."""

    def __init__(self, settings: Settings, settings_result: Result, cancel: threading.Event, limit: TimeLimit) -> None:
        self._settings = settings
        self._cancel = cancel
        self._limit = limit
        self._started_at = time.monotonic()
        self._folder = FolderContext.create(Path(settings.rootdirectory))
        self._results = {settings_result.check.id: settings_result}
        self._late_step: threading.Thread | None = None  # still blocked when the run was stopped
        self._removal_has_ended = threading.Event()
        self._is_removed = True  # whether the test folder is gone, or was never created
        self._sweeper = threading.Thread(target=self._sweep, name="sweep", daemon=True)
        self._swept: tuple[str, ...] = ()
        self._stale: tuple[str, ...] = ()  # test folders of earlier runs that could not be removed

    def events(self) -> Iterator[Event]:
        """See `runner.run_checks`."""
        active_runs.register(self._describe_leftovers)
        try:
            yield from self._results.values()
            for check in FILESYSTEM_CHECKS[1:]:
                result = self._skipped(check)
                if result is None:
                    yield Started(check)
                    result = self._run(check)
                self._results[check.id] = result
                yield result
                if check.id == "exists" and result.status is Status.PASSED:
                    self._sweeper.start()
        finally:
            self._clean_up()
            active_runs.unregister(self._describe_leftovers)
        self._wait_for_sweep()
        yield self._report()

    def _skipped(self, check: Check) -> Result | None:
        """The result of a check that cannot run; None if it can."""
        if self._cancel.is_set():
            return Result(check, Status.SKIPPED, reason=CANCELLED)
        if self._late_step is not None:
            return Result(check, Status.SKIPPED, reason=NO_TIME_LEFT)
        if all(self._results[needed].status in (Status.PASSED, Status.WARNING) for needed in check.requires):
            return None
        failed = next(result.check for result in self._results.values() if result.status is Status.FAILED)
        return skipped_as_needing(check, failed)

    def _run(self, check: Check) -> Result:
        started_at = time.monotonic()
        if check.id == "write":
            self._is_removed = False
        step = Step(lambda: _outcome_of(self._folder, check), f"check {check.id}")
        outcome = step.wait(lambda: self._cancel.is_set() or self._limit.has_passed)
        if outcome is None:
            self._late_step = step.thread
            if self._cancel.is_set():
                return Result(check, Status.SKIPPED, reason=CANCELLED)
            outcome = Outcome(timeout_finding(self._folder, self._limit.seconds))
        return _result(check, time.monotonic() - started_at, outcome)

    def _clean_up(self) -> None:
        """Removes the test folder. Waits until the deadline, but only briefly if the run was stopped."""
        if self._is_removed:
            return
        threading.Thread(target=self._remove_test_folder, name="clean-up", daemon=True).start()
        has_ended = len(self._results) == len(FILESYSTEM_CHECKS)  # else the caller has closed the generator
        brief_end = time.monotonic() + _MIN_CLEANUP
        end = max(brief_end, time.monotonic() + self._limit.remaining)
        while not self._removal_has_ended.wait(_TICK):
            is_stopped = self._cancel.is_set() or self._late_step is not None or not has_ended
            if time.monotonic() > (brief_end if is_stopped else end):
                return

    def _remove_test_folder(self) -> None:
        shutil.rmtree(self._folder.test_folder, ignore_errors=True)
        if self._late_step is not None:
            self._late_step.join()  # it may still create files
            shutil.rmtree(self._folder.test_folder, ignore_errors=True)
        self._is_removed = not exists(self._folder.test_folder)
        self._removal_has_ended.set()

    def _sweep(self) -> None:
        self._swept, self._stale = remove_stale_folders(self._folder.root)

    def _wait_for_sweep(self) -> None:
        until = time.monotonic() + _SWEEP
        while self._sweeper.is_alive() and time.monotonic() < until and not self._cancel.is_set():
            self._sweeper.join(_TICK)

    def _describe_leftovers(self) -> str:
        """See `active_runs`."""
        return "" if self._is_removed else cleanup.may_be_left(self._folder.test_folder)

    def _report(self) -> Report:
        own = () if self._is_removed else (str(self._folder.test_folder),)
        return Report(
            self._settings,
            tuple(self._results.values()),
            time.monotonic() - self._started_at,
            (*own, *self._stale),
            cancelled=self._cancel.is_set(),
            removed=self._swept,
        )


def _outcome_of(folder: FolderContext, check: Check) -> Outcome:
    try:
        return Outcome(STEPS[check.id](folder))
    except FolderCheckFailed as failure:
        return Outcome(failure.finding)
    except OSError as error:
        return Outcome(os_error_finding(folder, check, error))
    except BaseException as crash:  # noqa: BLE001 - raised again in the caller's thread
        return Outcome(crash=crash)


def _result(check: Check, seconds: float, outcome: Outcome) -> Result:
    if outcome.finding is None:
        return Result(check, Status.PASSED, seconds)
    status = Status.WARNING if outcome.finding.severity is Severity.WARNING else Status.FAILED
    return Result(check, status, seconds, outcome.finding)
