"""`check`: validates settings files, several at the same time."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from collections.abc import Sequence
from concurrent import futures
from pathlib import Path

from wizard import rules
from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.console.check_output import offline_lines, report_lines
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.signals import stop_on_signals
from wizard.console.stdio import print_data, print_json, print_message
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.cleanup import leftovers_finding
from wizard.validation.results import Report
from wizard.validation.time_limit import TimeLimit

# Seconds that a thread may run while others wait. By default it is 5 ms, and the thread that handles signals could wait
# for a second behind those of 16 runs.
_SWITCH_INTERVAL = 0.0005
_TICK = 0.05  # seconds
_MAX_RUNS = 16  # files that are validated at the same time; each run starts threads of its own


def run(given: argparse.Namespace) -> int:
    """Validates each file and prints the reports. A signal stops all checks within a second, cleaned up."""
    paths = given.files or [given.config]
    try:
        files = [(path, settings_file.load(path).settings) for path in paths]
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    sys.setswitchinterval(_SWITCH_INTERVAL)
    limit = TimeLimit(given.timeout)
    with stop_on_signals() as stop, futures.ThreadPoolExecutor(_MAX_RUNS) as pool:
        runs = [pool.submit(_validate, settings, stop.event, limit, given) for _, settings in files]
        reports = [_result_of(run) for run in runs]
    if stop.is_set():
        return _print_after_signal(given, paths, reports, stop.exit_status)
    _print(given, paths, reports)
    return ExitStatus.DONE if all(report.passed for report in reports) else ExitStatus.FAILED


def _result_of(run: futures.Future[Report]) -> Report:
    """The result of a run. Polls: a signal that comes right before a wait is only handled after it."""
    while not run.done():
        futures.wait([run], _TICK)
    return run.result()


def _validate(settings: Settings, stop: threading.Event, limit: TimeLimit, given: argparse.Namespace) -> Report:
    if stop.is_set():
        return runner.unstarted_report(settings)
    if given.offline:
        return Report(settings, (runner.check_settings(settings),), 0.0)
    if limit.has_passed:
        return runner.unstarted_report(settings, limit)
    *_, report = runner.run_checks(settings, cancel=stop, limit=limit)
    if not isinstance(report, Report):
        raise TypeError("the last event of a validation is its report")
    return report


def _print(given: argparse.Namespace, paths: Sequence[Path], reports: Sequence[Report]) -> None:
    if given.json:
        objects = [_as_json(given, path, report) for path, report in zip(paths, reports, strict=True)]
        print_json(objects[0] if len(paths) == 1 else objects)
        return
    for path, report in zip(paths, reports, strict=True):
        lines = offline_lines(path, report, rules.gravest_first(report.settings)) if given.offline else None
        for line in lines or report_lines(path, report):
            print_data(line)


def _as_json(given: argparse.Namespace, path: Path, report: Report) -> dict[str, object]:
    """The object of one file. With --offline, its only check has all `findings` too, the gravest first."""
    result = report.as_json(str(path))
    if given.offline and isinstance(checks := result["checks"], list):
        findings = [finding.as_json() for finding in rules.gravest_first(report.settings)]
        result["checks"] = [check | {"findings": findings} if check["id"] == "settings" else check for check in checks]
    return result


def _print_after_signal(
    given: argparse.Namespace, paths: Sequence[Path], reports: Sequence[Report], exit_status: int
) -> int:
    """Prints what may be left in the store first, on stderr. Returns the exit status, whatever can be printed."""
    for report in reports:
        finding = leftovers_finding(report.leftovers, report.settings, report.version_problem)
        if finding is not None:
            print_message(finding.text)
    with contextlib.suppress(OSError, CommandError):  # the terminal may be gone
        _print(given, paths, reports)
    return exit_status
