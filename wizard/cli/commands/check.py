"""`check`: files that were saved are validated, side by side."""

from __future__ import annotations

import argparse
from concurrent import futures

from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.console.check_output import report_lines, stop_on_signals, validate
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import CommandError, print_data, print_json

_SIDE_BY_SIDE = 16  # files checked at once; each run has threads of its own


def run(given: argparse.Namespace) -> ExitStatus:
    """Validates each file. Ctrl+C, SIGTERM and SIGHUP stop it within a second, cleaned up."""
    paths = given.files or [given.config]
    try:
        loaded = [(path, settings_file.load(path).settings) for path in paths]
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    with stop_on_signals() as stop, futures.ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        runs = [pool.submit(validate, settings, stop, given.timeout, offline=given.offline) for _, settings in loaded]
        reports = [run.result() for run in runs]
        interrupted = stop.is_set()
    if given.json:
        objects = [report.as_json(str(path)) for (path, _), report in zip(loaded, reports, strict=True)]
        print_json(objects[0] if len(paths) == 1 else objects)
    else:
        for (path, _), report in zip(loaded, reports, strict=True):
            for line in report_lines(str(path), report):
                print_data(line)
    if interrupted:
        return ExitStatus.INTERRUPTED
    return ExitStatus.DONE if all(report.passed for report in reports) else ExitStatus.FAILED
