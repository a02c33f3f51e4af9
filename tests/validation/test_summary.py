"""The verdict on a validation, and its numbers."""

from __future__ import annotations

import pytest

from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.validation.results import Report, Result, Status
from wizard.validation.summary import counts, verdict

_PASSED, _FAILED, _WARNING, _SKIPPED = Status.PASSED, Status.FAILED, Status.WARNING, Status.SKIPPED


def report_of(changes: dict[str, Status], *, cancelled: bool = False, leftovers: tuple[str, ...] = ()) -> Report:
    """All checks pass but those of `changes`."""
    results = tuple(Result(check, changes.get(check.id, _PASSED)) for check in S3_CHECKS)
    return Report(Settings(), results, 1.0, leftovers, cancelled)


@pytest.mark.parametrize(
    ("changes", "numbers", "sentence"),
    [
        ({}, "22 passed", "Everything the registry needs works: push, pull and delete."),
        (
            {"tls": _SKIPPED, "lifecycle": _SKIPPED},
            "20 passed · 2 not run",
            "Everything the registry needs works: push, pull and delete.",
        ),
        ({"tls": _WARNING}, "21 passed · 1 warning", "Passed with 1 warning: push, pull and delete work."),
        (
            {"tls": _WARNING, "clock": _WARNING},
            "20 passed · 2 warnings",
            "Passed with 2 warnings: push, pull and delete work.",
        ),
        ({"write": _FAILED}, "21 passed · 1 failed", "Failed: Write an object. Nothing was saved."),
        (
            {"write": _FAILED, "read": _SKIPPED},
            "20 passed · 1 failed · 1 not run",
            "Failed: Write an object. 1 check not run. Nothing was saved.",
        ),
        (
            {"list": _FAILED, "write": _FAILED, "tls": _SKIPPED, "read": _SKIPPED},
            "18 passed · 2 failed · 2 not run",
            "Failed: List the bucket. 1 other check failed. 2 checks not run. Nothing was saved.",
        ),
        (
            dict.fromkeys(("list", "write", "read", "delete"), _FAILED),
            "18 passed · 4 failed",
            "Failed: List the bucket. 3 other checks failed. Nothing was saved.",
        ),
    ],
)
def test_checks_that_did_not_run_are_counted_apart(changes: dict[str, Status], numbers: str, sentence: str) -> None:
    report = report_of(changes)
    assert counts(report) == numbers
    assert verdict(report) == sentence


@pytest.mark.parametrize(
    ("leftovers", "sentence"),
    [
        ((), "Stopped. No test data was left behind."),
        (("some/key",), "Stopped. Test data that may remain is listed below."),
    ],
)
def test_a_stopped_validation_says_whether_objects_may_be_left(leftovers: tuple[str, ...], sentence: str) -> None:
    assert verdict(report_of({"write": _SKIPPED}, cancelled=True, leftovers=leftovers)) == sentence


def test_a_failed_validation_says_what_is_wrong() -> None:
    finding = Finding(Cause.DNS, "Can't resolve minio (no such name. Sorry). Check the endpoint.")
    results = (Result(S3_CHECKS[0], _FAILED, finding=finding),)
    assert verdict(Report(Settings(), results, 1.0)) == (
        "Failed: Can't resolve minio (no such name. Sorry). Nothing was saved."
    )
