"""`check`: files that were saved are validated, side by side."""

from __future__ import annotations

import argparse
from concurrent import futures

from wizard import configfile
from wizard.commands import files
from wizard.commands.streams import CommandError, Exit, put, put_json
from wizard.commands.validating import report_lines, stopping, validate

_SIDE_BY_SIDE = 16  # files checked at once; each run has threads of its own


def run(given: argparse.Namespace) -> Exit:
    """Validates each file. Ctrl+C, SIGTERM and SIGHUP stop it within a second, cleaned up."""
    paths = given.files or [given.config]
    try:
        loaded = [(path, files.load(path).settings) for path in paths]
    except configfile.ConfigError as error:
        raise CommandError(str(error)) from None
    with stopping() as stop, futures.ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        runs = [pool.submit(validate, settings, stop, given.timeout, offline=given.offline) for _, settings in loaded]
        reports = [run.result() for run in runs]
        interrupted = stop.is_set()
    if given.json:
        objects = [report.as_json(str(path)) for (path, _), report in zip(loaded, reports, strict=True)]
        put_json(objects[0] if len(paths) == 1 else objects)
    else:
        for (path, _), report in zip(loaded, reports, strict=True):
            for line in report_lines(str(path), report):
                put(line)
    if interrupted:
        return Exit.INTERRUPTED
    return Exit.DONE if all(report.passed for report in reports) else Exit.FAILED
