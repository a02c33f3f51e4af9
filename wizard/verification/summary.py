"""A verification as a whole, in words."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.text.plural import count_of
from wizard.validation.results import Report, Status
from wizard.validation.summary import failures, stopped
from wizard.verification.all_checks import STORAGE


def verdict(report: Report) -> str:
    """What the verification means, in sentences."""
    if report.cancelled:
        return stopped(report)
    if report.failed:
        return failures(report)
    statuses = {result.check: result.status for result in report.results}
    where = ", and keeps its images in this storage" if statuses[STORAGE] is Status.PASSED else ""
    warnings = list(statuses.values()).count(Status.WARNING)
    number = f" There {'is' if warnings == 1 else 'are'} {count_of(warnings, 'warning')}." if warnings else ""
    return f"The registry works{where}.{number}"


def notes(report: Report) -> Iterator[str]:
    """What the result depends on, a sentence each."""
    yield from report.notes
    if report.environment:
        used = ", ".join(report.environment)
        yield f"Used from this machine: {used}. Other clients of the registry may not have it."
