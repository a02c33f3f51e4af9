"""A run of the checks of a store: its events, and how a cancel, the deadline and its caller end it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.processes import load_factor
from tests.support.reports import finding_of, keys_in_bucket, leftover_keys, report_of, result_of
from tests.support.s3_requests import Environ, bucket_and_key, query_of
from tests.validation.runs import (
    expire,
    is_waiting_only_for,
    report_from,
    s3_run,
    wait_for_late_threads,
    when,
)
from wizard.checks.advice import NO_ANSWER
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause
from wizard.s3.errors import ErrorResponse
from wizard.validation import cleanup, s3_runner
from wizard.validation.results import Event, Report, Result, Started, Status

IDS = [check.id for check in S3_CHECKS]


def is_start_of(check: str) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, Started) and event.check.id == check


# --- events ---

STORES: dict[str, tuple[Fault, ...]] = {
    "good": (),
    "list denied": (faults.deny("ListObjects"),),
    "write denied": (faults.deny("PutObject"),),
    "wrong byte": (faults.corrupt_body("GetObject"),),
    "web page": (faults.console_page(),),
    "delete ignored": (faults.ignore_delete(),),
    "connection reset": (faults.reset_connection(),),
}


@pytest.mark.sample
@pytest.mark.parametrize("injected", STORES.values(), ids=STORES)
def test_every_check_has_one_result_after_its_start_and_one_report_ends_the_run(injected: tuple[Fault, ...]) -> None:
    with FaultyStore(*injected) as store:
        events = list(s3_run(store.settings()).events())
    results = [event for event in events if isinstance(event, Result)]
    reports = [event for event in events if isinstance(event, Report)]
    assert reports == [events[-1]]
    assert [result.check.id for result in reports[0].results] == IDS
    assert sorted(result.check.id for result in results) == sorted(IDS)
    assert all(result in reports[0].results for result in results)
    started: set[str] = set()
    for event in events:
        if isinstance(event, Started):
            assert event.check.id not in started
            started.add(event.check.id)
        elif isinstance(event, Result) and event.check.calls and event.status is not Status.SKIPPED:
            assert event.check.id in started


def test_a_skipped_check_has_a_reason() -> None:
    with FaultyStore(faults.deny("PutObject")) as store:
        skipped = [result for result in report_of(store.settings()).results if result.status is Status.SKIPPED]
        assert skipped
        assert all(result.reason for result in skipped)


def test_invalid_settings_start_no_check() -> None:
    with FaultyStore() as store:
        events = list(s3_run(store.settings(bucket="")).events())
        assert not [event for event in events if isinstance(event, Started)]
        assert [event.check.id for event in events if isinstance(event, Result)] == IDS
        assert store.calls == []


def test_a_run_sends_nothing_before_its_events_are_read() -> None:
    with FaultyStore() as store:
        s3_run(store.settings()).events()
        assert store.calls == []


def test_objects_are_deleted_only_when_no_other_check_creates_any() -> None:
    """The calls of a copy in parts begin before it is known that nothing can be read, and are not over by then."""
    is_copied, is_deleted = threading.Event(), threading.Event()

    def hold_copy(environ: Environ, call_next: CallNext) -> Response:
        is_copy = bucket_and_key(environ)[1].endswith("/part-copy")
        fault = faults.hang("CompleteMultipartUpload", is_copied) if is_copy else faults.pass_through
        return fault(environ, call_next)

    def note_delete(environ: Environ, call_next: CallNext) -> Response:
        is_deleted.set()
        return call_next(environ)

    with FaultyStore(faults.corrupt_body("GetObject"), hold_copy, faults.on("DeleteObjects", note_delete)) as store:
        for event in s3_run(store.settings()).events():
            if is_start_of("delete")(event):
                assert not is_deleted.wait(0.3)
                is_copied.set()
        assert isinstance(event, Report)
        assert result_of(event, "multipart-copy").status is Status.SKIPPED
        assert result_of(event, "delete").status is Status.PASSED
        assert (event.leftovers, keys_in_bucket(store, store.bucket)) == ((), [])


def test_every_check_has_a_result_where_the_last_one_to_end_reports_the_failures_of_others() -> None:
    """What these failures lead to is skipped at once, and `delete` waits for some of what is skipped."""
    can_be_listed = threading.Event()

    def hold_look_up(environ: Environ, call_next: CallNext) -> Response:
        is_look_up = query_of(environ).get("prefix", "").endswith("/write")
        fault = faults.hang("ListObjects", can_be_listed) if is_look_up else faults.pass_through
        return fault(environ, call_next)

    with FaultyStore(faults.deny("GetObject"), faults.deny("ListMultipartUploads"), hold_look_up) as store:
        run = s3_run(store.settings())

        def is_look_up_the_last() -> bool:
            return set(run._running) == {"head"} and "read" in [each.id for each in run._collector.pending_checks]

        with when(is_look_up_the_last, can_be_listed.set):
            report = report_from(run.events())
        assert "read" in report.failed
        assert result_of(report, "multipart-copy").status is Status.SKIPPED
        assert result_of(report, "delete").status is Status.PASSED
        assert (report.leftovers, keys_in_bucket(store, store.bucket)) == ((), [])


def test_a_bug_in_a_check_is_raised_to_the_caller_after_cleaning_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.checks.context.CheckContext.verify_content", lambda *_: 1 / 0)
    with FaultyStore() as store:
        with pytest.raises(ZeroDivisionError):
            report_of(store.settings())
        wait_for_late_threads()
        assert keys_in_bucket(store, store.bucket) == []


def test_a_bug_in_the_diagnosis_is_raised_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.validation.fix_verifier.FixVerifier.finding_for", lambda *_, **__: 1 / 0)
    with FaultyStore(faults.deny("PutObject")) as store, pytest.raises(ZeroDivisionError):
        report_of(store.settings())


def test_a_connection_that_fails_after_a_response_fails_no_layer() -> None:
    with FaultyStore(faults.go_down("CopyObject")) as store:
        report = report_of(store.settings())
    assert result_of(report, "connect").status is Status.PASSED
    assert not report.passed
    assert result_of(report, "copy").status is not Status.PASSED


def test_an_error_that_an_advisory_check_does_not_handle_skips_it(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_error(*_: object) -> None:
        raise ErrorResponse("GetBucketVersioning", 500, "InternalError", "")

    monkeypatch.setattr("wizard.checks.advice._query", raise_error)
    report = report_of(store.settings())
    assert report.passed
    assert result_of(report, "versioning").status is Status.SKIPPED
    assert result_of(report, "versioning").reason == NO_ANSWER


# --- early uploads ---


def test_uploads_are_created_while_the_first_calls_wait() -> None:
    released = threading.Event()
    with FaultyStore(faults.hang("PutObject", released)) as store:
        with when(lambda: store.calls.count("CreateMultipartUpload") == 3, released.set):
            report = report_of(store.settings())
        assert report.passed
        assert keys_in_bucket(store, store.bucket) == []


def test_uploads_of_a_run_that_cannot_write_are_aborted() -> None:
    with FaultyStore(faults.deny("PutObject")) as store:
        report = report_of(store.settings())
        assert report.failed == ("write",)
        assert {result_of(report, check).reason for check in ("multipart", "multipart-list")} == {"needs `write`"}
        assert report.leftovers == ()
        assert keys_in_bucket(store, store.bucket) == []


def test_an_upload_that_is_created_after_the_end_of_the_run_is_aborted() -> None:
    released = threading.Event()
    with FaultyStore(faults.hang("CreateMultipartUpload", released), faults.deny("PutObject")) as store:
        report = report_of(store.settings())
        assert report.failed == ("write",)
        released.set()
        wait_for_late_threads()
        assert keys_in_bucket(store, store.bucket) == []


def test_a_refused_early_upload_is_tried_again_only_with_other_headers() -> None:
    with FaultyStore(faults.deny("CreateMultipartUpload")) as store:
        report = report_of(store.settings())
        assert report.failed == ("multipart",)
        # Three, and one each with Encrypt, with a KMS key, without a storage class and with another ACL.
        assert store.calls.count("CreateMultipartUpload") == 7


# --- repeated calls ---


@pytest.mark.sample
@pytest.mark.parametrize(
    ("operation", "status", "code", "said"),
    [
        ("ListObjects", 500, "InternalError", "500 InternalError"),
        ("GetObject", 503, "SlowDown", "503 SlowDown"),
        ("ListMultipartUploads", 500, "", "500"),
    ],
)
def test_a_read_that_fails_once_is_repeated_and_the_report_says_so(
    operation: str, status: int, code: str, said: str
) -> None:
    with FaultyStore(once(faults.error(operation, status, code))) as store:
        report = report_of(store.settings())
        assert report.passed
        assert report.notes == (f"Repeated {operation}, which the store had answered with {said}.",)


@pytest.mark.sample
@pytest.mark.parametrize("operation", ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObjects"])
def test_a_write_that_fails_once_is_not_repeated(operation: str) -> None:
    with FaultyStore(once(faults.error(operation, 500, "InternalError"))) as store:
        report = report_of(store.settings())
        assert not report.passed
        assert report.notes == ()


def once(fault: Fault) -> Fault:
    """The fault at the first signed call that it affects."""
    remaining = [fault]

    def act(environ: Environ, call_next: CallNext) -> Response:
        passed_on: list[bool] = []

        def note(environ: Environ) -> Response:
            passed_on.append(True)
            return call_next(environ)

        if not remaining or "HTTP_AUTHORIZATION" not in environ:
            return call_next(environ)
        response = remaining[0](environ, note)
        if not passed_on:
            remaining.clear()
        return response

    return act


# --- cancel ---


def test_cleaning_up_after_a_cancel_takes_less_than_a_second() -> None:
    assert s3_runner._TICK + cleanup.CANCELLED < 1.0


@pytest.mark.sample
@pytest.mark.parametrize("op", ["PutObject", "CreateMultipartUpload", "DeleteObjects", "*"])
def test_a_cancelled_run_does_not_wait_for_a_silent_store_and_names_what_may_be_left(
    op: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "CANCELLED", 60.0)  # not needed: the store is silent
    released, cancel = threading.Event(), threading.Event()
    with FaultyStore(faults.hang(op, released)) as store:
        last_call = "PutObject" if op == "*" else op
        with when(lambda: last_call in store.calls, cancel.set) as cancelled_at:
            report = report_of(store.settings(), cancel=cancel)
            assert time.monotonic() - cancelled_at[0] < 5.0 * load_factor()
        assert report.cancelled
        assert not report.passed
        assert report.failed == ()
        assert [result.check.id for result in report.results] == IDS
        released.set()
        assert set(keys_in_bucket(store, store.bucket)) <= set(leftover_keys(report))
        wait_for_late_threads()
        assert keys_in_bucket(store, store.bucket) == []


def test_a_cancel_drops_failures_that_are_not_reported_yet() -> None:
    cancel = threading.Event()
    with FaultyStore(faults.hang("ListObjects"), faults.deny("CopyObject")) as store:
        run = s3_run(store.settings(), cancel)
        with when(lambda: "copy" in [check.id for check in run._collector.pending_checks], cancel.set):
            report = report_from(run.events())
    assert report.failed == ()
    assert result_of(report, "copy").reason == "cancelled"


def test_a_run_that_is_cancelled_before_its_start_leaves_nothing(moto: Moto) -> None:
    cancel = threading.Event()
    cancel.set()
    store = moto.store()
    assert report_of(store.settings(), cancel=cancel).cancelled
    assert keys_in_bucket(moto, store.bucket) == []


def test_the_end_of_a_run_does_not_set_the_cancel_event(store: LiveStore) -> None:
    cancel = threading.Event()
    with FaultyStore(faults.deny("PutObject")) as other:
        report_of(other.settings(), cancel=cancel)
    events = s3_run(store.settings(), cancel).events()
    next(filter(is_start_of("write"), events))
    events.close()  # type: ignore[attr-defined]
    assert not cancel.is_set()
    assert report_of(store.settings(), cancel=cancel).passed


# --- deadline ---


@pytest.mark.sample
@pytest.mark.parametrize(
    ("op", "check"), [("PutObject", "write"), ("CopyObject", "copy"), ("GetObject presigned", "presigned-read")]
)
def test_a_check_that_hangs_fails_at_the_deadline_and_the_run_cleans_up(op: str, check: str) -> None:
    with FaultyStore(faults.hang(op)) as store:
        run = s3_run(store.settings())
        with when(lambda: is_waiting_only_for(run, check), lambda: expire(run)) as expired_at:
            report = report_from(run.events())
            assert time.monotonic() - expired_at[0] < 5.0 * load_factor()  # less than the timeout of the call
        assert report.failed == (check,)
        assert finding_of(report, check).cause is Cause.TIMEOUT
        assert not report.cancelled
        assert set(keys_in_bucket(store, store.bucket)) <= set(leftover_keys(report))


def test_the_time_limit_includes_the_clean_up() -> None:
    with FaultyStore(faults.hang("*")) as store:
        report = report_of(store.settings(), deadline=2.5)
    assert not report.passed
    assert report.seconds < 3.0 * load_factor()  # without a reserve, the clean-up would take two more seconds


def test_a_store_that_never_responds_is_reported_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_runner, "_CONNECT", 0.2)
    with FaultyStore(faults.hang()) as store:
        report = report_of(store.settings(), deadline=0.3)
    assert report.failed == ("list",)
    assert "gave no answer within 0.3 seconds" in finding_of(report, "list").text
    assert finding_of(report, "list").setting == "regionendpoint"


def test_a_limit_that_is_too_short_for_an_answer_does_not_blame_the_store() -> None:
    with FaultyStore(faults.hang()) as store:
        report = report_of(store.settings(), deadline=0.3)
    text = "The validation did not finish within its limit of 0.3 seconds. Use a longer --timeout."
    assert (finding_of(report, "list").text, finding_of(report, "list").setting) == (text, "")


def test_a_failure_that_waits_for_a_hanging_check_is_reported_at_the_deadline() -> None:
    with FaultyStore(faults.hang("ListObjects"), faults.deny("CopyObject")) as store:
        run = s3_run(store.settings())

        def is_copy_waiting_for_list() -> bool:
            is_pending = "copy" in [check.id for check in run._collector.pending_checks]
            return is_pending and is_waiting_only_for(run, "list")

        with when(is_copy_waiting_for_list, lambda: expire(run)):
            report = report_from(run.events())
        assert report.failed == ("list", "copy")
        assert finding_of(report, "copy").cause is Cause.ACCESS_DENIED


def test_an_advisory_check_does_not_fail_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_runner, "_ADVICE", 60.0)
    with FaultyStore(faults.hang("GetBucketVersioning")) as store:
        run = s3_run(store.settings())
        with when(lambda: list(run._running) == ["versioning"], lambda: expire(run)):
            report = report_from(run.events())
        assert report.passed
        assert result_of(report, "versioning").reason == "no time left"
        assert report.leftovers == ()


# --- the caller stops reading ---


@pytest.mark.sample(3)
@pytest.mark.parametrize("check", ["list", "write", "read", "multipart", "delete"])
def test_closing_the_events_early_cleans_up(check: str) -> None:
    with FaultyStore() as store:
        events = s3_run(store.settings()).events()
        next(filter(is_start_of(check), events))
        events.close()  # type: ignore[attr-defined]
        wait_for_late_threads()
        assert keys_in_bucket(store, store.bucket) == []


def test_closing_the_events_before_a_check_starts_sends_nothing() -> None:
    with FaultyStore() as store:
        events = s3_run(store.settings()).events()
        assert isinstance(next(events), Result)  # of the rules
        events.close()  # type: ignore[attr-defined]
        assert store.calls == []
