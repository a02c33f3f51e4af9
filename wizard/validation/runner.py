"""The entry point of a validation: the rules first, then the checks of the storage type."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from wizard import rules
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.check import Check
from wizard.checks.filesystem import FILESYSTEM_CHECKS
from wizard.model.findings import Severity
from wizard.model.settings import Settings
from wizard.validation.filesystem_runner import FilesystemRun
from wizard.validation.results import Event, Result, Status
from wizard.validation.s3_runner import S3Run

DEADLINE = 60.0  # seconds for a complete run, unless the caller passes another


def run_checks(
    settings: Settings, *, cancel: threading.Event | None = None, deadline: float = DEADLINE
) -> Iterator[Event]:
    """Validates `settings`: yields `Started` and `Result` events, and one `Report` at the end.

    Everything that the run created is removed before the report, also when `cancel` is set or `deadline` (seconds) has
    passed. What cannot be removed is listed in the report's `leftovers`. Setting `cancel` ends the run within a second.
    """
    run = FilesystemRun if settings.type == "filesystem" else S3Run
    return run(settings, check_settings(settings), cancel or threading.Event(), deadline).events()


def checks_for(settings: Settings) -> tuple[Check, ...]:
    """The checks of a run with these settings, in the order of the report."""
    return FILESYSTEM_CHECKS if settings.type == "filesystem" else S3_CHECKS


def check_settings(settings: Settings) -> Result:
    """The check `settings`: the rules, which need no network."""
    findings = rules.findings(settings)
    check = checks_for(settings)[0]
    for severity, status in ((Severity.ERROR, Status.FAILED), (Severity.WARNING, Status.WARNING)):
        for finding in findings:
            if finding.severity is severity:
                return Result(check, status, finding=finding)
    return Result(check, Status.PASSED)
