"""The results of checks as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from wizard.model.findings import Finding, Severity
from wizard.text.correction import with_correction
from wizard.text.plural import count_of
from wizard.text.sanitize import sanitize
from wizard.validation.results import Report, Result, Status
from wizard.validation.summary import left_behind

_MARKS = {Status.PASSED: "ok", Status.FAILED: "FAIL", Status.WARNING: "warn", Status.SKIPPED: "-"}
CorrectionOf = Callable[[Finding], str]
_TITLE_COLUMNS = 32  # of the longest title of a check


def no_correction(finding: Finding) -> str:  # noqa: ARG001
    """Where settings are corrected in another way than by a command."""
    return ""


def report_lines(path: Path, report: Report, correction_of: CorrectionOf = no_correction) -> Iterator[str]:
    """All results of a validation, below the path of the settings file; `correction_of`: see `result_lines`."""
    yield f"{sanitize(path)}: {outcome(report)}"
    for result in report.results:
        yield from result_lines(result, correction_of)
    yield from leftover_lines(report)


def outcome(report: Report) -> str:
    """How a run has ended and after which time: `FAILED in 1.23 s`. A run that was stopped has not failed."""
    how = "passed in" if report.passed else "stopped after" if report.cancelled else "FAILED in"
    return f"{how} {report.seconds:.2f} s"


def verification_lines(registry: str, report: Report) -> Iterator[str]:
    """All results of the verification of a registry, below its URL."""
    yield f"{registry}: {outcome(report)}"
    for result in report.results:
        yield from result_lines(result)
    yield from verification_remarks(report)


def verification_remarks(report: Report) -> Iterator[str]:
    """What the result of a verification depends on, and what could not be removed."""
    from wizard.verification.summary import notes  # imported here: most commands verify no registry

    for note in notes(report):
        yield f"  note: {note}"
    for line in left_behind(report):
        yield f"  {line}"


def offline_lines(
    path: Path, report: Report, findings: Iterable[Finding], correction_of: CorrectionOf = no_correction
) -> Iterator[str]:
    """The result of the rules alone, with all of their findings; the severity is named where it is not an error."""
    yield f"{sanitize(path)}: {outcome(report)}"
    for result in report.results:
        yield from result_lines(replace(result, finding=None, more=()))
    for finding in findings:
        severity = "" if finding.severity is Severity.ERROR else f"{finding.severity.value}: "
        yield from _finding_lines(finding, severity, correction_of)
    yield "  note: Only the settings were checked. The store was not contacted."


def result_lines(result: Result, correction_of: CorrectionOf = no_correction) -> Iterator[str]:
    """The result of one check, with its findings and fixes; `correction_of` names the flags or the command of a fix."""
    time = f"{result.seconds * 1000:5.0f} ms" if result.seconds else ""
    remark = f"not run: {result.reason_in_words}" if result.status is Status.SKIPPED else time
    yield _row(result.status, result.check.title, remark)
    for finding in filter(None, (result.finding, *result.more)):
        yield from _finding_lines(finding, correction_of=correction_of)


def not_run_lines(results: Sequence[Result]) -> Iterator[str]:
    """One line for checks that did not run, for the same reason."""
    if len(results) > 1:
        reason = f"not run: {results[0].reason_in_words}"
        yield _row(Status.SKIPPED, count_of(len(results), "check"), reason)
    else:
        yield from (line for result in results for line in result_lines(result))


def _row(status: Status, title: str, remark: str) -> str:
    return f"  {_MARKS[status]:<4}  {title:<{_TITLE_COLUMNS}} {remark}".rstrip()


def _finding_lines(finding: Finding, severity: str = "", correction_of: CorrectionOf = no_correction) -> Iterator[str]:
    yield f"        {severity}{finding.text} [{finding.cause.value}]"
    if fix := with_correction(finding.fix.text if finding.fix else "", correction_of(finding)):
        yield f"        fix: {fix}"


def leftover_lines(report: Report) -> Iterator[str]:
    """What the validation did beyond the usual, what it removed of earlier ones, and what could not be removed."""
    for note in (*report.notes, *filter(None, [report.environment_sentence])):
        yield f"  note: {note}"
    for name in report.removed:
        yield f"  removed, left by an earlier validation: {name}"
    yield from (f"  {line}" for line in left_behind(report))
