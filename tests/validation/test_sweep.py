"""What earlier runs left behind is removed, and nothing else ever is. The store itself is asked; it records calls."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.command_line import running_wizard
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.processes import wait_for
from tests.support.reports import REGISTRY_LINES, keys_in_bucket, report_of
from tests.support.s3_requests import Environ, body_of, bucket_and_key, operation
from tests.support.samples import sampled
from tests.validation.ageing import (
    DAY,
    OLD,
    YOUNG,
    age_objects,
    enable_versioning,
    prefix_of_run,
    put,
    start_uploads,
)
from tests.validation.runs import wait_for_late_threads
from wizard.checks import ownership
from wizard.checks.ownership import MARKS, new_prefix, owner_of_key
from wizard.config import file as config_file

MARK = MARKS[0]
PREVIOUS = ".storage-wizard-20251126T060114Z-" + "4f7b1af0270e733503bd1b111f9067e9-"  # of a version that wrote there
PREVIOUS += ownership._checksum(PREVIOUS.removeprefix(".storage-wizard-")[:-1])
EARLIER = ".storage-wizard-abcdef-4711-01234567"  # of a version whose names have neither a time nor a checksum
NAMES = ("write", "copy", "multipart", "part-copy")


class Recorder:
    """Records the keys that a store is asked to remove."""

    def __init__(self) -> None:
        self.removed: set[str] = set()

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        match operation(environ):
            case "DeleteObjects":
                self.removed.update(map(unquote, re.findall(r"<Key>(.*?)</Key>", body_of(environ).decode())))
            case "AbortMultipartUpload" | "DeleteObject":
                self.removed.add(bucket_and_key(environ)[1])
        return call_next(environ)

    def foreign(self, root: str = "") -> list[str]:
        """The removed keys that are not of the current run."""
        today = f"{root}{new_prefix()[: len(MARK) + 8]}"
        return sorted(key for key in self.removed if not key.startswith(today))


def dated(date: str) -> Fault:
    """All responses, also errors, with this date."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        response.headers["Date"] = date
        return response

    return act


def at(age: timedelta, name: str = "write", root: str = "") -> str:
    """The key of an object of a run that started `age` ago."""
    return f"{root}{prefix_of_run(age)}/{name}"


# --- what is removed ---


@pytest.mark.sample
@pytest.mark.parametrize("root", sampled(["a/b/", ""], 2))
@pytest.mark.parametrize("prefix", [prefix_of_run(OLD), PREVIOUS], ids=["current", "previous"])
def test_old_objects_of_ours_are_removed_and_reported(moto: Moto, prefix: str, root: str) -> None:
    store = moto.store()
    keys = sorted(f"{root}{prefix}/{name}" for name in NAMES)
    put(store, *keys)
    age_objects(store.bucket)
    report = report_of(store.settings(rootdirectory=root))
    assert report.passed
    assert sorted(report.removed) == keys
    assert report.leftovers == ()
    assert keys_in_bucket(moto, store.bucket) == []


@pytest.mark.sample
@pytest.mark.parametrize("prefix", [prefix_of_run(OLD), PREVIOUS], ids=["current", "previous"])
def test_old_uploads_of_ours_are_aborted_and_reported(moto: Moto, prefix: str) -> None:
    store = moto.store()
    key = f"{prefix}/resume"
    start_uploads(store, key)
    report = report_of(store.settings())
    assert report.passed
    assert [name.partition(" (upload ")[0] for name in report.removed] == [key]
    assert moto.uploads(store.bucket) == []


def test_dates_without_a_time_zone_are_in_utc() -> None:
    with FaultyStore(faults.replace_text("ListMultipartUploads", "Z</Initiated>", "</Initiated>")) as store:
        start_uploads(store.live, at(OLD))
        assert report_of(store.settings(**REGISTRY_LINES["distribution-3"])).removed
        assert store.uploads() == []


@pytest.mark.sample
@pytest.mark.parametrize(("offset", "is_removed"), [("-10:00", False), ("+10:00", True)])
def test_dates_with_another_time_zone_are_converted(offset: str, is_removed: bool) -> None:
    with FaultyStore(faults.replace_text("ListObjectsV2", "Z</LastModified>", f"{offset}</LastModified>")) as store:
        put(store.live, at(OLD))
        age_objects(store.bucket, DAY)  # a day ago by the time of day alone: ten hours younger or older
        assert bool(report_of(store.settings(**REGISTRY_LINES["distribution-3"])).removed) is is_removed


@pytest.mark.ci_only
def test_what_a_killed_run_left_behind_is_removed_a_day_later_whatever_its_process_id(
    moto: Moto, tmp_path: Path
) -> None:
    with FaultyStore(faults.hang("CopyObject")) as store:
        file = tmp_path / "storage.toml"
        config_file.save(file, store.settings(), None)
        with running_wizard("check", file) as process:
            wait_for(lambda: "CopyObject" in store.calls or process.poll() is not None or None)
            process.send_signal(signal.SIGKILL)
            process.wait(30)
    # The store has ended, and with it the requests that were under way. The bucket is in `moto`, too.
    left = moto.contents(store.bucket)
    assert left
    assert all(owner_of_key("", key) for key in left)
    settings = store.settings(regionendpoint=moto.endpoint)
    assert report_of(settings).removed == ()
    assert moto.contents(store.bucket) == left
    age_objects(store.bucket)
    assert report_of(settings).removed == ()  # their names say that the run started just now
    day_later = sorted(at(OLD, key.rpartition("/")[2]) for key in left)
    put(dataclasses.replace(store.live, endpoint=moto.endpoint), *day_later)
    age_objects(store.bucket)
    assert sorted(report_of(settings).removed) == day_later
    assert moto.contents(store.bucket) == left


# --- what is not ---


def neighbours(root: str) -> list[str]:
    """Keys that begin as ours, and are not."""
    ours = prefix_of_run(OLD)
    digits = ours[:-1] + ("0" if ours[-1] != "0" else "1")
    return [
        f"{root}{MARK}x/docker/registry/v2/repositories/app/_layers/sha256/abc/link",  # a registry with this root
        f"{root}{MARK}x/write",
        f"{root}{MARK}abcdef-4711-01234567/docker/registry/v2/blobs/sha256/ab/abc/data",
        f"{root}{MARK}abcdef-4711-01234567/write/more",
        f"{root}{MARK}abcdef-4711-01234567/",
        f"{root}{MARK}abcdef-4711-01234567",
        f"{root}{MARK}abcdef-4711-0123456/write",
        f"{root}{MARK}abcdef-0-01234567/write",
        f"{root}{MARK}abcdef-{'9' * 200}-01234567/write",
        f"{root}{MARK}abcdef-\N{ARABIC-INDIC DIGIT FOUR}-01234567/write",
        f"{root}{ours}/Write",
        f"{root}{ours}/write ",
        f"{root}{ours}/backup",
        f"{root}{ours}x/write",
        f"{root}{digits}/write",  # the checksum is wrong
        f"{root}x{ours}/write",
        f"{root}{ours.upper()}/write",
        f"{root}{MARK}{ours}/write",
        f"elsewhere/{ours}/write",
        f"docker/registry/v2/{ours}/write",
        f"{root}docker/registry/v2/{PREVIOUS}/write",
        f"{root}{EARLIER}/write",  # nothing proves that it is ours
        f"{root}docker/registry/v2/{EARLIER[1:]}/write",
        f"{root}docker/registry/v2/repositories/app/storage-wizard-1/write",
    ]


@pytest.mark.sample
@pytest.mark.parametrize("root", ["", "a/b/"])
def test_keys_that_only_begin_as_ours_are_never_removed(root: str) -> None:
    recorder, others = Recorder(), neighbours(root)
    with FaultyStore(recorder) as store:
        put(store.live, *others)
        start_uploads(store.live, *others)
        age_objects(store.bucket, 400 * DAY)
        report = report_of(store.settings(rootdirectory=root))
        assert report.removed == ()
        assert recorder.foreign(root) == []
        assert sorted(store.contents()) == sorted(others)
        assert sorted(store.uploads()) == sorted(others)


@pytest.mark.sample
@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=10), YOUNG])
def test_objects_of_ours_that_are_younger_than_a_day_are_never_removed(age: timedelta) -> None:
    recorder = Recorder()
    host, process = socket.gethostname(), os.getpid()
    keys = [at(OLD), at(age, "copy"), f"{EARLIER}/write", f"{MARK}{host[:6]:0<6}-{process}-00000000/write"]
    with FaultyStore(recorder) as store:
        put(store.live, *keys)
        age_objects(store.bucket, age)
        assert report_of(store.settings()).removed == ()
        assert recorder.foreign() == []
        assert sorted(store.contents()) == sorted(keys)


@pytest.mark.sample
@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=10), YOUNG, -2 * DAY])
def test_uploads_of_runs_that_started_within_a_day_are_kept_whatever_date_the_store_gives_them(
    age: timedelta,
) -> None:
    recorder, key = Recorder(), at(age, "resume")
    with FaultyStore(recorder) as store:
        start_uploads(store.live, key)
        assert report_of(store.settings()).removed == ()
        assert key not in recorder.removed
        assert store.uploads() == [key]


def test_uploads_that_the_store_dates_to_today_are_kept() -> None:
    now = prefix_of_run(timedelta(0)).removeprefix(MARK)[:8]
    date = f"{now[:4]}-{now[4:6]}-{now[6:8]}T00:00:00.000Z"
    fault = faults.replace_text("ListMultipartUploads", "2010-11-10T20:48:33.000Z", date)
    with FaultyStore(fault) as store:
        start_uploads(store.live, at(OLD, "resume"))
        report_of(store.settings())
        assert len(store.uploads()) == 1


@pytest.mark.sample
@pytest.mark.parametrize(
    "fault",
    [faults.remove_element("ListObjects", "LastModified"), dated("no date")],
    ids=["without the date of an object", "without the store's clock"],
)
def test_objects_whose_age_is_unknown_are_kept(fault: Fault) -> None:
    with FaultyStore(fault) as store:
        put(store.live, at(OLD))
        age_objects(store.bucket)
        assert report_of(store.settings()).removed == ()
        assert len(store.contents()) == 1


def test_the_age_of_an_object_is_taken_by_the_clock_of_the_store() -> None:
    past = dated("Mon, 01 Jan 2018 00:00:00 GMT")
    with FaultyStore(past) as store:
        put(store.live, at(OLD))
        age_objects(store.bucket)  # years younger than the store's clock
        assert report_of(store.settings()).removed == ()
        assert len(store.contents()) == 1


def test_a_run_never_takes_its_own_objects_for_stale() -> None:
    recorder = Recorder()
    future = dated("Mon, 01 Jan 2091 00:00:00 GMT")
    with FaultyStore(faults.hang("CopyObject"), recorder, future) as store:
        report = report_of(store.settings(), deadline=1.0)
        assert report.removed == ()


def test_uploads_of_other_programs_are_kept_if_the_store_ignores_the_prefix() -> None:
    recorder = Recorder()
    with FaultyStore(faults.ignore_prefix("ListMultipartUploads"), recorder) as store:
        others = ["docker/registry/v2/layer", at(OLD, "resume", "elsewhere/"), at(OLD, "resume")]
        start_uploads(store.live, *others)
        report_of(store.settings(rootdirectory="/a/b"))
        assert sorted(store.uploads()) == sorted(others)


@pytest.mark.sample
@pytest.mark.parametrize("is_stopped", [True, False])
def test_a_run_that_fails_aborts_no_upload_of_another_program(is_stopped: bool) -> None:
    recorder, cancel = Recorder(), threading.Event()

    def fail(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == "UploadPart":
            if is_stopped:
                cancel.set()
            return faults.error("*", 500, "InternalError")(environ, call_next)
        return call_next(environ)

    with FaultyStore(faults.ignore_prefix("ListMultipartUploads"), recorder, fail) as store:
        others = ["docker/registry/v2/layer", f"{MARK}x/write", at(timedelta(0), "resume")]
        start_uploads(store.live, *others)
        report_of(store.settings(), cancel=cancel)
        assert not recorder.removed.intersection(others)


@pytest.mark.ci_only
def test_two_runs_at_the_same_time_do_not_touch_each_other(moto: Moto) -> None:
    store = moto.store()
    reports = []

    def run() -> None:
        reports.append(report_of(store.settings()))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(report.passed, report.removed, report.leftovers) for report in reports] == [(True, (), ())] * 6
    assert keys_in_bucket(moto, store.bucket) == []


def test_nothing_is_removed_after_a_cancel() -> None:
    cancel, recorder = threading.Event(), Recorder()

    def cancel_at_the_listing(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if operation(environ) == "ListObjects" and "LastModified" in response.get_data(as_text=True):
            cancel.set()
        return response

    with FaultyStore(cancel_at_the_listing, recorder) as store:
        put(store.live, at(OLD))
        age_objects(store.bucket)
        assert report_of(store.settings(), cancel=cancel).removed == ()
        wait_for_late_threads()
        assert recorder.foreign() == []
        assert len(store.contents()) == 1


# --- a store that does not do it ---


@pytest.mark.sample
@pytest.mark.parametrize(
    "fault",
    [
        faults.deny("DeleteObjects"),
        faults.deny_each_delete(),
        faults.ignore_delete(),
        faults.error("DeleteObjects", 500, ""),
    ],
    ids=["denied", "each denied", "ignored", "failed"],
)
def test_an_object_that_is_not_removed_is_not_reported_as_removed(fault: Fault) -> None:
    with FaultyStore(fault) as store:
        put(store.live, at(OLD))
        age_objects(store.bucket)
        assert report_of(store.settings()).removed == ()


def test_an_upload_that_is_still_open_is_not_reported_as_removed() -> None:
    with FaultyStore(faults.ignore_abort()) as store:
        start_uploads(store.live, at(OLD, "resume"))
        assert report_of(store.settings()).removed == ()


@pytest.mark.sample
@pytest.mark.parametrize(("leave", "name"), [(put, "write"), (start_uploads, "resume")], ids=["object", "upload"])
def test_what_is_not_listed_after_its_removal_is_not_reported_as_removed(
    leave: Callable[[LiveStore, str], None], name: str
) -> None:
    left, recorder = at(OLD, name), Recorder()

    def deny_afterwards(environ: Environ, call_next: CallNext) -> Response:
        is_denied = left in recorder.removed and operation(environ).startswith("List")
        return (faults.deny("*") if is_denied else recorder)(environ, call_next)

    with FaultyStore(deny_afterwards) as store:
        leave(store.live, left)
        age_objects(store.bucket)
        assert report_of(store.settings()).removed == ()
        assert left in recorder.removed


def test_an_upload_that_cannot_be_aborted_does_not_keep_the_others() -> None:
    def deny_one(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == "AbortMultipartUpload" and bucket_and_key(environ)[1].endswith("/copy"):
            return faults.deny("*")(environ, call_next)
        return call_next(environ)

    with FaultyStore(deny_one) as store:
        start_uploads(store.live, at(OLD, "copy"), at(OLD, "resume"))
        assert [name.partition(" ")[0].rpartition("/")[2] for name in report_of(store.settings()).removed] == ["resume"]
        assert [key.rpartition("/")[2] for key in store.uploads()] == ["copy"]


def test_a_removal_that_is_denied_fails_no_check() -> None:
    with FaultyStore(faults.deny("ListMultipartUploads")) as store:
        assert report_of(store.settings()).failed == ("multipart-list",)


# --- versions ---


def test_old_versions_of_ours_are_removed_and_those_of_others_are_kept(moto: Moto) -> None:
    store = moto.store()
    enable_versioning(store)
    ours, others = at(OLD), [f"{MARK}x/write", "docker/registry/v2/layer", f"{EARLIER}/write/more"]
    put(store, ours, ours, *others)
    age_objects(store.bucket)
    report = report_of(store.settings())
    assert moto.versions(store.bucket) == sorted(others)
    assert ours in report.removed
    assert len([name for name in report.removed if name.startswith(f"{ours} (version ")]) == 2
    assert report.leftovers == ()


def test_versions_of_ours_that_are_younger_than_a_day_are_kept(moto: Moto) -> None:
    store = moto.store()
    enable_versioning(store)
    young = at(timedelta(0))
    put(store, young)
    report = report_of(store.settings())
    assert moto.versions(store.bucket) == [young]
    assert report.removed == ()


def test_delete_markers_that_the_removal_has_made_are_named_if_they_cannot_be_deleted() -> None:
    with FaultyStore(faults.deny_deleting_versions()) as store:
        enable_versioning(store.live)
        ours = at(OLD)
        put(store.live, ours)
        age_objects(store.bucket)
        report = report_of(store.settings())
        assert ours in report.removed
        assert any(name.startswith(f"{ours} (delete marker ") for name in report.leftovers)


@pytest.fixture(autouse=True)
def _late_threads() -> Iterator[None]:
    yield
    wait_for_late_threads()


def test_the_age_of_a_stale_run_is_a_day() -> None:
    assert timedelta(days=1) == ownership.STALE_AGE
