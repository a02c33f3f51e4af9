"""Runs that a test stops at a certain moment, instead of after a certain time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from tests.support.processes import wait_for
from wizard.model.settings import Settings
from wizard.validation.filesystem_runner import FilesystemRun
from wizard.validation.results import Event, Report
from wizard.validation.runner import check_settings
from wizard.validation.s3_runner import S3Run
from wizard.validation.time_limit import TimeLimit

Run = S3Run | FilesystemRun


def s3_run(settings: Settings, cancel: threading.Event | None = None) -> S3Run:
    """A run that has not started, with the usual deadline."""
    return S3Run(settings, check_settings(settings), cancel or threading.Event(), TimeLimit())


def filesystem_run(settings: Settings, cancel: threading.Event | None = None) -> FilesystemRun:
    """A run that has not started, with the usual deadline."""
    return FilesystemRun(settings, check_settings(settings), cancel or threading.Event(), TimeLimit())


def report_from(events: Iterator[Event]) -> Report:
    """The report at the end of a run."""
    *_, report = events
    assert isinstance(report, Report)
    return report


@contextlib.contextmanager
def when(condition: Callable[[], object], act: Callable[[], object]) -> Iterator[list[float]]:
    """Calls `act` in another thread once `condition` is true; yields a list that gets the time of the call."""
    called_at: list[float] = []

    def wait_and_act() -> None:
        wait_for(lambda: condition() or None)
        called_at.append(time.monotonic())
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    try:
        yield called_at
    finally:
        thread.join()


def expire(run: Run) -> None:
    """Lets the deadline pass."""
    run._limit = TimeLimit(time.monotonic() - run._started_at, run._started_at)


def is_waiting_only_for(run: S3Run, check: str) -> bool:
    """Whether `check` is the only required check that is running."""
    return {each.check.id for each in list(run._running.values()) if not each.check.advisory} == {check}


def wait_for_late_threads() -> None:
    """Waits for checks and removals that continue after their run has ended."""

    def have_ended() -> bool | None:
        names = [thread.name for thread in threading.enumerate()]
        return None if any(name.startswith(("check ", "prepare ", "clean-up", "sweep")) for name in names) else True

    wait_for(have_ended)
