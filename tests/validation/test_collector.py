"""One result for each check, and one failure for each cause, in the order of the checks."""

from __future__ import annotations

import pytest

from tests.support import faults
from tests.support.faulty_store import FaultyStore
from tests.support.reports import report_of, result_of
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings
from wizard.validation.collector import Failure, ResultCollector
from wizard.validation.network_layers import LAYERS
from wizard.validation.results import Result, Status

HTTP = Settings(regionendpoint="http://store:9000")
HTTPS = Settings(regionendpoint="https://store:9000")
CHECKS = {check.id: check for check in S3_CHECKS}
REGION_FIX = Fix("Set the region.", {"region": "eu-west-1"})


def failure(check: str, cause: Cause = Cause.CORRUPTED, text: str = "Wrong.", fix: Fix | None = None) -> Failure:
    return Failure(CHECKS[check], 0.1, Finding(cause, text, fix=fix), f"call of {check}")


def with_passed(*ids: str) -> ResultCollector:
    collector = ResultCollector(HTTP)
    for check_id in ids:
        list(collector.record(Result(CHECKS[check_id], Status.PASSED)))
    return collector


def outcomes(results: list[Result]) -> dict[str, tuple[Status, str]]:
    return {result.check.id: (result.status, result.reason) for result in results}


# --- failures ---


def test_a_failure_is_reported_after_all_earlier_checks() -> None:
    collector = with_passed("list", "write", "head")
    assert list(collector.record_failure(failure("copy"))) == []
    assert collector.pending_checks == [CHECKS["copy"]]
    assert list(collector.record(Result(CHECKS["read"], Status.PASSED)))
    results = list(collector.record(Result(CHECKS["range-read"], Status.PASSED)))
    assert outcomes(results) == {"range-read": (Status.PASSED, ""), "copy": (Status.FAILED, "")}
    assert collector.pending_checks == []


def test_failures_are_reported_in_the_order_of_the_checks() -> None:
    collector = ResultCollector(HTTP)
    assert list(collector.record_failure(failure("write", text="Two."))) == []
    results = list(collector.record_failure(failure("list", text="One.")))
    assert [result.check.id for result in results] == ["list", "write"]


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (Failure(CHECKS["write"], 0.1, Finding(Cause.CORRUPTED, "Wrong."), "PutObject"), True),  # the same text
        (Failure(CHECKS["write"], 0.1, Finding(Cause.CORRUPTED, "Other."), "call of list"), True),  # the same call
        (Failure(CHECKS["write"], 0.1, Finding(Cause.CORRUPTED, "Other."), "PutObject"), False),
        (Failure(CHECKS["write"], 0.1, Finding(Cause.UNSUPPORTED, "Wrong."), "call of list"), False),
    ],
)
def test_a_failure_with_a_reported_cause_is_skipped(other: Failure, is_same: bool) -> None:
    collector = ResultCollector(HTTP)
    list(collector.record_failure(failure("list")))
    (result,) = collector.record_failure(other)
    assert result.reason == ("the same cause as `list`" if is_same else "")
    assert result.status is (Status.SKIPPED if is_same else Status.FAILED)


def test_a_cause_that_stops_every_call_explains_all_later_failures() -> None:
    collector = ResultCollector(HTTP)
    list(collector.record_failure(failure("list", Cause.NO_BUCKET)))
    (result,) = collector.record_failure(failure("write", Cause.STORE_ERROR, "Other."))
    assert result.reason == "the same cause as `list`"


def test_a_cause_that_stops_every_call_explains_nothing_if_a_call_has_succeeded() -> None:
    collector = with_passed("list")
    list(collector.record_failure(failure("write", Cause.NO_BUCKET)))
    list(collector.record(Result(CHECKS["head"], Status.PASSED)))
    (result,) = collector.record_failure(failure("read", Cause.STORE_ERROR, "Other."))
    assert result.status is Status.FAILED


def test_dropped_failures_are_never_reported() -> None:
    collector = ResultCollector(HTTP)
    list(collector.record_failure(failure("write")))
    collector.drop_failures()
    assert outcomes(list(collector.record(Result(CHECKS["list"], Status.PASSED)))) == {"list": (Status.PASSED, "")}


def test_a_run_reports_one_cause_once() -> None:
    with FaultyStore(faults.truncate_body("GetObject")) as store:
        report = report_of(store.settings())
        assert result_of(report, "multipart").reason == "the same cause as `read`"
        assert result_of(report, "copy").reason == "needs `read`"


# --- fixes ---


def test_a_fix_is_offered_for_the_only_failure() -> None:
    (result,) = ResultCollector(HTTP).record_failure(failure("list", fix=REGION_FIX))
    assert result.finding
    assert result.finding.fix == REGION_FIX


@pytest.mark.parametrize("first_fix", [None, Fix("Ask the administrator of the store.")])
def test_a_fix_is_only_text_beside_a_failure_that_no_setting_fixes(first_fix: Fix | None) -> None:
    collector = ResultCollector(HTTP)
    list(collector.record_failure(failure("list", text="One.", fix=first_fix)))
    (result,) = collector.record_failure(failure("write", text="Two.", fix=REGION_FIX))
    assert result.finding
    assert result.finding.fix
    assert result.finding.fix.text == REGION_FIX.text
    assert not result.finding.fix.applies


# --- name, connection, certificate, clock ---


@pytest.mark.parametrize(("settings", "tls"), [(HTTP, Status.SKIPPED), (HTTPS, Status.PASSED)])
def test_a_response_passes_all_layers(settings: Settings, tls: Status) -> None:
    collector = ResultCollector(settings)
    results = list(collector.record_layers_passed(None))
    assert {result.check.id: result.status for result in results} == {
        "resolve": Status.PASSED,
        "connect": Status.PASSED,
        "tls": tls,
        "clock": Status.PASSED,
    }
    assert list(collector.record_layers_passed(None)) == []  # only once


def test_plain_http_to_another_machine_is_a_warning_in_place_of_the_certificate() -> None:
    results = list(ResultCollector(HTTP.replace({"secure": False})).record_layers_passed(None))
    warned = [(result.check.id, result.finding) for result in results if result.status is Status.WARNING]
    assert [(check, finding and finding.text[:27]) for check, finding in warned] == [
        ("tls", "Images and signed requests ")
    ]


def test_a_clock_that_differs_is_a_warning() -> None:
    results = list(ResultCollector(HTTP).record_layers_passed(600.0))
    assert results[-1].check.id == "clock"
    assert results[-1].status is Status.WARNING


@pytest.mark.parametrize("failed", LAYERS)
@pytest.mark.parametrize("settings", [HTTP, HTTPS], ids=["http", "https"])
def test_a_failed_layer_passes_those_before_it_and_skips_those_after_it(failed: str, settings: Settings) -> None:
    finding = Finding(Cause.DNS, "Unknown.")
    results = {result.check.id: result for result in ResultCollector(settings).record_layer_failed(failed, finding)}
    assert list(results) == list(LAYERS)
    position = LAYERS.index(failed)
    assert results[failed].status is Status.FAILED
    assert results[failed].finding == finding
    assert {results[layer].reason for layer in LAYERS[position + 1 :]} <= {f"needs `{failed}`"}
    for layer in LAYERS[:position]:
        is_skipped = layer == "tls" and settings is HTTP
        assert results[layer].status is (Status.SKIPPED if is_skipped else Status.PASSED)
