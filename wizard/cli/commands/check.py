"""`check`: validates settings files, several at the same time."""

from __future__ import annotations

import argparse
import threading
from concurrent import futures

from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.console.check_output import report_lines
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.signals import stop_on_signals
from wizard.console.stdio import print_data, print_json
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report

_MAX_RUNS = 16  # files that are validated at the same time; each run starts threads of its own


def run(given: argparse.Namespace) -> ExitStatus:
    """Validates each file and prints the reports. A signal stops the checks within a second, cleaned up."""
    paths = given.files or [given.config]
    try:
        files = [(path, settings_file.load(path).settings) for path in paths]
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    with stop_on_signals() as stop, futures.ThreadPoolExecutor(_MAX_RUNS) as pool:
        runs = [pool.submit(_validate, settings, stop, given) for _, settings in files]
        reports = [run.result() for run in runs]
        is_interrupted = stop.is_set()
    if given.json:
        objects = [report.as_json(str(path)) for (path, _), report in zip(files, reports, strict=True)]
        print_json(objects[0] if len(paths) == 1 else objects)
    else:
        for (path, _), report in zip(files, reports, strict=True):
            for line in report_lines(path, report):
                print_data(line)
    if is_interrupted:
        return ExitStatus.INTERRUPTED
    return ExitStatus.DONE if all(report.passed for report in reports) else ExitStatus.FAILED


def _validate(settings: Settings, stop: threading.Event, given: argparse.Namespace) -> Report:
    if given.offline:
        return Report(settings, (runner.check_settings(settings),), 0.0)
    *_, report = runner.run_checks(settings, cancel=stop, deadline=given.timeout)
    if not isinstance(report, Report):
        raise TypeError("the last event of a validation is its report")
    return report
