"""`check`: validates settings files, several at the same time."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent import futures
from pathlib import Path
from typing import NamedTuple

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
    """Validates each file and prints the reports. A signal stops all checks within a second, cleaned up.

    A file that cannot be read does not keep the others from being validated.
    """
    files = [_load(path) for path in given.files or [given.config]]
    if not any(file.settings for file in files) and not given.json:
        raise CommandError(files[0].error)
    sys.setswitchinterval(_SWITCH_INTERVAL)
    limit = TimeLimit(given.timeout)
    with stop_on_signals() as stop, futures.ThreadPoolExecutor(_MAX_RUNS) as pool:
        runs = [
            pool.submit(_validate, file.settings, stop.event, limit, given) if file.settings else None for file in files
        ]
        files = [file._replace(report=_result_of(run)) if run else file for file, run in zip(files, runs, strict=True)]
    if stop.is_set():
        return _print_after_signal(given, files, stop.exit_status)
    _print(given, files)
    if any(file.error for file in files):
        return ExitStatus.USAGE
    return ExitStatus.DONE if all(file.report and file.report.passed for file in files) else ExitStatus.FAILED


class _File(NamedTuple):
    """A settings file: its settings and later the report on them, or why it cannot be read, as a sentence."""

    path: Path
    settings: Settings | None = None
    error: str = ""
    report: Report | None = None


def _load(path: Path) -> _File:
    try:
        return _File(path, settings_file.load(path).settings)
    except config_file.ConfigError as error:
        return _File(path, error=str(error))


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


def _print(given: argparse.Namespace, files: Sequence[_File]) -> None:
    shown = [file for file in files if not (given.quiet and file.report and file.report.passed)]
    if given.json and (shown or len(files) > 1):
        objects = [_as_json(given, file) for file in shown]
        print_json(objects[0] if len(files) == 1 else objects)
    for file in shown:
        if file.error:
            print_message(file.error)
        elif file.report and not given.json:
            for line in _lines(given, file.path, file.report):
                print_data(line)


def _lines(given: argparse.Namespace, path: Path, report: Report) -> Iterable[str]:
    if given.offline:
        return offline_lines(path, report, rules.gravest_first(report.settings))
    return report_lines(path, report)


def _as_json(given: argparse.Namespace, file: _File) -> dict[str, object]:
    """The object of one file. With --offline, its only check has all `findings` too, the gravest first."""
    report = file.report
    if report is None:
        return {"config": str(file.path), "passed": False, "error": file.error, "checks": []}
    result = report.as_json(str(file.path))
    if given.offline and isinstance(checks := result["checks"], list):
        findings = [finding.as_json() for finding in rules.gravest_first(report.settings)]
        result["checks"] = [check | {"findings": findings} if check["id"] == "settings" else check for check in checks]
    return result


def _print_after_signal(given: argparse.Namespace, files: Sequence[_File], exit_status: int) -> int:
    """Prints what may be left in the store first, on stderr. Returns the exit status, whatever can be printed."""
    for report in filter(None, (file.report for file in files)):
        finding = leftovers_finding(report.leftovers, report.settings, report.version_problem)
        if finding is not None:
            print_message(finding.text)
    with contextlib.suppress(OSError, CommandError):  # the terminal may be gone
        _print(given, files)
    return exit_status
