"""Runs the checks of a store in parallel, each as soon as the checks that it requires have passed."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from wizard.catalog.registries import registry_of
from wizard.checks.advice import NO_ANSWER
from wizard.checks.all_checks import CLEANUP, S3_CHECKS, check_named
from wizard.checks.check import Check, Skip
from wizard.checks.context import CheckContext
from wizard.diagnosis import clock
from wizard.diagnosis.error_responses import place_of_objects
from wizard.diagnosis.one_call import finding_of_one_call, is_about_all_calls
from wizard.model.displayed_host import display_address
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.settings import Settings
from wizard.s3.background import in_thread
from wizard.s3.connect import connect
from wizard.s3.errors import ConnectionFailed, NoCredentials, StoreError
from wizard.s3.startup import startup_problem
from wizard.s3.timeouts import Timeouts
from wizard.text.sanitize import sanitize
from wizard.validation import active_runs, cleanup, network_layers
from wizard.validation.collector import Failure, ResultCollector
from wizard.validation.fix_verifier import FixVerifier
from wizard.validation.results import (
    CANCELLED,
    NO_TIME_LEFT,
    Event,
    Report,
    Result,
    Started,
    Status,
    skipped_as_needing,
)
from wizard.validation.sweep import Sweep
from wizard.validation.time_limit import TimeLimit

_TICK = 0.05  # seconds between two checks of the cancel flag while no check ends
_ADVICE = 2.0  # seconds that advisory checks get after the last required check
_CLEANUP = 10.0  # seconds for cleaning up, if the time limit leaves so much
_RESERVE = 2.0  # seconds of the time limit that are kept for cleaning up, but not more than `_RESERVED_PART` of it
_RESERVED_PART = 0.25
_SWEEP = 2.0  # seconds that the end of a run waits for the removal of what earlier runs left
_CONNECT = 5.0  # seconds for connecting
_NOTHING_CREATED = "nothing was created"
_MIN_TIMEOUT = 0.1  # seconds for a call


def _urgency(check: Check) -> tuple[bool, int, int]:
    """Sorts first what most others wait for, then what makes most calls, and advice last."""
    waiting = sum(check.id in other.requires for other in S3_CHECKS)
    return check.advisory, -waiting, -len(check.calls)


_MOST_URGENT_FIRST = sorted(S3_CHECKS, key=_urgency)  # they get the connections that are open already


@dataclass(frozen=True, slots=True)
class _RunningCheck:
    check: Check
    started_at: float  # on the monotonic clock
    end: Future[None]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a check's thread ended: passed if everything is empty, or with a warning, a skip, an error or a bug."""

    check: Check
    seconds: float
    warning: Finding | None = None
    skip_reason: str = ""
    error: StoreError | None = None
    finding: Finding | None = None  # the diagnosis of `error`
    crash: BaseException | None = None


class S3Run:
    """One run. Checks run in daemon threads, so that the end of the program never waits for a socket.

    `settings_result` is the result of the rules. No check calls the store after `cancel` is set or `limit` has passed.
    """

    def __init__(
        self,
        settings: Settings,
        settings_result: Result,
        cancel: threading.Event,
        limit: TimeLimit,
        *,
        is_new_bucket: bool = False,
    ) -> None:
        self._settings = settings
        self._settings_result = settings_result
        self._cancel = cancel
        self._limit = limit
        self._reserve = min(_RESERVE, _RESERVED_PART * limit.seconds)
        self._started_at = time.monotonic()
        longest = max(_MIN_TIMEOUT, limit.remaining)
        timeouts = Timeouts(connect=min(_CONNECT, longest), read=min(10.0, longest))
        self._context = CheckContext(settings, partial(connect, timeouts=timeouts), self._is_stopped)
        self._context.is_new_bucket = is_new_bucket
        self._first_notes = [*filter(None, (startup_problem(settings), registry_of(settings.registry).difference))]
        self._collector = ResultCollector(settings)
        self._fix_verifier = FixVerifier(settings, is_stopped=self._is_stopped, write_with=self._context.write_with)
        self._running: dict[str, _RunningCheck] = {}
        self._preparing: list[Future[Any]] = []
        self._outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
        self._sweep = Sweep(self._context, self._context.root, self._context.prefix)
        self._sweeper = threading.Thread(target=self._sweep.remove_uploads_and_objects, name="sweep", daemon=True)
        self._remover: threading.Thread | None = None  # removes what the run created
        self._has_ended = False
        self._required_until = self._started_at  # when a check that is not advisory was last running

    def events(self) -> Iterator[Event]:
        """See `runner.run_checks`."""
        active_runs.register(self._describe_leftovers)
        try:
            if not self._has_fix_to_test():
                yield from self._collector.record(self._settings_result)
            elif not self._cancel.is_set():
                self._start_test_of_fix()
            not_run: list[Event] = []
            if self._settings_result.status is Status.FAILED:
                undecided = (self._settings_result.check, CLEANUP) if self._has_fix_to_test() else ()
                others = [check.id for check in S3_CHECKS if check not in undecided]
                not_run += self._collector.skip(others, "fix the settings first")
            if self._cancel.is_set():
                yield from self._stop(CANCELLED)
            else:
                yield from self._run_checks()
            yield from not_run  # after what is wrong
            yield from self._collector.skip(network_layers.LAYERS, "nothing was sent")
            yield from self._clean_up()
            yield self._report()
        finally:
            self._has_ended = True
            if CLEANUP.id not in self._collector.results:  # the caller has closed the generator, or a check crashed
                self._remove_created(cleanup.CANCELLED)
            self._context.close()
            active_runs.unregister(self._describe_leftovers)

    def _run_checks(self) -> Iterator[Event]:
        yield from self._start_ready_checks()
        if self._settings_result.status is not Status.FAILED:
            self._prepare_checks()
        has_news = True
        while True:
            if has_news:
                yield from self._start_ready_checks()
            if self._collector.has_passed("list") and "read" in self._collector.results and not self._sweeper.ident:
                self._sweeper.start()
            if not self._running or self._is_only_advice_late():
                late = list(self._running)
                self._running.clear()
                yield from self._record_settings_without_fix()
                yield from self._collector.skip(late, "the store doesn't answer")
                return
            outcome = self._wait()
            if reason := self._stop_reason():
                yield from self._stop(reason)
                return
            if has_news := outcome is not None:
                yield from self._record(outcome)

    # --- the settings: the fix that a rule offers is tested beside the first checks ---

    def _has_fix_to_test(self) -> bool:
        finding = self._settings_result.finding
        return bool(finding and finding.fix and self._fix_verifier.must_test(finding.fix))

    def _start_test_of_fix(self) -> None:
        check = self._settings_result.check
        self._run_in_thread(check, self._test_fix)

    def _test_fix(self) -> None:
        """The body of the thread that tests the fix of the settings."""
        check, finding = self._settings_result.check, self._settings_result.finding
        try:
            outcome = _Outcome(check, 0.0, finding=finding and self._fix_verifier.finding_of_rule(finding))
        except BaseException as crash:  # noqa: BLE001 - raised again in the caller's thread
            outcome = _Outcome(check, 0.0, crash=crash)
        self._outcomes.put(outcome)

    def _record_settings_without_fix(self) -> Iterator[Event]:
        """Records the result of the settings if the test of its fix has not ended."""
        result = self._settings_result
        if result.check.id not in self._collector.results:
            finding = result.finding and result.finding._replace(fix=None)
            yield from self._collector.record(replace(result, finding=finding))

    def _is_required(self, check: Check) -> bool:
        """Whether the run waits for the check. Without the fix of a warning the report says enough."""
        if check == self._settings_result.check:
            return self._settings_result.status is Status.FAILED
        return not check.advisory

    # --- starting checks ---

    def _prepare_checks(self) -> None:
        for check in S3_CHECKS:
            if check.prepare:
                self._preparing.append(self._context.prepare(check.prepare, f"prepare {check.id}"))

    def _start_ready_checks(self) -> Iterator[Event]:
        """Starts each check whose requirements are met, and skips each whose requirements cannot be met any more.

        What is skipped can be what another check waits for, so this is repeated until nothing changes.
        """
        before = -1
        while before != (before := len(self._collector.results)):
            yield from self._start_ready_checks_once()

    def _start_ready_checks_once(self) -> Iterator[Event]:
        for check in _MOST_URGENT_FIRST:
            if check.run is None or self._has_started_or_ended(check):
                continue
            if missing := [each for each in check.requires if self._collector.has_ended_without_passing(each)]:
                yield from self._collector.record(skipped_as_needing(check, check_named(missing[0])))
            elif all(self._collector.has_passed(each) for each in check.requires) and all(
                each in self._collector.results for each in check.runs_after
            ):
                yield self._start(check)

    def _has_started_or_ended(self, check: Check) -> bool:
        return (
            check.id in self._collector.results or check.id in self._running or check in self._collector.pending_checks
        )

    def _start(self, check: Check) -> Started:
        self._run_in_thread(check, partial(self._work, check))
        return Started(check)

    def _run_in_thread(self, check: Check, work: Callable[[], None]) -> None:
        self._running[check.id] = _RunningCheck(check, time.monotonic(), in_thread(work, f"check {check.id}"))

    def _work(self, check: Check) -> None:
        """The body of a check's thread."""
        started_at = time.monotonic()
        try:
            for earlier in filter(None, (check_named(each).prepare for each in check.runs_after)):
                self._context.wait_for_prepared(earlier)
            warning = self._context.result_of(check.run) if check.run else None
            outcome = _Outcome(check, time.monotonic() - started_at, warning=warning)
        except Skip as skip:
            outcome = _Outcome(check, time.monotonic() - started_at, skip_reason=str(skip))
        except StoreError as error:
            outcome = self._failed_outcome(check, started_at, error)
        except BaseException as crash:  # noqa: BLE001 - raised again in the caller's thread
            outcome = _Outcome(check, time.monotonic() - started_at, crash=crash)
        self._outcomes.put(outcome)

    def _failed_outcome(self, check: Check, started_at: float, error: StoreError) -> _Outcome:
        if check.advisory:
            return _Outcome(check, time.monotonic() - started_at, skip_reason=NO_ANSWER)
        self._context.place_of_objects = place_of_objects(error, self._settings) or self._context.place_of_objects
        try:
            finding = self._fix_verifier.finding_for(error, of_listing=check.id == "list")
            if is_about_all_calls(finding, error) and self._others_succeed(check, finding):
                finding = finding_of_one_call(finding, error.operation, self._settings)
        except BaseException as crash:  # noqa: BLE001 - raised again in the caller's thread
            return _Outcome(check, time.monotonic() - started_at, crash=crash)
        return _Outcome(check, time.monotonic() - started_at, error=error, finding=finding)

    def _others_succeed(self, check: Check, finding: Finding) -> bool:
        """Whether calls of other checks succeed. A bucket that no listing finds may be created by a write."""
        if check.requires:
            return True
        if finding.cause is Cause.TIMEOUT:  # another call could take as long
            return self._collector.any_call_succeeded()
        if check.id == "list" and finding.cause is Cause.NO_BUCKET:
            return False
        try:
            if check.id == "list":
                return self._context.wait_for_test_object()
            self._context.list(self._context.root, 1)
        except StoreError:
            return False
        return True

    # --- ending checks ---

    def _wait(self) -> _Outcome | None:
        try:
            return self._outcomes.get(timeout=_TICK)
        except queue.Empty:
            return None

    def _is_only_advice_late(self) -> bool:
        """Whether only advisory checks are running, for longer than the caller should wait for them."""
        if any(self._is_required(running.check) for running in self._running.values()):
            self._required_until = time.monotonic()
        return time.monotonic() - self._required_until > _ADVICE

    def _record(self, outcome: _Outcome) -> Iterator[Event]:
        del self._running[outcome.check.id]
        if outcome.crash is not None:
            raise outcome.crash
        if outcome.check == self._settings_result.check:
            yield from self._collector.record(replace(self._settings_result, finding=outcome.finding))
            return
        if outcome.error is not None and outcome.finding is not None:
            yield from self._record_failure(outcome, outcome.error, outcome.finding)
            return
        yield from self._collector.record_layers_passed(self._context.connection.clock_skew)
        if outcome.skip_reason:
            result = Result(outcome.check, Status.SKIPPED, outcome.seconds, reason=outcome.skip_reason)
        else:
            is_hint = outcome.warning is None or outcome.warning.severity is Severity.HINT
            status = Status.PASSED if is_hint else Status.WARNING
            result = Result(outcome.check, status, outcome.seconds, outcome.warning)
        yield from self._collector.record(result)

    def _record_failure(self, outcome: _Outcome, error: StoreError, finding: Finding) -> Iterator[Event]:
        finding = clock.skew_error(finding, self._context.connection.clock_skew)
        while_connecting = isinstance(error, ConnectionFailed) and error.while_connecting
        layer = network_layers.failed_layer(finding, while_connecting=while_connecting)
        if network_layers.LAYERS[0] not in self._collector.results:
            if layer:
                yield from self._collector.record_layer_failed(layer, finding)
            elif not isinstance(error, NoCredentials):
                yield from self._collector.record_layers_passed(self._context.connection.clock_skew)
        if layer and self._collector.has_failed(layer):
            yield from self._collector.record(skipped_as_needing(outcome.check, check_named(layer), outcome.seconds))
        else:
            failure = Failure(outcome.check, outcome.seconds, finding, error.operation)
            yield from self._collector.record_failure(failure)

    # --- cancel and deadline ---

    def _stop_reason(self) -> str:
        if self._cancel.is_set():
            return CANCELLED
        return NO_TIME_LEFT if self._limit.remaining <= self._reserve else ""

    def _is_stopped(self) -> bool:
        """Whether no check may call the store any more."""
        return self._has_ended or bool(self._stop_reason())

    def _stop(self, reason: str) -> Iterator[Event]:
        """Ends the checks. After a cancel nothing fails; at the deadline each required check that runs fails."""
        yield from self._record_settings_without_fix()
        if self._cancel.is_set():
            self._collector.drop_failures()
            late = []
        else:
            running_checks = [each for each in self._running.values() if each.check != self._settings_result.check]
            late = [running for running in running_checks if not running.check.advisory]
        failed = [*self._collector.pending_checks, *(running.check for running in late)]
        others = [check.id for check in S3_CHECKS if check.run and check not in failed]
        yield from self._collector.skip(others, reason)
        for running in late:
            seconds = time.monotonic() - running.started_at
            failure = Failure(running.check, seconds, self._timeout_finding(), operation="")
            yield from self._collector.record_failure(failure)
        yield from self._collector.flush_failures()
        yield from self._collector.skip(network_layers.LAYERS, reason)

    def _timeout_finding(self) -> Finding:
        unfinished = f"The validation did not finish within its limit of {self._limit}."
        if network_layers.LAYERS[0] in self._collector.results:
            return Finding(Cause.TIMEOUT, unfinished)
        if self._limit.seconds < _CONNECT:  # too short to say that the store does not answer
            return Finding(Cause.TIMEOUT, f"{unfinished} Use a longer --timeout.")
        had = self._limit.started_at + self._limit.seconds - self._started_at
        if had < self._limit.seconds / 2:  # others have used the rest
            text = f"{display_address(self._settings)} gave no answer in the {max(0, had):.1f} s that were left of the "
            return Finding(Cause.TIMEOUT, f"{text}limit of {self._limit}. Use a longer --timeout.")
        text = f"{display_address(self._settings)} gave no answer within {self._limit}. Is this the S3 API port?"
        return Finding(Cause.TIMEOUT, text, setting="regionendpoint")

    # --- cleaning up ---

    def _clean_up(self) -> Iterator[Event]:
        self._context.ledger.close()  # from here on, no late thread creates anything
        if self._has_created_nothing():
            yield from self._collector.skip([CLEANUP.id], _NOTHING_CREATED)
            return
        yield Started(CLEANUP)
        started_at = time.monotonic()
        self._remove_created(max(self._reserve, min(_CLEANUP, self._limit.remaining)))
        if not self._has_fix_to_test() and not self._context.connection.has_sent:  # as where there are no credentials
            yield from self._collector.skip([CLEANUP.id], _NOTHING_CREATED)
            return
        yield from self._collector.record(self._result_of_clean_up(time.monotonic() - started_at))

    def _result_of_clean_up(self, seconds: float) -> Result:
        settings = self._settings.replace({"bucket": self._context.place_of_objects[0]})
        finding = cleanup.leftovers_finding(self._leftovers(), settings, self._version_problem())
        return Result(CLEANUP, Status.WARNING if finding else Status.PASSED, seconds, finding)

    def _has_created_nothing(self) -> bool:
        """Whether no creating call was made, or no call reached a store. A proxy can hide that one did: see the ledger.

        What earlier runs left behind may have been removed, once the sweeper has started.
        """
        failed = [result for result in self._collector.results.values() if result.status is Status.FAILED]
        is_no_store = any(
            result.check.id in network_layers.LAYERS or (result.finding and result.finding.cause is Cause.NOT_S3)
            for result in failed
        )
        has_hidden_answer = self._context.ledger.has_hidden_answer and not self._collector.has_failed("tls")
        has_reached_one = self._collector.any_call_succeeded() or has_hidden_answer
        has_changed_something = self._context.ledger.has_started or self._sweeper.ident
        return not has_changed_something or (is_no_store and not has_reached_one)

    def _remove_created(self, seconds: float) -> None:
        """Removes what this run has created and not deleted, in at most `seconds`, after a cancel in less."""
        ledger = self._context.ledger
        ledger.close()
        if self._has_created_nothing():
            return
        until = time.monotonic() + seconds
        self._wait_for_sweep()
        late = [end for end in self._preparing if not end.done()]
        late += [running.end for running in self._running.values()]
        is_doubtful = ledger.has_refused and self._collector.any_call_succeeded()
        if late or ledger.may_be_left or is_doubtful or self._sweep.markers:
            self._remover = cleanup.clean_up(
                self._context,
                late,
                until - time.monotonic(),
                is_cancelled=lambda: self._has_ended or self._cancel.is_set(),
                afterwards=self._sweep_versions,
            )

    def _wait_for_sweep(self) -> None:
        until = time.monotonic() + _SWEEP
        while self._sweeper.is_alive() and time.monotonic() < until and not self._is_stopped():
            self._sweeper.join(_TICK)

    def _sweep_versions(self) -> None:
        """Removes stale versions too, if this run has noticed that the bucket keeps versions."""
        if self._context.ledger.keeps_versions or self._sweep.markers:
            self._sweep.remove_versions()

    def _leftovers(self) -> tuple[str, ...]:
        return () if self._has_created_nothing() else cleanup.leftovers(self._context, self._sweep.markers)

    def _version_problem(self) -> str:
        return cleanup.version_problem(self._context, self._sweep.markers)

    def _describe_leftovers(self) -> str:
        """See `active_runs`."""
        if not self._context.ledger.may_be_left:
            return ""
        bucket = sanitize(self._settings.bucket, 63)
        return f"Test objects may remain in {bucket} under {self._context.prefix}. Delete them manually."

    def _report_of_later(self, report: Report, remover: threading.Thread) -> Report:
        """The report once everything is removed that can be."""
        remover.join()
        results = tuple(
            self._result_of_clean_up(each.seconds) if each.check == CLEANUP else each for each in report.results
        )
        left, problem = self._leftovers(), self._version_problem()
        return replace(report, results=results, leftovers=left, version_problem=problem, later=None)

    def _report(self) -> Report:
        remover = self._remover if self._remover and self._remover.is_alive() else None
        report = self._report_of_now()
        if remover is None or not report.leftovers:
            return report
        return replace(report, later=partial(self._report_of_later, report, remover))

    def _report_of_now(self) -> Report:
        return Report(
            self._settings,
            tuple(self._collector.results[check.id] for check in S3_CHECKS),
            time.monotonic() - self._started_at,
            self._leftovers(),
            cancelled=self._cancel.is_set(),
            removed=self._sweep.removed,
            version_problem=self._version_problem(),
            notes=(*self._first_notes, *sorted(self._context.notes)),  # those of the checks come in any order
            environment=self._context.connection.environment,
        )
