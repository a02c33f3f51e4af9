"""A validation as a whole, in words and in numbers. A check that was skipped counts as not run, never as done."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.model.findings import Finding
from wizard.text.plural import count_of
from wizard.validation.results import Report, Result, Status

_MOST_NAMED = 2  # failed checks


def ran(results: Iterable[Result]) -> int:
    """How many of the checks have run."""
    return sum(result.status is not Status.SKIPPED for result in results)


def main_failure(results: Iterable[Result]) -> Finding | None:
    """The finding to correct first; None if nothing has failed. `results` are in the order of the checks."""
    return next((result.finding for result in results if result.status is Status.FAILED and result.finding), None)


def counts(report: Report, separator: str = " · ") -> str:
    """`7 passed · 1 failed · 14 not run`: how many checks have ended in which way, without zeros."""
    statuses = [result.status for result in report.results]
    numbers = (
        (statuses.count(Status.PASSED), "passed"),
        (statuses.count(Status.FAILED), "failed"),
        (statuses.count(Status.WARNING), "warning" if statuses.count(Status.WARNING) == 1 else "warnings"),
        (statuses.count(Status.SKIPPED), "not run"),
    )
    return separator.join(f"{number} {word}" for number, word in numbers if number)


def verdict(report: Report) -> str:
    """What the validation means for the registry, in sentences."""
    if report.cancelled:
        return stopped(report)
    if report.failed:
        return f"{failures(report)} Nothing was saved."
    if warnings := sum(result.status is Status.WARNING for result in report.results):
        return f"Passed with {count_of(warnings, 'warning')}: push, pull and delete work."
    return "Everything the registry needs works: push, pull and delete."


def stopped(report: Report) -> str:
    """What a run that was stopped has left, in sentences."""
    rest = "Test data that may remain is listed below." if report.leftovers else "No test data was left behind."
    return f"Stopped. {rest}"


def failures(report: Report) -> str:
    """Which checks have failed, and how many could not run, in sentences."""
    return f"Failed: {_failed_checks(report)}.{_not_run(report)}"


def _failed_checks(report: Report) -> str:
    titles = [_in_a_sentence(result.check.title) for result in report.results if result.status is Status.FAILED]
    others = len(titles) - _MOST_NAMED
    return ", ".join(titles[:_MOST_NAMED]) + (f" and {others} more" if others > 0 else "")


def _not_run(report: Report) -> str:
    number = len(report.results) - ran(report.results)
    return f" {count_of(number, 'check')} not run." if number else ""


def _in_a_sentence(title: str) -> str:
    return title[:1].lower() + title[1:]
