"""The entry point of a validation: the rules first, then the checks of the storage type."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from wizard import rules
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.check import Check
from wizard.checks.filesystem import FILESYSTEM_CHECKS
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.settings import Settings
from wizard.validation.filesystem_runner import FilesystemRun
from wizard.validation.results import CANCELLED, NO_TIME_LEFT, Event, Report, Result, Status
from wizard.validation.s3_runner import S3Run
from wizard.validation.time_limit import TimeLimit


def run_checks(
    settings: Settings,
    *,
    cancel: threading.Event | None = None,
    limit: TimeLimit | None = None,
    is_new_bucket: bool = False,
) -> Iterator[Event]:
    """Validates `settings`: yields `Started` and `Result` events, and one `Report` at the end.

    `limit` is a minute by default. Everything that the run created is removed before the report, also when `cancel`
    is set or `limit` has passed. What cannot be removed is listed in the report's `leftovers`. Setting `cancel` ends
    the run within a second, and no call starts after it except to clean up. `is_new_bucket`: the program has created
    the bucket for the user, so it needs no advice on a name that may be wrong.
    """
    result, stop, time_limit = check_settings(settings), cancel or threading.Event(), limit or TimeLimit()
    if settings.type == "filesystem":
        return FilesystemRun(settings, result, stop, time_limit).events()
    return S3Run(settings, result, stop, time_limit, is_new_bucket=is_new_bucket).events()


def unstarted_report(settings: Settings, limit: TimeLimit | None = None) -> Report:
    """The report of a run that was never started: it was cancelled before, or `limit` had passed."""
    first, *others = checks_for(settings)
    if limit is None:
        return Report(settings, (Result(first, Status.SKIPPED, reason=CANCELLED),), 0.0, cancelled=True)
    check = next(check for check in others if check.run or settings.type == "filesystem")
    text = f"Not validated: the limit of {limit} for all files together passed. Use a longer --timeout or fewer files."
    finding = Finding(Cause.TIMEOUT, text)
    skipped = Result(first, Status.SKIPPED, reason=NO_TIME_LEFT)
    return Report(settings, (skipped, Result(check, Status.FAILED, finding=finding)), 0.0)


def checks_for(settings: Settings) -> tuple[Check, ...]:
    """The checks of a run with these settings, in the order of the report."""
    return FILESYSTEM_CHECKS if settings.type == "filesystem" else S3_CHECKS


def check_settings(settings: Settings, *, is_alone: bool = False) -> Result:
    """The check `settings`: the rules, which need no network. Unless it is alone, others report what concerns them.

    A fix in it follows from the settings alone. A validation tests it before it is offered; `--offline` and the forms
    offer it as it is.
    """
    later = [] if is_alone else rules.of_later_checks(settings)
    findings = [finding for finding in rules.findings(settings) if finding not in later]
    check = checks_for(settings)[0]
    for severity, status in ((Severity.ERROR, Status.FAILED), (Severity.WARNING, Status.WARNING)):
        if found := [finding for finding in findings if finding.severity is severity]:
            return Result(check, status, finding=found[0], more=tuple(found[1:]))
    return Result(check, Status.PASSED)
