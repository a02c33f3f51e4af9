"""What a verification means, in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.model.settings import Settings
from wizard.validation.results import Report, Result, Status
from wizard.validation.summary import left_behind
from wizard.verification.all_checks import VERIFY_CHECKS
from wizard.verification.summary import notes, verdict


def report_of(*, cancelled: bool = False, leftovers: tuple[str, ...] = (), **statuses: Status) -> Report:
    """A report in which every check has passed, unless its status is given by its id."""
    results = tuple(Result(check, statuses.get(check.id, Status.PASSED), reason="-") for check in VERIFY_CHECKS)
    return Report(Settings(), results, 1.0, leftovers, cancelled=cancelled, environment=("HTTPS_PROXY",))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "The registry works, and keeps its images in this storage."),
        ({"storage": Status.SKIPPED}, "The registry works."),
        ({"delete": Status.WARNING}, "The registry works, and keeps its images in this storage. There is 1 warning."),
        ({"storage": Status.FAILED, "pull": Status.SKIPPED}, "Failed: Find it in the store. 1 check not run."),
        ({"cancelled": True}, "Stopped. No test data was left behind."),
        ({"cancelled": True, "leftovers": ("a",)}, "Stopped. Test data that may remain is listed below."),
    ],
)
def test_the_verdict_says_what_holds(changes: dict[str, Any], text: str) -> None:
    assert verdict(report_of(**changes)) == text


def test_what_the_result_depends_on_and_what_is_left_are_named() -> None:
    report = report_of(leftovers=("a", "b"))
    assert [*notes(report)] == ["Used from this machine: HTTPS_PROXY. Other clients of the registry may not have it."]
    assert [*left_behind(report)] == ["left behind: a", "left behind: b"]
