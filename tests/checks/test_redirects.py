"""The check of presigned links, against stores with one fault each, and behind a proxy."""

from __future__ import annotations

import pytest

from tests.checks.fault_case import FaultCase, assert_reported_once, for_each
from tests.support import faults
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.proxy import http_proxy
from tests.support.reports import NO_REDIRECT, finding_of, is_sentence, report_of, result_of
from wizard.model.findings import Cause, Finding
from wizard.validation.results import Report, Status

CASES: dict[str, FaultCase] = {
    "links are rejected": FaultCase(
        "presigned-read", Cause.UNSUPPORTED, (faults.deny("GetObject presigned"),), "403", fix=NO_REDIRECT
    ),
    "links for HeadObject are rejected": FaultCase(
        "presigned-read", Cause.UNSUPPORTED, (faults.deny("HeadObject presigned"),), "403", fix=NO_REDIRECT
    ),
    "links for HeadObject return a wrong size": FaultCase(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.set_header("HeadObject presigned", "Content-Length", "64"),),
        "returned the wrong size",
        fix=NO_REDIRECT,
    ),
    "links lead to a web page": FaultCase(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.console_page("GetObject presigned"),),
        "returned the wrong data",
        fix=NO_REDIRECT,
    ),
    "links return a wrong byte": FaultCase(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.corrupt_body("GetObject presigned"),),
        "returned the wrong data",
        fix=NO_REDIRECT,
    ),
    "links return a truncated body": FaultCase(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.truncate_body("GetObject presigned"),),
        "returned the wrong data",
        fix=NO_REDIRECT,
    ),
    "links ignore ranges": FaultCase(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.ignore_range("GetObject presigned ranged"),),
        "complete object",
        fix=NO_REDIRECT,
    ),
    "links return a wrong byte of a range": FaultCase(
        "presigned-read",
        Cause.UNSUPPORTED,
        (faults.corrupt_body("GetObject presigned ranged"),),
        "returned the wrong data",
        fix=NO_REDIRECT,
    ),
    "ranges are ignored with and without links": FaultCase(
        "presigned-read", Cause.CORRUPTED, (faults.ignore_range(),), "complete object"
    ),
    "ranges are rejected with and without links": FaultCase(
        "presigned-read", Cause.CORRUPTED, (faults.deny("GetObject*ranged"),), "403"
    ),
    "links are throttled": FaultCase(
        "presigned-read", Cause.THROTTLED, (faults.slow_down("GetObject presigned"),), "is rate limiting requests"
    ),
    "links are throttled with another status": FaultCase(
        "presigned-read",
        Cause.THROTTLED,
        (faults.error("GetObject presigned", 429, "TooManyRequests"),),
        "is rate limiting requests",
    ),
    "links reset the connection": FaultCase(
        "presigned-read", Cause.STORE_ERROR, (faults.reset_connection("GetObject presigned"),)
    ),
    "signature version 2 signs no links": FaultCase(
        "presigned-read",
        Cause.V4_REQUIRED,
        (),
        "redirect links aren't signed",
        fix={"v4auth": True},
        settings={"v4auth": False},
    ),
    "signature version 2 signs no links, and the store accepts no other": FaultCase(
        "presigned-read",
        Cause.V4_REQUIRED,
        (faults.mismatch_signature("v4"),),
        "redirect links aren't signed",
        fix=NO_REDIRECT,
        settings={"v4auth": False},
    ),
}


@pytest.mark.sample
@for_each(CASES)
def test_a_fault_fails_one_check_with_its_cause(case: FaultCase, registry: str) -> None:
    assert_reported_once(case, registry)


def test_links_are_skipped_if_redirects_are_off() -> None:
    with FaultyStore(faults.deny("GetObject presigned")) as store:
        report = report_of(store.settings(**NO_REDIRECT))
        assert report.passed
        assert result_of(report, "presigned-read").reason.startswith("redirects are off")


# --- behind a proxy of this machine ---


def _report_behind_proxy(store: LiveStore, monkeypatch: pytest.MonkeyPatch, host: str) -> Report:
    with http_proxy(int(store.endpoint.rpartition(":")[2])) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY")
        return report_of(store.settings(regionendpoint=f"http://{host}"))


def _finding_about_proxy(report: Report) -> Finding:
    finding = finding_of(report, "presigned-read")
    assert finding.cause is Cause.UNREACHABLE
    assert is_sentence(finding.text)
    assert finding.fix
    assert finding.fix.set == NO_REDIRECT
    return finding


def test_a_host_that_only_the_proxy_reaches_is_a_warning(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _report_behind_proxy(store, monkeypatch, "store.invalid")
    assert report.passed
    assert result_of(report, "presigned-read").status is Status.WARNING
    assert "only through its proxy" in _finding_about_proxy(report).text


def test_a_host_name_that_only_the_proxy_resolves_fails(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _report_behind_proxy(store, monkeypatch, "minio:9000")
    assert report.failed == ("presigned-read",)
    assert "a name that only this machine's proxy can resolve" in _finding_about_proxy(report).text


def test_links_that_only_this_machine_can_follow_are_advice(store: LiveStore) -> None:
    result = result_of(report_of(store.settings()), "presigned-read")
    assert result.status is Status.PASSED
    assert result.finding is not None
    assert result.finding.text == "Clients are redirected to 127.0.0.1, which works only on this machine."
    assert dict(result.finding.fix.set if result.finding.fix else {}) == NO_REDIRECT
