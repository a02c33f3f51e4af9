"""A validation as a whole, in words and in numbers. A check that was skipped counts as not run, never as done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wizard.model.findings import Finding
from wizard.text.plural import count_of
from wizard.text.sentences import split_problem
from wizard.validation.results import Report, Result, Status

NOTHING_SAVED = "Nothing was saved."


def ran(results: Iterable[Result]) -> int:
    """How many of the checks have run."""
    return sum(result.status is not Status.SKIPPED for result in results)


def main_failure(results: Iterable[Result]) -> Finding | None:
    """The finding to correct first; None if nothing has failed. `results` are in the order of the checks."""
    return next((result.finding for result in results if result.status is Status.FAILED and result.finding), None)


def left_behind(report: Report) -> Iterator[str]:
    """What may be left in the store or in the registry, a line each."""
    return (f"left behind: {name}" for name in report.leftovers)


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
        return f"{failures(report)} {NOTHING_SAVED}"
    if warnings := sum(result.status is Status.WARNING for result in report.results):
        return f"Passed with {count_of(warnings, 'warning')}: push, pull and delete work."
    return "Everything the registry needs works: push, pull and delete."


def stopped(report: Report) -> str:
    """What a run that was stopped has left, in sentences."""
    rest = "Test data that may remain is listed below." if report.leftovers else "No test data was left behind."
    return f"Stopped. {rest}"


def failures(report: Report) -> str:
    """What is wrong, how many other checks have failed, and how many could not run, in sentences."""
    return f"Failed: {problem(report)}{_others(report)}{_not_run(report)}"


def problem(report: Report) -> str:
    """The first sentence of the finding to correct first, or else the check that has failed."""
    failed = _failed(report)
    finding = failed[0].finding if failed else None
    return split_problem(finding.text)[0] if finding else f"{failed[0].check.title}." if failed else ""


def what_to_do(finding: Finding) -> str:
    """How to correct a failure: its fix, or else what its finding says after the problem; empty if neither does."""
    return finding.fix.text if finding.fix else advice(finding)


def advice(finding: Finding) -> str:
    """What a finding says after the problem; empty if that is all."""
    return " ".join(split_problem(finding.text)[1:])


def _failed(report: Report) -> list[Result]:
    return [result for result in report.results if result.status is Status.FAILED]


def _others(report: Report) -> str:
    others = len(_failed(report)) - 1
    return f" {others} other {'check' if others == 1 else 'checks'} failed." if others > 0 else ""


def _not_run(report: Report) -> str:
    number = len(report.results) - ran(report.results)
    return f" {count_of(number, 'check')} not run." if number else ""
