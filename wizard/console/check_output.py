"""A validation without a screen: stopped by signals, told in lines."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report, Result, Status


def validate(settings: Settings, stop: threading.Event, timeout: float, *, offline: bool = False) -> Report:
    """One validation, run to its end; `timeout` in seconds. `offline` applies only the rules."""
    if offline:
        return Report(settings, (runner.check_settings(settings),), 0.0)
    *_, report = runner.run(settings, cancel=stop, deadline=timeout)
    if not isinstance(report, Report):
        raise TypeError("a run ends with its report")
    return report


_STOPPING = "Stopping, and taking away what was made in the store …\n".encode()


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
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


def report_lines(path: str, report: Report) -> Iterator[str]:
    """A report for people."""
    yield f"{path}: {'passed' if report.passed else 'FAILED'} in {report.seconds:.2f} s"
    for result in report.results:
        yield from result_lines(result)
    for key in report.leftovers:
        yield f"  left behind: {key}"


def result_lines(result: Result) -> Iterator[str]:
    """One check's outcome, and what it found."""
    time = f"{result.seconds * 1000:5.0f} ms" if result.seconds else ""
    time = result.reason if result.status is Status.SKIPPED else time
    yield f"  {_MARKS[result.status]:<4}  {result.check.title:<30} {time}".rstrip()
    if result.finding:
        yield f"        {result.finding.cause.value}: {result.finding.text}"
        if result.finding.fix:
            yield f"        fix: {result.finding.fix.text}"
