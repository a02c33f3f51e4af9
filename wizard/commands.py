"""The commands without a screen. Data goes to stdout, words to stderr."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from wizard import atomicfile, configfile, rules
from wizard.formats import Format, without_keys
from wizard.settings import Settings
from wizard.store import probe
from wizard.store.report import Report, Result, Status

_SIDE_BY_SIDE = 16  # files checked at once; each run has threads of its own


class Exit(IntEnum):
    """The exit statuses, part of the contract."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130


def say(text: str = "") -> None:
    """A line for people."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def put(text: str) -> None:
    """Data for the next program."""
    print(text, flush=True)  # noqa: T201


def check(files: Sequence[Path], *, as_json: bool, offline: bool, timeout: float) -> Exit:
    """Validates each file, side by side. Ctrl+C, SIGTERM and SIGHUP stop it within a second, cleaned up."""
    try:
        loaded = [(path, configfile.load(path).settings) for path in files]
    except configfile.ConfigError as error:
        say(f"storage-wizard: {error}")
        return Exit.USAGE
    with _stopping() as stop, futures.ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        runs = [pool.submit(_report, settings, stop, timeout, offline=offline) for _, settings in loaded]
        reports = [run.result() for run in runs]
        interrupted = stop.is_set()
    if as_json:
        objects = [report.as_json(str(path)) for (path, _), report in zip(loaded, reports, strict=True)]
        put(json.dumps(objects[0] if len(files) == 1 else objects, indent=2, ensure_ascii=False))
    else:
        for (path, _), report in zip(loaded, reports, strict=True):
            for line in _lines(path, report):
                put(line)
    if interrupted:
        return Exit.INTERRUPTED
    return Exit.DONE if all(report.passed for report in reports) else Exit.FAILED


def export(config: Path, to: Format, output: Path | None, *, redact: bool) -> Exit:
    """Writes the settings in a registry's own format, to a file of mode 0600 or to stdout."""
    try:
        settings = configfile.load(config).settings
        exported = to.write(without_keys(settings) if redact else settings)
        if output:
            target = output.resolve()
            atomicfile.check_place(target)
            atomicfile.replace(target, exported.text.encode())
    except (configfile.ConfigError, atomicfile.FileError) as error:
        say(f"storage-wizard: {error}")
        return Exit.USAGE
    for remark in (*(finding.text for finding in rules.errors(settings)), *exported.remarks):
        say(f"note: {remark}")
    if not output:
        put(exported.text.removesuffix("\n"))
    return Exit.DONE


def _report(settings: Settings, stop: threading.Event, timeout: float, *, offline: bool) -> Report:
    if offline:
        return Report(settings, (probe.checks_settings(settings),), 0.0)
    *_, report = probe.run(settings, cancel=stop, deadline=timeout)
    if not isinstance(report, Report):
        raise TypeError("a run ends with its report")
    return report


_STOPPING = "Stopping, and taking away what was made in the store …\n".encode()


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl+C and the signals of a closing session set; a second one ends the program at once."""
    stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()
        os.write(2, _STOPPING)  # not `say`: a second signal may come while a buffer is being written

    before = {number: signal.signal(number, on_signal) for number in signals}
    yield stop
    if not stop.is_set():  # else the program ends now, and a signal that comes meanwhile may end it at once
        for number, handler in before.items():
            signal.signal(number, handler)


_MARKS = {Status.PASSED: "ok", Status.FAILED: "FAIL", Status.WARNING: "warn", Status.SKIPPED: "skip"}


def _lines(path: Path, report: Report) -> Iterator[str]:
    yield f"{path}: {'passed' if report.passed else 'FAILED'} in {report.seconds:.2f} s"
    for result in report.results:
        yield from _result_lines(result)
    for key in report.leftovers:
        yield f"  left behind: {key}"


def _result_lines(result: Result) -> Iterator[str]:
    time = f"{result.seconds * 1000:5.0f} ms" if result.seconds else ""
    time = result.reason if result.status is Status.SKIPPED else time
    yield f"  {_MARKS[result.status]:<4}  {result.check.title:<26} {time}".rstrip()
    if result.finding:
        yield f"        {result.finding.cause.value}: {result.finding.text}"
        if result.finding.fix:
            yield f"        fix: {result.finding.fix.text}"
