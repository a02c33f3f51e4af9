"""Every check meets every kind of fault: the verdict, the cause, what is left, and how often the store was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from werkzeug.wrappers import Response

from tests.checks.test_checks import is_sentence, keys, result_of, what_is_there
from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.s3_requests import Environ, bucket_and_key, operation, query_of
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause
from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts
from wizard.validation import runner, s3_runner
from wizard.validation.results import Report, Status

Place = tuple[str, str]

# The call by which each check is met: its name, and the end of its key or prefix.
MET_AT: Mapping[str, Place] = {
    "list": ("ListObjects", ""),
    "write": ("PutObject", "write"),
    "head": ("ListObjects", "write"),
    "read": ("GetObject", "write"),
    "range-read": ("GetObject ranged", "write"),
    "copy": ("CopyObject", "copy"),
    "multipart": ("UploadPart", "multipart"),
    "multipart-list": ("ListMultipartUploads", "resume"),
    "multipart-copy": ("UploadPartCopy", "part-copy"),
    "presigned-read": ("GetObject presigned", "write"),
    "delete": ("DeleteObjects", ""),
    "lifecycle": ("GetBucketLifecycleConfiguration", ""),
    "versioning": ("GetBucketVersioning", ""),
    "object-lock": ("GetObjectLockConfiguration", ""),
    "public-access": ("GetBucketAcl", ""),
}
CALLED_TWICE = ("list", "delete", "lifecycle")  # when cleaning up, and for advice on versions
ADVICE = {check.id for check in S3_CHECKS if check.advisory}
MOST_CALLS = 37  # of a run in which all is well
TO_CLEAN_UP = 5  # calls at most


@dataclass(frozen=True)
class FaultCase:
    """What happens to a call, and the cause that its check then tells."""

    act: Fault
    cause: Cause | None
    of_links: Cause | None  # where the call is a client's, by link
    seen_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # where other checks see it


def _also(op: str, stored: Callable[[bytes], bytes], answered: Fault) -> Fault:
    """Where the answer has no body, what was sent is changed."""
    changed = faults.corrupt_write("*", stored)
    return lambda environ, call_next: (changed if operation(environ) in op else answered)(environ, call_next)


_STORING = "PutObject UploadPart"
FAULTS: dict[str, FaultCase] = {
    "reset in place of an answer": FaultCase(faults.reset_connection(), Cause.STORE_ERROR, Cause.STORE_ERROR),
    "reset midway": FaultCase(faults.reset_mid_response(), Cause.STORE_ERROR, Cause.STORE_ERROR),
    "reset after the answer": FaultCase(faults.reset_after_response(), None, None),
    "no answer": FaultCase(faults.hang(), Cause.TIMEOUT, Cause.TIMEOUT),
    "500": FaultCase(faults.error("*", 500, "InternalError"), Cause.STORE_ERROR, Cause.UNSUPPORTED),
    "503 SlowDown": FaultCase(faults.slow_down(), Cause.THROTTLED, Cause.THROTTLED),
    "403": FaultCase(faults.deny("*"), Cause.ACCESS_DENIED, Cause.UNSUPPORTED),
    "truncated": FaultCase(
        _also(_STORING, faults.first_half, faults.truncate_body("*")),
        Cause.CORRUPTED,
        Cause.UNSUPPORTED,
        {"write": ("head", "read")},
    ),
    "corrupted": FaultCase(
        _also(_STORING, faults.flip_middle_byte, faults.corrupt_body("*")),
        Cause.CORRUPTED,
        Cause.UNSUPPORTED,
        {"write": ("read",)},
    ),
}
# Checks of which none needs another, so that one run meets with as many faults.
TOGETHER: Sequence[Sequence[str]] = (
    ("list", "range-read"),
    ("write",),
    ("read",),
    ("head", "copy", "multipart", "multipart-list", "multipart-copy", "presigned-read", "delete", *sorted(ADVICE)),
)


@dataclass
class Case:
    """One run on a bucket of its own, in which each of these checks meets with a fault."""

    faults: dict[str, FaultCase]
    asked: list[Place] = field(default_factory=list)

    def at(self, place: Place) -> Fault:
        met = (fault for check, fault in self.faults.items() if MET_AT[check] == place)
        return next((fault.act for fault in met), faults.pass_through)


class Switchboard:
    """The faults of many buckets on one server."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        bucket, key = bucket_and_key(environ)
        if (case := self.cases.get(bucket)) is None:
            return call_next(environ)
        key = key or query_of(environ).get("prefix", "")
        place = operation(environ), key.rpartition("/")[2]
        case.asked.append(place)
        return case.at(place)(environ, call_next)


@pytest.fixture(scope="module")
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture(scope="module")
def store(switchboard: Switchboard) -> Iterator[FaultyStore]:
    with FaultyStore(switchboard) as server:
        yield server


def report_of(settings: Settings) -> Report:
    *_, report = runner.run_checks(settings, deadline=30.0)
    assert isinstance(report, Report)
    return report


def told(report: Report, check: str) -> Cause | None:
    """The cause of a check's failure, told there or where the same cause was told before."""
    result = result_of(report, check)
    if result.status is Status.SKIPPED and result.reason.startswith("the same cause as"):
        result = result_of(report, result.reason.split("`")[1])
    return result.finding.cause if result.finding and result.status is Status.FAILED else None


def expected(faults: Mapping[str, FaultCase]) -> dict[str, Cause]:
    """The checks that fail, and the cause of each."""
    return {
        seen: cause
        for check, fault in faults.items()
        if check not in ADVICE and (cause := fault.of_links if check == "presigned-read" else fault.cause)
        for seen in fault.seen_by.get(check, (check,))
    }


@pytest.mark.parametrize("checks", TOGETHER, ids=lambda checks: checks[0])
def test_every_fault_is_seen_by_its_check_and_cleaned_up_behind(
    store: FaultyStore, switchboard: Switchboard, checks: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_runner, "Timeouts", lambda **_: Timeouts(connect=5.0, read=1.0))
    names = list(FAULTS)

    def problems(first: int) -> Iterator[str]:
        faults = {check: names[(first + place) % len(names)] for place, check in enumerate(checks)}
        bucket = store.create_bucket()
        case = switchboard.cases[bucket] = Case({check: FAULTS[fault] for check, fault in faults.items()})
        report = report_of(store.settings(bucket=bucket, redirect="range-read" not in checks))
        found = {check.id: cause for check in S3_CHECKS if (cause := told(report, check.id))}
        if report.passed is bool(found) or found != expected(case.faults):
            yield f"{faults}: {found}"
        if keys(report) != what_is_there(store, bucket):
            yield f"{faults}: {report.leftovers}, and in the bucket {what_is_there(store, bucket)}"
        for finding in filter(None, (result.finding for result in report.results)):
            if not is_sentence(finding.text):
                yield finding.text
        for check, fault in faults.items():
            if FAULTS[fault].cause and case.asked.count(MET_AT[check]) > 1 + (check in CALLED_TWICE):
                yield f"{check} was tried again after {fault}"
        if len(case.asked) > MOST_CALLS + TO_CLEAN_UP:
            yield f"{faults}: {len(case.asked)} calls"

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda first: list(problems(first)), range(len(names)))
        assert [problem for some in found for problem in some] == []


def test_every_check_that_makes_calls_is_met() -> None:
    assert {check for checks in TOGETHER for check in checks} == set(MET_AT)
    assert set(MET_AT) | {"cleanup"} == {check.id for check in S3_CHECKS if check.calls}


def test_a_store_that_goes_down_at_any_check_fails_it_and_what_may_be_left_is_named() -> None:
    def problem(check: str) -> str:
        case = Case({check: FaultCase(faults.go_down(), Cause.REFUSED, Cause.REFUSED)})
        switchboard = Switchboard()
        with FaultyStore(switchboard) as store:
            switchboard.cases[store.bucket] = case
            report = report_of(store.settings(redirect=check != "range-read"))
            causes = {result.finding.cause for result in report.results if result.finding}
            is_told = not report.passed and causes <= {Cause.STORE_ERROR, Cause.REFUSED, Cause.LEFTOVERS}
            is_named = set(what_is_there(store, store.bucket)) <= set(keys(report))
            is_not_passed = result_of(report, check).status is not Status.PASSED
            return "" if is_told and is_named and is_not_passed else f"{check}: {report}"

    with ThreadPoolExecutor(4) as pool:
        assert [found for found in pool.map(problem, MET_AT.keys() - ADVICE) if found] == []
