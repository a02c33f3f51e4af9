"""Nothing stays in the bucket, however a run ends. The store itself is asked for objects and uploads."""

from __future__ import annotations

import contextlib
import re
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.command_line import running_wizard
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.moto_server import Moto
from tests.support.processes import READY_SECONDS, wait_for
from tests.support.proxy import http_proxy
from tests.support.rclone import Rclone
from tests.support.reports import (
    REGISTRY_LINES,
    finding_of,
    is_sentence,
    keys_in_bucket,
    leftover_keys,
    report_of,
    result_of,
)
from tests.support.s3_requests import Environ, body_of, operation, query_of, with_body
from tests.support.samples import sampled
from tests.support.swift import Swift
from tests.validation.ageing import OLD, age_objects, enable_versioning
from tests.validation.runs import expire, report_from, s3_run, when
from wizard.checks.context import CheckContext
from wizard.checks.ownership import MARKS
from wizard.config import file as config_file
from wizard.model.findings import Cause, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.timeouts import Timeouts
from wizard.validation.cleanup import clean_up, leftovers, leftovers_finding
from wizard.validation.results import Status
from wizard.validation.sweep import Sweep

# The calls that change the store, and those during which it contains something.
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
MARK = MARKS[0]


def lose_response(op: str, is_executed: threading.Event) -> Fault:
    """Executes a check's calls of `op`, sets `is_executed`, and never responds."""
    never_respond = faults.hang()

    def act(environ: Environ, call_next: CallNext) -> Response:
        is_of_check = op != "ListMultipartUploads" or query_of(environ).get("prefix", "").endswith("/resume")
        if operation(environ).partition(" ")[0] != op or not is_of_check:
            return call_next(environ)
        call_next(environ)
        is_executed.set()
        return never_respond(environ, call_next)

    return act


# --- own objects ---


@pytest.mark.sample
@pytest.mark.parametrize("op", sampled(CALLS, 5))
def test_what_a_killed_run_left_behind_is_removed_by_a_run_on_another_day(
    op: str, moto: Moto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_executed = threading.Event()
    with FaultyStore(lose_response(op, is_executed)) as store:
        file = tmp_path / "storage.toml"
        config_file.save(file, store.settings(), None)
        with running_wizard("check", file) as process:
            wait_for(lambda: is_executed.is_set() or process.poll() is not None or None)
            process.send_signal(signal.SIGKILL)
            assert process.wait(30) == -signal.SIGKILL
    # The store has ended, and with it the requests that were under way. The bucket is in `moto`, too.
    left = keys_in_bucket(moto, store.bucket)
    assert left or op in ("DeleteObjects", "AbortMultipartUpload")  # after those calls the bucket may be empty
    assert all(MARK in key for key in left)
    age_objects(store.bucket)
    monkeypatch.setattr(Sweep, "_earliest_time", lambda _: datetime.now(UTC) + OLD)
    assert report_of(store.settings(regionendpoint=moto.endpoint)).passed
    assert keys_in_bucket(moto, store.bucket) == []


@pytest.mark.sample
@pytest.mark.parametrize("op", sampled(CALLS, 5))
def test_what_is_left_at_the_deadline_is_removed_or_named(op: str) -> None:
    is_executed = threading.Event()
    with FaultyStore(lose_response(op, is_executed)) as store:
        run = s3_run(store.settings())
        with when(is_executed.is_set, lambda: expire(run)):
            report = report_from(run.events())
        assert not report.passed
        assert set(keys_in_bucket(store, store.bucket)) <= set(leftover_keys(report))


@pytest.mark.sample
@pytest.mark.parametrize("op", sampled(CALLS, 5))
def test_what_is_left_after_a_cancel_is_removed_or_named(op: str) -> None:
    cancel = threading.Event()

    def cancel_at(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ).partition(" ")[0] == op:
            cancel.set()
        return call_next(environ)

    with FaultyStore(cancel_at) as store:
        report = report_of(store.settings(), cancel=cancel)
        assert report.cancelled
        assert set(keys_in_bucket(store, store.bucket)) <= set(leftover_keys(report))


def test_a_later_report_says_what_is_left_once_a_hanging_call_has_ended() -> None:
    cancel, released = threading.Event(), threading.Event()
    with FaultyStore(faults.hang("CreateMultipartUpload", released)) as store:
        with when(lambda: "CreateMultipartUpload" in store.calls, cancel.set):
            report = report_of(store.settings(), cancel=cancel)
        assert report.leftovers
        assert report.later is not None
        released.set()
        later = report.later()
        assert (later.leftovers, later.later) == ((), None)
        assert result_of(later, "cleanup").status is Status.PASSED
        assert keys_in_bucket(store, store.bucket) == []


def test_what_a_late_call_creates_is_removed_although_another_one_never_ends() -> None:
    is_removed, late, endless = threading.Event(), Future[None](), Future[None]()

    def put_after_removal(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == "PutObject":
            assert is_removed.wait(READY_SECONDS)
        return call_next(environ)

    with FaultyStore(put_after_removal) as store:
        context = CheckContext(store.settings(), partial(connect, timeouts=Timeouts()))
        key = context.key("late")

        def put() -> None:
            with context.ledger.creating_object(key):
                context.call("PutObject", Key=key, Body=b"late")
            assert store.contents() == [key]
            late.set_result(None)

        with contextlib.closing(context), ThreadPoolExecutor() as pool:
            has_put = pool.submit(put)
            wait_for(lambda: "PutObject" in store.calls or None)
            remover = clean_up(context, [late, endless], 0, is_cancelled=lambda: True, afterwards=is_removed.set)
            has_put.result()
            wait_for(lambda: store.contents() == [] or None)
            assert remover.is_alive()
            endless.set_result(None)
            remover.join()


def test_an_upload_that_the_store_does_not_know_any_more_is_no_leftover() -> None:
    def abort_twice(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if operation(environ) == "AbortMultipartUpload":
            return faults.error("*", 404, "NoSuchUpload")(environ, call_next)
        return response

    with FaultyStore(faults.error("UploadPart", 500, "InternalError"), abort_twice) as store:
        assert report_of(store.settings()).leftovers == ()
        assert store.uploads() == []


def _good_and_bad(settings: Settings) -> Iterator[Settings]:
    yield settings
    yield settings.replace({"rootdirectory": "/deep/down"})
    yield settings.replace({"v4auth": False, "redirect": False})
    yield settings.replace({"secretkey": Secret("wrong")})
    yield settings.replace({"region": "eu-west-1"})


def test_other_stores_are_left_empty(rclone: Rclone, swift: Swift) -> None:
    for server in (rclone, swift):
        store = server.store()
        for settings in _good_and_bad(store.settings()):
            assert leftover_keys(report_of(settings)) == keys_in_bucket(server, store.bucket) == []


# --- proxies ---


@pytest.mark.sample
@pytest.mark.parametrize("status", [200, 403, 451, 500, 502, 503])
def test_what_was_made_behind_a_proxy_that_replaces_all_answers_is_removed_or_named(status: int) -> None:
    with FaultyStore(faults.replace_response("*", status)) as store:
        report = report_of(store.settings())
        assert not report.passed
        assert set(keys_in_bucket(store, store.bucket)) <= set(leftover_keys(report))
        assert result_of(report, "cleanup").status is Status.WARNING


@pytest.mark.sample
@pytest.mark.parametrize("status", sampled([200, 302, 400, 403, 404, 405, 413, 429, 501, 502, 503], 3))
@pytest.mark.parametrize("op", ["PutObject", "CopyObject", "CreateMultipartUpload", "CompleteMultipartUpload"])
def test_what_was_made_behind_a_proxy_that_replaces_an_answer_is_removed(op: str, status: int) -> None:
    with FaultyStore(faults.replace_response(op, status)) as store:
        report = report_of(store.settings())
        assert not report.passed
        assert report.leftovers == ()
        assert keys_in_bucket(store, store.bucket) == []


@pytest.mark.sample
@pytest.mark.parametrize("op", ["PutObject", "CopyObject", "CreateMultipartUpload", "CompleteMultipartUpload"])
def test_what_was_made_by_a_call_that_was_refused_afterwards_is_removed(op: str) -> None:
    with FaultyStore(faults.deny_afterwards(op)) as store:
        report = report_of(store.settings())
        assert not report.passed
        assert report.leftovers == ()
        assert keys_in_bucket(store, store.bucket) == []


def test_a_refused_object_is_looked_up_where_listings_are_denied() -> None:
    with FaultyStore(faults.deny_afterwards("CopyObject"), faults.deny("ListObjects*")) as store:
        report_of(store.settings())
        assert keys_in_bucket(store, store.bucket) == []
        assert "HeadObject" in store.calls


@pytest.mark.sample
@pytest.mark.parametrize(
    "hiding",
    [
        (faults.ignore_abort(), faults.empty_listing("ListMultipartUploads")),
        (faults.ignore_delete(), faults.empty_listing("ListObjects"), faults.empty_listing("ListObjectsV2")),
    ],
    ids=["uploads", "objects"],
)
def test_what_the_store_neither_removes_nor_lists_is_named(hiding: tuple[Fault, ...]) -> None:
    with FaultyStore(*hiding) as store:
        report = report_of(store.settings())
        assert report.leftovers
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)


# --- versions ---


@pytest.mark.sample
@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
@pytest.mark.parametrize("root", ["", "a/b/"])
def test_no_version_and_no_delete_marker_is_left(moto: Moto, status: str, root: str) -> None:
    store = moto.store()
    enable_versioning(store, "Enabled")
    enable_versioning(store, status)
    report = report_of(store.settings(rootdirectory=root))
    assert report.passed
    assert report.leftovers == ()
    assert moto.versions(store.bucket) == []


def test_versions_are_deleted_without_the_permission_to_list_them() -> None:
    with FaultyStore(faults.deny("ListObjectVersions")) as store:
        enable_versioning(store.live)
        assert report_of(store.settings()).leftovers == ()
        assert store.versions() == []


@pytest.mark.sample
@pytest.mark.parametrize("op", ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObjects"])
def test_versions_whose_ids_were_lost_are_deleted(op: str) -> None:
    with FaultyStore(faults.reset_mid_response(op)) as store:
        enable_versioning(store.live)
        report = report_of(store.settings())
        assert set(store.versions()) <= {left.partition(" (")[0] for left in report.leftovers}
        assert op == "DeleteObjects" or report.leftovers == ()


@pytest.mark.sample
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.deny_deleting_versions(), "these keys aren't allowed to delete them (s3:DeleteObjectVersion)"),
        (
            faults.deny_deleting_versions(message="Access Denied because object protected by object lock."),
            "an object lock protects them",
        ),
        (faults.lock_versions(), "an object lock protects them"),
    ],
    ids=["permission", "object lock", "object lock of MinIO"],
)
@pytest.mark.parametrize("may_list", [True, False])
def test_versions_that_cannot_be_deleted_are_named_with_the_reason(fault: Fault, reason: str, may_list: bool) -> None:
    listing = () if may_list else (faults.deny("ListObjectVersions"),)
    with FaultyStore(fault, *listing) as store:
        enable_versioning(store.live)
        report = report_of(store.settings())
        assert report.passed
        named = sorted(left.partition(" (")[0] for left in report.leftovers)
        assert named == store.versions()
        assert {left.partition(" (")[2].rpartition(" ")[0] for left in report.leftovers} == {"version", "delete marker"}
        finding = finding_of(report, "cleanup")
        assert reason in finding.text
        assert "including all versions" in finding.text
        assert is_sentence(finding.text)


def test_a_version_whose_id_is_unknown_is_named_where_versions_cannot_be_listed() -> None:
    with FaultyStore(faults.reset_mid_response("CopyObject"), faults.deny("ListObjectVersions")) as store:
        enable_versioning(store.live)
        report = report_of(store.settings())
        assert {left.partition(" (")[0] for left in report.leftovers} == set(store.versions())
        assert report.leftovers[0].endswith("/copy (version)")
        assert "s3:ListBucketVersions" in finding_of(report, "cleanup").text


def ignore_delete_of_versions(environ: Environ, call_next: CallNext) -> Response:
    is_of_versions = operation(environ) == "DeleteObjects" and b"<VersionId>" in body_of(environ)
    return faults.ignore_delete()(environ, call_next) if is_of_versions else call_next(environ)


def test_versions_that_the_store_still_lists_are_named() -> None:
    with FaultyStore(ignore_delete_of_versions) as store:
        enable_versioning(store.live)
        report = report_of(store.settings())
        assert sorted(left.partition(" (")[0] for left in report.leftovers) == store.versions()
        assert report.leftovers


def test_versions_that_are_said_to_be_deleted_and_are_not_are_named_where_none_can_be_listed() -> None:
    with FaultyStore(faults.deny("ListObjectVersions"), ignore_delete_of_versions) as store:
        enable_versioning(store.live)
        report = report_of(store.settings())
        assert sorted(left.partition(" (")[0] for left in report.leftovers) == store.versions()
        assert report.leftovers


def test_a_store_that_shows_no_versions_is_asked_for_one_only() -> None:
    with FaultyStore(faults.deny("ListObjectVersions"), faults.deny("HeadObject")) as store:
        enable_versioning(store.live)
        report = report_of(store.settings())
        assert report.leftovers == ()
        assert store.calls.count("HeadObject") == 1


def test_a_bucket_without_versions_is_not_asked_for_any() -> None:
    with FaultyStore() as store:
        assert report_of(store.settings()).passed
        assert "ListObjectVersions" not in store.calls


# --- a store that does not list what is left ---


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_objects_that_are_said_to_be_deleted_and_are_not_are_named_where_none_can_be_listed(registry: str) -> None:
    with FaultyStore(faults.deny("ListObjects*"), faults.ignore_delete()) as store:
        report = report_of(store.settings(**REGISTRY_LINES[registry]))
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)
        assert result_of(report, "cleanup").status is Status.WARNING


def test_objects_that_are_deleted_are_no_leftovers_where_none_can_be_listed() -> None:
    with FaultyStore(faults.deny("ListObjects*")) as store:
        report = report_of(store.settings())
        assert report.leftovers == ()
        assert result_of(report, "cleanup").status is Status.PASSED


def answer_absent_as_denied(environ: Environ, call_next: CallNext) -> Response:
    """As Amazon S3 without s3:ListBucket."""
    response = call_next(environ)
    return Response(status=403) if operation(environ) == "HeadObject" and response.status_code == 404 else response


def test_objects_that_are_deleted_are_no_leftovers_where_look_ups_of_absent_objects_are_denied() -> None:
    with FaultyStore(faults.deny("ListObjects*"), answer_absent_as_denied) as store:
        assert report_of(store.settings()).leftovers == ()


def test_one_object_that_is_left_is_named_where_look_ups_of_absent_objects_are_denied() -> None:
    def keep_one(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == "DeleteObjects":
            body = re.sub(rb"<Object><Key>[^<]*/write</Key></Object>", b"", body_of(environ))
            return call_next(with_body(environ, body))
        return call_next(environ)

    with FaultyStore(faults.deny("ListObjects*"), answer_absent_as_denied, keep_one) as store:
        report = report_of(store.settings())
        assert [key.rpartition("/")[2] for key in store.contents()] == ["write"]
        assert leftover_keys(report) == store.contents()


def test_a_removal_that_the_store_does_not_show_is_noted() -> None:
    with FaultyStore(faults.deny("ListObjects*"), faults.deny("HeadObject")) as store:
        report = report_of(store.settings())
        assert report.notes == ("The store says that it removed the test data, but refuses to show whether it did.",)
        assert result_of(report, "cleanup").status is Status.PASSED


def test_objects_that_cannot_be_looked_up_without_an_answer_are_named() -> None:
    with FaultyStore(faults.deny("ListObjects*"), faults.reset_connection("HeadObject")) as store:
        report = report_of(store.settings())
        assert report.leftovers
        assert store.contents() == []


def test_an_object_that_could_not_be_deleted_is_no_leftover_where_a_look_up_shows_that_it_is_gone() -> None:
    with FaultyStore(faults.deny("ListObjects*"), faults.reset_mid_response("DeleteObjects")) as store:
        assert report_of(store.settings()).leftovers == ()


def test_an_upload_that_is_said_to_be_aborted_and_is_not_is_named_where_none_can_be_listed() -> None:
    with FaultyStore(faults.deny("ListMultipartUploads"), faults.ignore_abort()) as store:
        report = report_of(store.settings())
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)
        assert result_of(report, "cleanup").status is Status.WARNING


def test_an_upload_that_is_aborted_is_no_leftover_where_none_can_be_listed() -> None:
    with FaultyStore(faults.deny("ListMultipartUploads")) as store:
        assert report_of(store.settings()).leftovers == ()


# --- uploads ---


def test_an_upload_that_is_said_to_be_aborted_and_is_still_open_is_named() -> None:
    with FaultyStore(faults.ignore_abort()) as store:
        report = report_of(store.settings())
        assert leftover_keys(report) == store.uploads()
        assert store.uploads()


# --- the warning about leftovers ---


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_what_cannot_be_removed_is_a_warning_that_names_it(registry: str) -> None:
    with FaultyStore(faults.deny("AbortMultipartUpload")) as store:
        report = report_of(store.settings(**REGISTRY_LINES[registry], rootdirectory="/deep/er"))
        finding = finding_of(report, "cleanup")
        assert result_of(report, "cleanup").status is Status.WARNING
        assert finding.cause is Cause.LEFTOVERS
        assert is_sentence(finding.text)
        assert store.uploads()[0] in finding.text
        assert store.uploads()[0].startswith("deep/er/docker/registry/v2/storage-wizard-")


@pytest.mark.sample
@pytest.mark.parametrize("root", ["", "/deep/er"])
def test_the_warning_names_a_prefix_that_all_leftovers_begin_with(root: str) -> None:
    with FaultyStore(faults.deny("DeleteObjects"), faults.deny("AbortMultipartUpload")) as store:
        report = report_of(store.settings(rootdirectory=root))
        text = finding_of(report, "cleanup").text
        prefix = text.partition("Delete everything under ")[2].removesuffix(".")
        assert prefix.startswith(f"{root[1:]}/{MARK}" if root else MARK)
        assert report.leftovers
        assert all(key.startswith(f"{prefix}/") for key in keys_in_bucket(store, store.bucket))


def test_the_warning_about_a_folder_names_its_path() -> None:
    settings = Settings(provider="filesystem", rootdirectory="/srv/images")
    finding = leftovers_finding(("/srv/images/.storage-wizard-0-1-2",), settings)
    assert finding
    assert finding.severity is Severity.WARNING
    assert finding.text == "May remain: /srv/images/.storage-wizard-0-1-2. Delete it manually."


def test_no_leftovers_are_no_warning() -> None:
    assert leftovers_finding((), Settings()) is None


def test_nothing_is_left_of_a_call_that_could_not_be_sent() -> None:
    with FaultyStore() as store:
        report = report_of(store.settings(encrypt=True, keyid="line\r\nbreak"))
        assert finding_of(report, "write").text == (
            "No request can be made with these settings: the address or a header has a character that HTTP does not "
            "allow."
        )
        assert report.leftovers == ()


def test_leftovers_begin_with_a_bucket_that_the_store_takes_for_a_part_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyStore(faults.bucket_in_host("store.test")) as store:
        port = int(store.endpoint.rpartition(":")[2])
        with http_proxy(port, passes_host=True) as proxy:
            monkeypatch.setenv("http_proxy", proxy.url)
            monkeypatch.delenv("NO_PROXY")
            report = report_of(store.settings(regionendpoint=f"http://{store.bucket}.store.test", redirect=False))
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)
        assert f"Delete everything under {store.bucket}/docker/" in finding_of(report, "cleanup").text


def test_leftovers_are_named_in_the_bucket_that_the_path_of_the_endpoint_names() -> None:
    with FaultyStore() as store:
        other = store.create_bucket()
        report = report_of(store.settings(regionendpoint=f"{store.endpoint}/{other}", redirect=False))
        assert leftover_keys(report) == keys_in_bucket(store, other)
        assert f"Test objects may remain in {other}: {store.bucket}/docker/" in finding_of(report, "cleanup").text


def test_nothing_is_left_of_calls_before_the_first_request() -> None:
    """Where there are no credentials, another call can still be looking for some when the run ends."""
    with FaultyStore() as store:
        context = CheckContext(store.settings(), partial(connect, timeouts=Timeouts()))
        with contextlib.closing(context), context.ledger.starting_upload(context.key("multipart")):
            assert leftovers(context) == ()
            context.list(context.root, 1)
            assert leftovers(context) == (f"{context.key('multipart')} (upload)",)
