"""A run of the checks of a folder whose file system hangs."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import wait_for
from tests.support.reports import finding_of, is_sentence, report_of, result_of
from tests.support.samples import sampled
from tests.validation.runs import expire, filesystem_run, report_from, wait_for_late_threads, when
from wizard.checks.filesystem import FILESYSTEM_CHECKS
from wizard.model.findings import Cause
from wizard.model.settings import Settings
from wizard.validation import filesystem_runner
from wizard.validation.results import Report, Result, Started, Status

IDS = [check.id for check in FILESYSTEM_CHECKS]

# A system call in each step. The first call that a step makes is enough.
CALLS: dict[str, tuple[Any, str]] = {
    "exists": (Path, "stat"),
    "write": (os, "fsync"),
    "read": (Path, "read_bytes"),
    "rename": (Path, "rename"),
    "delete": (shutil, "rmtree"),
    "space": (shutil, "disk_usage"),
}


class HungFileSystem:
    """Makes a system call of a run block until `release` is called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._released = threading.Event()
        self._is_blocking = threading.Event()

    def block(self, owner: object, name: str) -> None:
        call = getattr(owner, name)

        def blocked_call(*arguments: Any, **options: Any) -> Any:
            if threading.current_thread().name.startswith(
                ("check ", "clean-up", "sweep")
            ):  # not in pytest's own thread
                self._is_blocking.set()
                self._released.wait()
            return call(*arguments, **options)

        self._monkeypatch.setattr(owner, name, blocked_call)

    def is_blocking(self) -> bool:
        return self._is_blocking.is_set()

    def release(self) -> None:
        self._released.set()


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[HungFileSystem]:
    file_system = HungFileSystem(monkeypatch)
    yield file_system
    file_system.release()
    wait_for_late_threads()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(provider="filesystem", rootdirectory=str(tmp_path))


def run_until_blocked(hung: HungFileSystem, settings: Settings, *, stop: str) -> tuple[Report, float]:
    """The report of a run that is stopped once a call blocks, and how many seconds it took to stop."""
    cancel = threading.Event()
    run = filesystem_run(settings, cancel)
    stopping: Callable[[], None] = cancel.set if stop == "cancel" else lambda: expire(run)
    with when(hung.is_blocking, stopping) as stopped_at:
        report = report_from(run.events())
        return report, time.monotonic() - stopped_at[0]


@pytest.mark.parametrize("check", sampled(CALLS, 2))
def test_a_cancel_ends_a_run_on_a_hung_file_system(check: str, hung: HungFileSystem, settings: Settings) -> None:
    hung.block(*CALLS[check])
    report, seconds = run_until_blocked(hung, settings, stop="cancel")
    assert seconds < 5.0  # see the constants below; a hung call never ends
    assert report.cancelled
    assert not report.passed
    assert report.failed == ()
    assert [result.check.id for result in report.results] == IDS
    assert {result.reason for result in report.results[IDS.index(check) :]} == {"cancelled"}


@pytest.mark.parametrize("check", sampled(CALLS, 2))
def test_a_hung_file_system_fails_at_the_deadline(check: str, hung: HungFileSystem, settings: Settings) -> None:
    hung.block(*CALLS[check])
    report, seconds = run_until_blocked(hung, settings, stop="deadline")
    assert seconds < 5.0
    assert not report.cancelled
    assert report.failed == (check,)
    finding = finding_of(report, check)
    assert finding.cause is Cause.TIMEOUT
    assert finding.setting == "rootdirectory"
    assert is_sentence(finding.text)
    assert settings.rootdirectory in finding.text
    assert {result.reason for result in report.results[IDS.index(check) + 1 :]} <= {"no time left"}


def test_a_cancelled_run_ends_within_a_second() -> None:
    assert 2 * filesystem_runner._TICK + filesystem_runner._MIN_CLEANUP < 1.0


def test_a_run_that_is_cancelled_before_its_start_touches_nothing(hung: HungFileSystem, settings: Settings) -> None:
    hung.block(Path, "stat")
    cancel = threading.Event()
    cancel.set()
    report = report_of(settings, cancel=cancel)
    assert report.cancelled
    assert not hung.is_blocking()
    assert {result.reason for result in report.results[1:]} == {"cancelled"}


# --- leftovers ---


@pytest.mark.parametrize("stop", ["cancel", "deadline"])
def test_a_test_folder_that_may_be_left_is_named_and_removed_later(
    stop: str, hung: HungFileSystem, settings: Settings, tmp_path: Path
) -> None:
    hung.block(os, "fsync")  # in the test folder, with a file in it
    report, _ = run_until_blocked(hung, settings, stop=stop)
    assert [Path(left).parent for left in report.leftovers] == [tmp_path]
    hung.release()
    wait_for(lambda: None if list(tmp_path.iterdir()) else True)


def test_nothing_is_left_by_a_run_that_has_written_nothing(hung: HungFileSystem, settings: Settings) -> None:
    hung.block(Path, "stat")
    report, _ = run_until_blocked(hung, settings, stop="cancel")
    assert report.leftovers == ()


def test_a_removal_that_hangs_does_not_delay_the_report_after_a_cancel(
    hung: HungFileSystem, settings: Settings
) -> None:
    hung.block(shutil, "rmtree")  # blocks the step `delete`, and then the removal
    report, seconds = run_until_blocked(hung, settings, stop="cancel")
    assert seconds < 5.0
    assert len(report.leftovers) == 1


def test_the_removal_waits_until_the_deadline_for_a_slow_file_system(settings: Settings, tmp_path: Path) -> None:
    run = filesystem_run(settings)
    slow, removed = threading.Event(), run._remove_test_folder

    def remove_slowly() -> None:
        slow.wait()
        removed()

    run._remove_test_folder = remove_slowly  # type: ignore[method-assign]
    events = run.events()
    with when(lambda: "clean-up" in [thread.name for thread in threading.enumerate()], slow.set):
        report = report_from(events)
    assert report.passed
    assert report.leftovers == ()
    assert list(tmp_path.iterdir()) == []


def test_a_test_folder_that_cannot_be_removed_is_named_at_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    report = report_of(settings)  # with a deadline that the test would notice
    assert report.failed == ("delete",)
    assert report.leftovers == tuple(map(str, tmp_path.iterdir()))


# --- events ---


def test_a_slow_step_passes_before_the_deadline(
    hung: HungFileSystem, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filesystem_runner, "_TICK", 0.001)
    hung.block(os, "fsync")
    with when(hung.is_blocking, hung.release):
        assert report_of(settings).passed


def test_a_check_that_runs_is_started_before_its_result(settings: Settings) -> None:
    *events, report = filesystem_run(settings).events()
    assert isinstance(report, Report)
    assert [event.check.id for event in events if isinstance(event, Started)] == IDS[1:]
    assert [event.check.id for event in events if isinstance(event, Result)] == IDS


def test_invalid_settings_skip_every_check(settings: Settings) -> None:
    report = report_of(settings.replace({"rootdirectory": ""}))
    assert report.failed == ("settings",)
    assert {result.reason for result in report.results[1:]} == {"needs `settings`"}
    assert {result.status for result in report.results[1:]} == {Status.SKIPPED}


def test_space_is_checked_after_a_failure_to_write(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("No space left on device")))
    report = report_of(settings)
    assert report.failed == ("write",)
    assert result_of(report, "space").status is not Status.SKIPPED


def test_a_bug_in_a_step_is_raised_to_the_caller_after_cleaning_up(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report_of(settings)
    wait_for_late_threads()
    assert list(tmp_path.iterdir()) == []


def test_closing_the_events_early_cleans_up(settings: Settings, tmp_path: Path) -> None:
    events = filesystem_run(settings).events()
    next(event for event in events if isinstance(event, Started) and event.check.id == "read")
    events.close()  # type: ignore[attr-defined]
    wait_for_late_threads()
    assert list(tmp_path.iterdir()) == []
