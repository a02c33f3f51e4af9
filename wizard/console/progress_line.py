"""A validation or a verification whose progress is shown on stderr."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from wizard.checks.check import Check
from wizard.console import redrawn_line
from wizard.console.check_output import (
    CorrectionOf,
    leftover_lines,
    no_correction,
    not_run_lines,
    outcome,
    result_lines,
    verification_remarks,
)
from wizard.console.stdio import print_message
from wizard.console.wrapping import wrap
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Event, Report, Result, Started, Status
from wizard.validation.summary import counts, ran
from wizard.validation.time_limit import TimeLimit

if TYPE_CHECKING:
    from wizard.verification.run import Target

_TICK = 0.05  # seconds
_CLEAN_UP = 1.0  # seconds that a validation gets to clean up after a crash


def validate_with_progress(  # noqa: PLR0913 - each says something else of the one run
    settings: Settings,
    stop: threading.Event,
    limit: TimeLimit,
    *,
    by_line: bool = False,
    is_new_bucket: bool = False,
    correction_of: CorrectionOf = no_correction,
) -> Report:
    """Validates the settings until `stop` is set or `limit` has passed.

    A terminal shows one line that is redrawn. Elsewhere, and with `by_line`, each check gets a line once it and all
    checks before it in the report are done.
    `is_new_bucket`: see `runner.run_checks`; `correction_of`: see `result_lines`.
    """
    checks = runner.checks_for(settings)
    is_redrawn = not by_line and redrawn_line.can_redraw()
    progress = _RedrawnLine(checks) if is_redrawn else _LinePerCheck(checks, is_wrapped=by_line)
    progress.correction_of = correction_of

    def start() -> Iterator[Event]:
        return runner.run_checks(settings, cancel=stop, limit=limit, is_new_bucket=is_new_bucket)

    return _follow(progress, start, stop)


def verify_with_progress(target: Target, stop: threading.Event, limit: TimeLimit) -> Report:
    """Verifies a registry until `stop` is set or `limit` has passed. Each check gets a line once it is done."""
    from wizard.verification.all_checks import VERIFY_CHECKS
    from wizard.verification.run import verify  # imported here: most runs verify no registry

    return _follow(_VerificationLines(VERIFY_CHECKS, is_wrapped=True), lambda: verify(target, stop, limit), stop)


def _follow(progress: _LinePerCheck, start: Callable[[], Iterator[Event]], stop: threading.Event) -> Report:
    for event in events_of_thread(start, stop):
        match event:
            case Started(check):
                progress.check_started(check)
            case Result():
                progress.check_done(event)
            case Report():
                progress.validation_done(event)
                return event
    raise TypeError("the last event of a validation is its report")


def events_of_thread(start: Callable[[], Iterator[Event]], stop: threading.Event) -> Iterator[Event]:
    """The events of a validation that runs in a thread of its own, so that a terminal that accepts no output stops
    neither the checks nor their clean-up. `start` starts it; it ends once `stop` is set.
    """
    events: queue.SimpleQueue[Event | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            for event in start():
                events.put(event)
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            events.put(error)

    thread = threading.Thread(target=run, name="validation", daemon=True)
    thread.start()
    event: Event | BaseException | None = None
    try:
        while not isinstance(event, Report):
            try:
                event = events.get(timeout=_TICK)
            except queue.Empty:  # a signal that came right before the wait is handled now
                continue
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        if not isinstance(event, Report):  # the caller has failed, or the validation itself
            stop.set()
            thread.join(_CLEAN_UP)


class _LinePerCheck:
    """Prints the result of each check, in the order of `checks`. Lines are wrapped for a person, not for a log."""

    def __init__(self, checks: Sequence[Check], *, is_wrapped: bool = False) -> None:
        self._is_wrapped = is_wrapped
        self.correction_of: CorrectionOf = no_correction
        self._following = iter(checks)
        self._next = next(self._following, None)
        self._results: dict[Check, Result] = {}  # those that wait for the result of an earlier check
        self._not_run: list[Result] = []  # one after the other, with the same reason: they get one line

    def _print(self, line: str) -> None:
        print_message(wrap(line) if self._is_wrapped else line)

    def check_started(self, check: Check) -> None:
        """Prints nothing: the line is printed with the result."""

    def check_done(self, result: Result) -> None:
        self._results[result.check] = result
        while self._next and (following := self._results.pop(self._next, None)):
            self._next = next(self._following, None)
            self._print_result(following)

    def _print_result(self, result: Result) -> None:
        if self._not_run and result.reason_in_words != self._not_run[0].reason_in_words:
            self._print_not_run()
        if self._is_wrapped and result.status is Status.SKIPPED:
            self._not_run.append(result)
            return
        for line in result_lines(result, self.correction_of):
            self._print(line)

    def _print_not_run(self) -> None:
        """Prints one line for all of them: many would push what is wrong off a small screen."""
        results, self._not_run = self._not_run, []
        for line in not_run_lines(results):
            self._print(line)

    def validation_done(self, report: Report) -> None:
        self._print_not_run()
        self._print(f"Validation {outcome(report)}: {counts(report, ', ')}.")
        for line in leftover_lines(report):
            self._print(line)


class _VerificationLines(_LinePerCheck):
    """The same for the checks of a registry."""

    def validation_done(self, report: Report) -> None:
        self._print_not_run()
        for line in verification_remarks(report):
            self._print(line)


class _RedrawnLine(_LinePerCheck):
    """Redraws a line with the number of checks that are done. Only problems get lines of their own."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__(checks)
        self._count, self._done = len(checks), 0
        self._running: dict[str, str] = {}

    def check_started(self, check: Check) -> None:
        self._running[check.id] = check.title
        self._draw()

    def check_done(self, result: Result) -> None:
        self._running.pop(result.check.id, None)
        self._done += ran([result])
        super().check_done(result)
        self._draw()

    def _print_result(self, result: Result) -> None:
        if result.status in (Status.FAILED, Status.WARNING):
            redrawn_line.clear()
            super()._print_result(result)

    def validation_done(self, report: Report) -> None:
        redrawn_line.clear()
        super().validation_done(report)

    def _draw(self) -> None:
        running = f"  {next(iter(self._running.values()))} …" if self._running else ""
        redrawn_line.draw(f"{self._done} of {self._count} done{running}")
