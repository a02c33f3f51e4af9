"""Nothing of ours stays in a bucket, whatever ends a run: counted in the store itself, objects and uploads."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from tests.checks.test_checks import report_of, what_is_there
from tests.cli.test_check import check, saved
from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.moto_server import Moto
from tests.support.processes import wait_for
from tests.support.rclone import Rclone
from tests.support.s3_requests import Environ, operation
from tests.support.swift import Swift
from wizard.checks.prefix import KEY_PREFIX
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report

# Every call that changes something, and those after which something lies in the store.
CALLS = (
    "PutObject",
    "GetObject",
    "CopyObject",
    "CreateMultipartUpload",
    "UploadPart",
    "ListParts",
    "CompleteMultipartUpload",
    "ListMultipartUploads",
    "AbortMultipartUpload",
    "UploadPartCopy",
    "DeleteObjects",
)


def done_and_never_answered(op: str) -> Fault:
    """The store does what it is asked, and its answer never arrives."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ).partition(" ")[0] != op:
            return call_next(environ)
        call_next(environ)
        return faults.hang("*")(environ, call_next)

    return act


def left_behind(report: Report) -> set[str]:
    """The keys that a report lists as not removed."""
    return {left.partition(" (upload")[0] for left in report.leftovers}


@pytest.fixture
def unbroken(moto: Moto) -> Moto:
    """The same store as below every broken one, with all its promises kept."""
    return moto


@pytest.mark.parametrize("op", CALLS)
def test_what_a_killed_run_left_is_removed_by_the_next(op: str, unbroken: Moto, tmp_path: Path) -> None:
    with FaultyStore(done_and_never_answered(op)) as store:
        with check(saved(tmp_path / "storage.toml", store.settings())) as process:
            wait_for(lambda: any(call.startswith(op) for call in store.calls) or None)
            process.send_signal(signal.SIGKILL)
            assert process.wait(30) == -signal.SIGKILL
        if op not in ("DeleteObjects", "AbortMultipartUpload"):  # after which nothing may be there any longer
            wait_for(lambda: what_is_there(store, store.bucket) or None)
        assert all(KEY_PREFIX in key for key in what_is_there(store, store.bucket))
        assert report_of(store.settings(regionendpoint=unbroken.endpoint)).passed
        assert what_is_there(store, store.bucket) == []


@pytest.mark.parametrize("op", CALLS)
def test_what_a_deadline_cuts_off_is_removed_or_named(op: str) -> None:
    with FaultyStore(done_and_never_answered(op)) as store:
        *_, report = runner.run_checks(store.settings(), deadline=0.6)
        assert isinstance(report, Report)
        assert not report.passed
        assert set(what_is_there(store, store.bucket)) <= left_behind(report)


@pytest.mark.parametrize("op", CALLS)
def test_what_a_cancel_cuts_off_is_removed_or_named(op: str) -> None:
    cancel = threading.Event()

    def stop(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ).partition(" ")[0] == op:
            cancel.set()
        return call_next(environ)

    with FaultyStore(stop) as store:
        *_, report = runner.run_checks(store.settings(), cancel=cancel)
        assert isinstance(report, Report)
        assert report.cancelled
        assert set(what_is_there(store, store.bucket)) <= left_behind(report)


def _good_and_bad(settings: Settings) -> Iterator[Settings]:
    yield settings
    yield settings.replace({"rootdirectory": "/deep/down"})
    yield settings.replace({"v4auth": False, "redirect": False})
    yield settings.replace({"secretkey": Secret("wrong")})
    yield settings.replace({"region": "eu-west-1"})


def test_other_stores_are_left_as_they_were(rclone: Rclone, swift: Swift) -> None:
    for server in (rclone, swift):
        store = server.store()
        for settings in _good_and_bad(store.settings()):
            report = report_of(settings)
            assert set(what_is_there(server, store.bucket)) == left_behind(report) == set()
