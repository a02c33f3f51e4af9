"""`check`: validates settings files, several at the same time."""

from __future__ import annotations

import argparse
import contextlib
import gc
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from wizard.cli import metrics_file, settings_file
from wizard.cli.check_results import CheckedFile, ResultPrinter
from wizard.config import file as config_file
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.files_progress import FilesProgress
from wizard.console.signals import StopRequest, stop_on_signals
from wizard.console.stdio import is_stdout_closed, print_message
from wizard.model.settings import Settings
from wizard.s3.connect import load_client
from wizard.validation import runner
from wizard.validation.cleanup import leftovers_finding
from wizard.validation.metrics import Measured
from wizard.validation.results import Report
from wizard.validation.side_by_side import each_as_it_ends
from wizard.validation.summary import left_behind
from wizard.validation.time_limit import TimeLimit

_COLLECT_AFTER = (10_000, 5, 5)  # new objects, and collections of the newer ones: a run leaves some 100,000 in circles


def run(given: argparse.Namespace) -> int:
    """Validates each file and prints the reports. A signal stops all checks within a second, cleaned up.

    A file that cannot be read does not keep the others from being validated.
    """
    _refuse_metrics(given)
    deadline = time.monotonic() + given.timeout
    files = [_load(path, deadline) for path in given.files or [given.config]]
    if not any(file.settings for file in files) and not (given.json or given.jsonl or given.metrics):
        raise CommandError(files[0].error)
    printer = ResultPrinter(given, files)
    try:
        with stop_on_signals() as stop:
            _validate_all(given, files, stop, printer)
        if stop.is_set():
            return _print_after_signal(files, printer, stop.exit_status)
        printer.print_rest()
    except (OSError, CommandError):
        if len(files) == 1:  # of several, those that had not ended were stopped
            _write_metrics(given, files)
        raise
    _write_metrics(given, files)
    if any(file.error for file in files):
        return ExitStatus.USAGE
    return ExitStatus.DONE if all(file.passed for file in files) else ExitStatus.FAILED


def _load(path: Path, deadline: float) -> CheckedFile:
    try:
        return CheckedFile(path, settings_file.load(path, deadline).settings)
    except config_file.ConfigError as error:
        return CheckedFile(path, error=str(error))


def _validate_all(
    given: argparse.Namespace, files: list[CheckedFile], stop: StopRequest, printer: ResultPrinter
) -> None:
    """Replaces each of `files` by one with its report, and prints it unless a signal has come.

    If it cannot be printed, the other runs are stopped and cleaned up first, and what they leave is named.
    """
    progress, limit = FilesProgress(len(files), is_quiet=given.quiet), TimeLimit(given.timeout)
    for index, file in enumerate(files):
        if file.error:
            progress.file_ended(passed=False)
            printer.print_ended(index)
    progress.draw()
    readable = {index: file.settings for index, file in enumerate(files) if file.settings}
    works = [partial(_validate, each, stop.event, limit, is_offline=given.offline) for each in readable.values()]
    if len(works) > 1 and not given.offline:
        load_client()  # once, and not in several threads that wait for each other
        gc.freeze()  # what is loaded now stays: so the collector can often free what the runs leave, at little cost
        gc.set_threshold(*_COLLECT_AFTER)
    indexes, error = tuple(readable), None
    for number, report in each_as_it_ends(works, stop.event):
        index = indexes[number]
        files[index] = files[index]._replace(report=report)
        progress.file_ended(passed=report.passed)
        if stop.event.is_set():
            continue
        progress.clear()
        try:
            printer.print_ended(index)
        except (OSError, CommandError) as printing_error:
            error = printing_error
            stop.event.set()
        progress.draw()
    progress.clear()
    if error is not None or is_stdout_closed():
        _print_leftovers(files)
        for line in (line for file in files if file.report for line in left_behind(file.report)):
            print_message(line)
    if error is not None:
        raise error


def _validate(settings: Settings, stop: threading.Event, limit: TimeLimit, *, is_offline: bool) -> Report:
    if stop.is_set():
        return runner.unstarted_report(settings)
    if is_offline:
        return Report(settings, (runner.check_settings(settings, is_alone=True),), 0.0)
    if limit.has_passed:
        return runner.unstarted_report(settings, limit)
    *_, report = runner.run_checks(settings, cancel=stop, limit=limit)
    if not isinstance(report, Report):
        raise TypeError("the last event of a validation is its report")
    return report


def _print_after_signal(files: Sequence[CheckedFile], printer: ResultPrinter, exit_status: int) -> int:
    """Prints what may be left in the store first, on stderr. Returns the exit status, whatever can be printed."""
    _print_leftovers(files)
    with contextlib.suppress(OSError, CommandError):  # the terminal may be gone
        printer.print_rest()
    return exit_status


def _print_leftovers(files: Sequence[CheckedFile]) -> None:
    for report in filter(None, (file.report for file in files)):
        finding = leftovers_finding(report.leftovers, report.settings, report.version_problem)
        if finding is not None:
            print_message(finding.text)


def _refuse_metrics(given: argparse.Namespace) -> None:
    """Raises `CommandError` if --metrics cannot work, before a store is called."""
    if not given.metrics:
        return
    if given.offline:
        raise CommandError("--metrics and --offline cannot be combined: without the store, nothing is known of it.")
    metrics_file.require(given.metrics, given.files or [given.config])


def _write_metrics(given: argparse.Namespace, files: Sequence[CheckedFile]) -> None:
    if given.metrics:
        metrics_file.write(given.metrics, "check", map(_measured, files), [file.path for file in files])


def _measured(file: CheckedFile) -> Measured:
    report = file.report
    if report is None:
        return Measured(str(file.path), "", passed=False)
    registry, leftovers = report.settings.registry, len(report.leftovers)
    return Measured(str(file.path), registry, report.passed, report.seconds, leftovers, report.results)
