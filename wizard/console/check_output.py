"""The results of checks as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wizard.text.sanitize import sanitize
from wizard.validation.results import Report, Result, Status

_MARKS = {Status.PASSED: "ok", Status.FAILED: "FAIL", Status.WARNING: "warn", Status.SKIPPED: "skip"}


def report_lines(path: Path, report: Report) -> Iterator[str]:
    """All results of a validation, below the path of the settings file."""
    yield f"{sanitize(path)}: {'passed' if report.passed else 'FAILED'} in {report.seconds:.2f} s"
    for result in report.results:
        yield from result_lines(result)
    yield from leftover_lines(report)


def result_lines(result: Result) -> Iterator[str]:
    """The result of one check, with its finding and the fix for it."""
    time = f"{result.seconds * 1000:5.0f} ms" if result.seconds else ""
    remark = result.reason if result.status is Status.SKIPPED else time
    yield f"  {_MARKS[result.status]:<4}  {result.check.title:<30} {remark}".rstrip()
    if result.finding:
        yield f"        {result.finding.cause.value}: {result.finding.text}"
        if result.finding.fix:
            yield f"        fix: {result.finding.fix.text}"


def leftover_lines(report: Report) -> Iterator[str]:
    """What the validation did beyond the usual, what it removed of earlier ones, and what could not be removed."""
    for note in (*report.notes, *filter(None, [report.environment_sentence])):
        yield f"  note: {note}"
    for name in report.removed:
        yield f"  removed, left by an earlier validation: {name}"
    for name in report.leftovers:
        yield f"  left behind: {name}"
