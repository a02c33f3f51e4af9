"""Every check with every kind of fault: the result, its cause, what is left behind, and the number of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.processes import load_factor
from tests.support.programs import is_ci
from tests.support.reports import is_sentence, keys_in_bucket, leftover_keys, report_of, result_of
from tests.support.s3_requests import Environ, bucket_and_key, operation, query_of
from tests.support.samples import sampled
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause
from wizard.s3.timeouts import Timeouts
from wizard.validation import s3_runner
from wizard.validation.results import Report, Status
from wizard.validation.time_limit import DEFAULT_SECONDS

Target = tuple[str, str]  # an operation, and the last part of its key or prefix

# The call of each check that gets the fault.
TARGETS: Mapping[str, Target] = {
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
    "contents": ("ListObjects", "repositories"),
    "lifecycle": ("GetBucketLifecycleConfiguration", ""),
    "versioning": ("GetBucketVersioning", ""),
    "object-lock": ("GetObjectLockConfiguration", ""),
    "public-access": ("GetBucketAcl", ""),
}
# Again by the clean-up, by `versioning`, with another value, and without a signature.
CALLED_TWICE = ("list", "delete", "lifecycle", "write", "read")
ADVISORY = {check.id for check in S3_CHECKS if check.advisory}
MAX_CALLS = 44  # of a run without faults
MAX_CLEANUP_CALLS = 5


@dataclass(frozen=True)
class FaultKind:
    """A fault and the cause that its check reports; None if the check passes nevertheless.

    `presigned_cause`: the cause for a client's request by link. `reported_by`: other checks that report the fault of
    a check, instead of that check. `is_repeated`: reads that fail so are repeated once.
    """

    act: Fault
    cause: Cause | None
    presigned_cause: Cause | None
    reported_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_repeated: bool = False


def _on_body(change: Callable[[bytes], bytes], change_response: Fault) -> Fault:
    """Changes the body of an upload, or of the response to any other call."""
    change_request = faults.corrupt_write("*", change)

    def act(environ: Environ, call_next: CallNext) -> Response:
        is_upload = operation(environ) in ("PutObject", "UploadPart")
        return (change_request if is_upload else change_response)(environ, call_next)

    return act


KINDS: dict[str, FaultKind] = {
    "reset instead of a response": FaultKind(faults.reset_connection(), Cause.STORE_ERROR, Cause.STORE_ERROR),
    "reset in mid-response": FaultKind(faults.reset_mid_response(), Cause.STORE_ERROR, Cause.STORE_ERROR),
    "end within the head": FaultKind(faults.cut_head(), Cause.STORE_ERROR, Cause.STORE_ERROR),
    "reset after the response": FaultKind(faults.reset_after_response(), None, None),
    "no response": FaultKind(faults.hang(), Cause.TIMEOUT, Cause.TIMEOUT),
    "500": FaultKind(faults.error("*", 500, "InternalError"), Cause.STORE_ERROR, Cause.UNSUPPORTED, is_repeated=True),
    "503 SlowDown": FaultKind(faults.slow_down(), Cause.THROTTLED, Cause.THROTTLED, is_repeated=True),
    "403": FaultKind(faults.deny("*"), Cause.ACCESS_DENIED, Cause.UNSUPPORTED),
    "truncated": FaultKind(
        _on_body(faults.first_half, faults.truncate_body("*")),
        Cause.CORRUPTED,
        Cause.UNSUPPORTED,
        {"write": ("head", "read")},
    ),
    "corrupted": FaultKind(
        _on_body(faults.flip_middle_byte, faults.corrupt_body("*")),
        Cause.CORRUPTED,
        Cause.UNSUPPORTED,
        {"write": ("read",)},
    ),
}
# Checks that do not require each other, so that one run can have a fault in each of them.
INDEPENDENT: Sequence[Sequence[str]] = (
    ("list", "range-read"),
    ("write",),
    ("read",),
    ("head", "copy", "multipart", "multipart-list", "multipart-copy", "presigned-read", "delete", *sorted(ADVISORY)),
)


@dataclass
class FaultPlan:
    """The faults of one run, by check, and the calls that the run has made."""

    kinds: Mapping[str, FaultKind]
    calls: list[Target] = field(default_factory=list)

    def fault_at(self, target: Target) -> Fault:
        acts = (kind.act for check, kind in self.kinds.items() if TARGETS[check] == target)
        return next(acts, faults.pass_through)


class PlannedFaults:
    """A fault for `FaultyStore` with one plan for each bucket."""

    def __init__(self) -> None:
        self.plans: dict[str, FaultPlan] = {}  # bucket -> plan

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        bucket, key = bucket_and_key(environ)
        if (plan := self.plans.get(bucket)) is None:
            return call_next(environ)
        key = key or query_of(environ).get("prefix", "")
        target = operation(environ), "repositories" if key.endswith("/repositories/") else key.rpartition("/")[2]
        plan.calls.append(target)
        return plan.fault_at(target)(environ, call_next)


@pytest.fixture(scope="module")
def planned_faults() -> PlannedFaults:
    return PlannedFaults()


@pytest.fixture(scope="module")
def store(planned_faults: PlannedFaults) -> Iterator[FaultyStore]:
    with FaultyStore(planned_faults) as server:
        yield server


def cause_of(report: Report, check: str) -> Cause | None:
    """The cause of a check's failure, reported by the check itself or by the one that reported the same cause."""
    result = result_of(report, check)
    if result.status is Status.SKIPPED and result.reason.startswith("the same cause as"):
        result = result_of(report, result.reason.split("`")[1])
    return result.finding.cause if result.finding and result.status is Status.FAILED else None


def expected_causes(kinds: Mapping[str, FaultKind]) -> dict[str, Cause]:
    """The checks that must fail, and the cause of each."""
    return {
        reporting: cause
        for check, kind in kinds.items()
        if check not in ADVISORY and (cause := kind.presigned_cause if check == "presigned-read" else kind.cause)
        for reporting in kind.reported_by.get(check, (check,))
    }


def problems_in(report: Report, plan: FaultPlan) -> Iterator[str]:
    """What is wrong with the report of a run with these faults."""
    causes = {check.id: cause for check in S3_CHECKS if (cause := cause_of(report, check.id))}
    if report.passed is bool(causes) or causes != expected_causes(plan.kinds):
        yield f"unexpected causes: {causes}"
    for finding in filter(None, (result.finding for result in report.results)):
        if not is_sentence(finding.text):
            yield f"not a sentence: {finding.text}"
        if finding.cause is Cause.TIMEOUT and "answered other calls but not the call to" not in finding.text:
            yield f"blames the address: {finding.text}"
    for check, kind in plan.kinds.items():
        # A refused object is tried with other headers, and a listing that failed beside the write once more each time.
        others = {"write": 4, "list": 3}.get(check, int(check in CALLED_TWICE))
        if kind.cause and plan.calls.count(TARGETS[check]) > 1 + others + kind.is_repeated:
            yield f"{check} was tried again"
    repeated = sum(kind.is_repeated for kind in plan.kinds.values())
    if len(plan.calls) > MAX_CALLS + MAX_CLEANUP_CALLS + repeated:
        yield f"{len(plan.calls)} calls"


@pytest.mark.parametrize(
    "checks", sampled([(checks,) for checks in sorted(INDEPENDENT, key=len)], 4), ids=lambda checks: checks[0]
)
def test_every_check_reports_every_kind_of_fault_and_nothing_unnamed_is_left(
    store: FaultyStore, planned_faults: PlannedFaults, checks: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for moto on a busy machine; a call without a response waits for it.
    factor = load_factor()
    timeouts = Timeouts(connect=5.0 * factor, read=3.0 * factor)
    monkeypatch.setattr(s3_runner, "Timeouts", lambda **_: timeouts)
    monkeypatch.setattr(s3_runner, "_CLEANUP", 10.0 * factor)
    monkeypatch.setattr(s3_runner, "_ADVICE", 2.0 * factor)
    names = list(KINDS)

    def problems(offset: int) -> list[str]:
        """Problems of one run; `offset` shifts the kinds along the checks, so that each check gets each kind once."""
        chosen = {check: names[(offset + position) % len(names)] for position, check in enumerate(checks)}
        bucket = store.create_bucket()
        plan = planned_faults.plans[bucket] = FaultPlan({check: KINDS[kind] for check, kind in chosen.items()})
        report = report_of(
            store.settings(bucket=bucket, redirect="range-read" not in checks), deadline=DEFAULT_SECONDS * factor
        )
        found = list(problems_in(report, plan))
        if leftover_keys(report) != keys_in_bucket(store, bucket):
            found.append(f"leftovers {report.leftovers}, but in the bucket {keys_in_bucket(store, bucket)}")
        return [f"{chosen}: {problem}" for problem in found]

    with ThreadPoolExecutor(4) as pool:
        offsets = range(0, len(names), 1 if is_ci() else 3)
        assert [problem for some in pool.map(problems, offsets) for problem in some] == []


def test_every_check_with_calls_has_a_target() -> None:
    assert {check for checks in INDEPENDENT for check in checks} == set(TARGETS)
    assert set(TARGETS) | {"cleanup"} == {check.id for check in S3_CHECKS if check.calls}


def test_a_store_that_goes_down_during_a_check_fails_the_run_and_what_may_be_left_is_named() -> None:
    def problem(check: str) -> str:
        planned = PlannedFaults()
        with FaultyStore(planned) as store:
            kind = FaultKind(faults.go_down(), Cause.REFUSED, Cause.REFUSED)
            planned.plans[store.bucket] = FaultPlan({check: kind})
            report = report_of(store.settings(redirect=check != "range-read"))
            unusual = [result for result in report.results if result.status is not Status.PASSED]
            causes = {result.finding.cause for result in unusual if result.finding}
            is_reported = not report.passed and causes <= {Cause.STORE_ERROR, Cause.REFUSED, Cause.LEFTOVERS}
            is_named = set(keys_in_bucket(store, store.bucket)) <= set(leftover_keys(report))
            has_not_passed = result_of(report, check).status is not Status.PASSED
            return "" if is_reported and is_named and has_not_passed else f"{check}: {report}"

    checks = [check for check in TARGETS if check not in ADVISORY]
    with ThreadPoolExecutor(4) as pool:
        assert [found for found in pool.map(problem, checks[:: 1 if is_ci() else 3]) if found] == []
