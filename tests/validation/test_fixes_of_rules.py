"""A validation offers the fix of a rule only if it works: the rules themselves ask no store."""

from __future__ import annotations

import threading
import time

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.processes import load_factor
from tests.support.reports import finding_of, keys_in_bucket, report_of, result_of
from tests.support.s3_requests import Environ, operation, signature_version
from tests.validation.runs import wait_for_late_threads
from wizard.model.findings import Fix
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts
from wizard.validation import fix_verifier, runner, s3_runner
from wizard.validation.fix_verifier import FixVerifier
from wizard.validation.results import Report, Result, Status

KEY_ALONE = {"keyid": "alias/images"}  # an error of the rules: a KMS key without encryption


def offered_fix(report: Report) -> Fix | None:
    """The fix that is offered for the settings."""
    return finding_of(report, "settings").fix


REFUSE_KMS = faults.refuse_header(faults.ENCRYPTION, "NotImplemented", value="aws:kms", status=501)


# --- the address ---


def test_the_root_of_an_endpoint_is_offered_where_it_is_s3() -> None:
    with FaultyStore() as store:
        settings = store.settings(regionendpoint=f"{store.endpoint}/minio")
        fix = offered_fix(report_of(settings))
        assert fix
        assert fix.set == {"regionendpoint": store.endpoint}
        assert report_of(settings.replace(fix.set)).passed


def test_the_root_of_an_endpoint_is_not_offered_where_it_is_a_web_page() -> None:
    with FaultyStore(faults.strip_path("/minio")) as store:
        report = report_of(store.settings(regionendpoint=f"{store.endpoint}/minio"))
        assert report.failed == ("list",)
        assert offered_fix(report) is None
        assert "a proxy removes /minio from the signed address" in finding_of(report, "list").text


def test_a_fix_to_an_address_without_a_store_is_not_offered() -> None:
    with closed_port() as port:
        settings = Settings(bucket="images", accesskey="a", secretkey=Secret("b"), provider="other")
        report = report_of(settings.replace({"regionendpoint": f"https://127.0.0.1:{port}/path"}))
        assert offered_fix(report) is None


def test_a_fix_stays_where_the_store_reports_something_else_than_it_changes() -> None:
    with FaultyStore(faults.deny("ListObjects")) as store:
        fix = offered_fix(report_of(store.settings(regionendpoint=f"{store.endpoint}/path")))
        assert fix
        assert fix.applies


def test_a_name_in_the_address_of_a_bucket_is_offered_although_the_bucket_is_missing() -> None:
    with FaultyStore(faults.no_such_bucket()) as store:
        fix = offered_fix(report_of(store.settings(bucket="s3://images")))
        assert fix
        assert fix.set == {"bucket": "images"}


def test_swapped_keys_that_the_store_does_not_know_are_not_offered() -> None:
    with FaultyStore(faults.error("*", 403, "InvalidAccessKeyId")) as store:
        report = report_of(store.settings(accesskey="w" * 40, secretkey=Secret("AKIAIOSFODNN7EXAMPLE")))
        assert "look swapped" in finding_of(report, "settings").text
        assert offered_fix(report) is None


# --- what is sent with objects ---


def test_a_kms_key_without_encryption_is_removed_where_the_store_has_no_keys() -> None:
    with FaultyStore(REFUSE_KMS) as store:
        settings = store.settings(**KEY_ALONE)
        fix = offered_fix(report_of(settings))
        assert fix
        assert fix.set == {"keyid": ""}
        assert report_of(settings.replace(fix.set)).passed


def test_a_kms_key_without_encryption_is_used_where_the_store_accepts_it() -> None:
    with FaultyStore() as store:
        settings = store.settings(**KEY_ALONE)
        fix = offered_fix(report_of(settings))
        assert fix
        assert fix.set == {"encrypt": True}
        assert report_of(settings.replace(fix.set)).passed


def test_no_fix_is_offered_if_nothing_can_be_written() -> None:
    with FaultyStore(faults.deny("PutObject")) as store:
        assert offered_fix(report_of(store.settings(**KEY_ALONE))) is None


def test_a_test_that_writes_leaves_nothing_in_the_store() -> None:
    with FaultyStore() as store:
        report = report_of(store.settings(**KEY_ALONE))
        assert "PutObject" in store.calls
        assert (result_of(report, "cleanup").status, report.leftovers) == (Status.PASSED, ())
        assert keys_in_bucket(store, store.bucket) == []


def test_what_a_test_could_not_remove_is_named() -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as store:
        report = report_of(store.settings(**KEY_ALONE))
        assert result_of(report, "cleanup").status is Status.WARNING
        assert list(report.leftovers) == keys_in_bucket(store, store.bucket) != []


def test_what_is_wrong_comes_before_what_did_not_run(store: LiveStore) -> None:
    events = runner.run_checks(store.settings(bucket=f"s3://{store.bucket}"))
    first = next(event for event in events if isinstance(event, Result))
    assert (first.check.id, first.status) == ("settings", Status.FAILED)
    assert first.finding
    assert first.finding.fix


# --- what a test leaves open ---


def test_a_fix_is_only_text_where_the_store_cannot_be_reached() -> None:
    with closed_port() as port:
        settings = Settings(bucket="images", accesskey="a", secretkey=Secret("b"), provider="other", keyid="alias/x")
        report = report_of(settings.replace({"regionendpoint": f"http://127.0.0.1:{port}", "secure": False}))
        assert offered_fix(report) == Fix("Turn encryption on.")


def test_a_fix_is_only_text_beside_an_error_without_one(store: LiveStore) -> None:
    report = report_of(store.settings(region="", secretkey=Secret()))
    assert offered_fix(report) == Fix("Use us-east-1.")


def test_errors_with_a_fix_are_tested_together() -> None:
    with FaultyStore() as store:
        settings = store.settings(region="", regionendpoint=f"{store.endpoint}/path")
        fix = offered_fix(report_of(settings))
        assert fix
        assert fix.set == {"region": "us-east-1"}


# --- warnings ---


@pytest.mark.sample
@pytest.mark.parametrize("is_trusted", [True, False])
def test_verification_is_offered_only_if_the_certificate_is_trusted(
    is_trusted: bool, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    with FaultyStore(certificate=certificates.good) as store:
        report = report_of(store.settings(skipverify=True))
        assert report.passed
        assert offered_fix(report) == (Fix("Turn it off.", {"skipverify": False}) if is_trusted else None)


@pytest.mark.parametrize(
    ("name", "is_tested"),
    [("region", True), ("encrypt", True), ("skipverify", True), ("provider", False), ("chunksize", False)],
)
def test_only_a_fix_that_changes_a_request_is_tested(name: str, is_tested: bool) -> None:
    assert FixVerifier(Settings()).must_test(Fix("Change it.", {name: True})) is is_tested


def test_a_fix_that_changes_no_request_is_offered_at_once() -> None:
    with closed_port() as port:
        settings = Settings(bucket="images", regionendpoint=f"http://127.0.0.1:{port}", secure=False, v4auth=True)
        assert offered_fix(report_of(settings)) == Fix("Choose Other S3-compatible.", {"provider": "other"})


def hang_v4_listings(environ: Environ, call_next: CallNext) -> Response:
    is_test = operation(environ) == "ListObjects" and signature_version(environ) == "v4"
    return faults.hang("*" if is_test else "nothing")(environ, call_next)


def test_the_test_of_a_warning_s_fix_does_not_delay_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_runner, "_ADVICE", 0.2)
    monkeypatch.setattr(fix_verifier, "_TIMEOUTS", Timeouts(60.0, 60.0))
    with FaultyStore(hang_v4_listings, faults.deny("GetObject*")) as store:  # no read, so no test of signed links
        report = report_of(store.settings(v4auth=False))
        result = result_of(report, "settings")
        assert result.status is Status.WARNING
        assert result.finding
        assert result.finding.fix is None
        assert report.seconds < 30.0


# --- the end of the run ---


def test_a_cancel_ends_the_test_of_a_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix_verifier, "_TIMEOUTS", Timeouts(60.0, 60.0))
    cancel, released = threading.Event(), threading.Event()

    def cancel_and_hang(environ: Environ, call_next: CallNext) -> Response:
        cancel.set()
        return faults.hang("*", released)(environ, call_next)

    with FaultyStore(cancel_and_hang) as store:
        started_at = time.monotonic()
        report = report_of(store.settings(**KEY_ALONE), cancel=cancel)
        assert time.monotonic() - started_at < 5.0 * load_factor()
        assert report.cancelled
        assert offered_fix(report) is None
        released.set()
        wait_for_late_threads()


def test_a_run_that_is_cancelled_before_its_start_tests_no_fix() -> None:
    cancel = threading.Event()
    cancel.set()
    with FaultyStore() as store:
        assert offered_fix(report_of(store.settings(**KEY_ALONE), cancel=cancel)) is None
        assert store.calls == []


def test_no_upload_is_started_while_the_fix_of_an_error_is_tested() -> None:
    with FaultyStore() as store:
        report_of(store.settings(regionendpoint=f"{store.endpoint}?path"))
        wait_for_late_threads()
        assert set(store.calls) == {"ListObjects"}
