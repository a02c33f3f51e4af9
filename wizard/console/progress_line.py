"""A validation that is told on stderr while it runs."""

from __future__ import annotations

import os
import sys
import threading
import time

from wizard.checks.check import Check
from wizard.console.check_output import result_lines
from wizard.console.stdio import print_message
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report, Result, Started, Status

_CLEAR = "\r\x1b[K"


def validate_with_progress(
    settings: Settings, stop: threading.Event, timeout: float, *, by_line: bool = False
) -> Report:
    """One validation; on a terminal one line is drawn again and again, elsewhere or `by_line` each check gets one."""
    told = _LineByLine() if by_line or not _can_redraw() else _OnOneLine(len(runner.checks_for(settings)))
    for event in runner.run(settings, cancel=stop, deadline=timeout):
        match event:
            case Started(check):
                told.started(check)
            case Result():
                told.ended(event)
            case Report():
                told.over(event)
                return event
    raise TypeError("a run ends with its report")


def _can_redraw() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class _LineByLine:
    def started(self, check: Check) -> None:
        """A check has begun."""

    def ended(self, result: Result) -> None:
        for line in result_lines(result):
            print_message(line)

    def over(self, report: Report) -> None:
        passed = "passed" if report.passed else "FAILED"
        print_message(f"Validation {passed} in {report.seconds:.2f} s.")
        for key in report.leftovers:
            print_message(f"  left behind: {key}")


class _OnOneLine(_LineByLine):
    def __init__(self, count: int) -> None:
        self._count, self._ended, self._began = count, 0, time.monotonic()
        self._under_way: dict[str, str] = {}

    def started(self, check: Check) -> None:
        self._under_way[check.id] = check.title
        self._draw()

    def ended(self, result: Result) -> None:
        self._under_way.pop(result.check.id, None)
        self._ended += 1
        if result.status in (Status.FAILED, Status.WARNING):
            sys.stderr.write(_CLEAR)
            super().ended(result)
        self._draw()

    def over(self, report: Report) -> None:
        sys.stderr.write(_CLEAR)
        super().over(report)

    def _draw(self) -> None:
        waits = f"  {next(iter(self._under_way.values()))} …" if self._under_way else ""
        sys.stderr.write(f"{_CLEAR}{self._ended} of {self._count}{waits}"[: 78 + len(_CLEAR)])
        sys.stderr.flush()
