"""Runs the checks side by side, in the order of what each needs, and yields what happens as it happens."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wizard import rules
from wizard.checks import filesystem
from wizard.checks.all_checks import CLEANUP, S3_CHECKS
from wizard.checks.check import Check, Skip
from wizard.checks.context import CheckContext
from wizard.diagnosis import clock
from wizard.diagnosis.wording import address_of
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ConnectionFailed, NoCredentials, StoreError
from wizard.s3.timeouts import Timeouts
from wizard.validation import cleanup, network_layers
from wizard.validation.collector import Failure, ResultCollector
from wizard.validation.fix_verifier import FixVerifier
from wizard.validation.results import Event, Report, Result, Started, Status

DEADLINE = 60.0  # seconds for a whole run, unless the caller says otherwise
_TICK = 0.05  # seconds between two looks at the cancel flag while nothing happens
_ADVICE = 2.0  # seconds that advice gets beyond the checks that count
_CLEANUP_CANCELLED = 0.9  # seconds for cleaning up after a cancel, where the store answers
_CLEANUP = 10.0  # seconds for cleaning up otherwise, and never more than for the checks


@dataclass(frozen=True, slots=True)
class _Over:
    """A check's thread has ended: with nothing, a warning, a reason to skip, a store's error, or a bug of ours."""

    check: Check
    seconds: float
    warning: Finding | None = None
    skip: str = ""
    error: StoreError | None = None
    finding: Finding | None = None  # what the error means
    crash: BaseException | None = None


def checks_for(settings: Settings) -> tuple[Check, ...]:
    """The checks that a run of these settings consists of, in order."""
    return filesystem.CHECKS if settings.type == "filesystem" else S3_CHECKS


def run(settings: Settings, *, cancel: threading.Event | None = None, deadline: float = DEADLINE) -> Iterator[Event]:
    """Validates `settings`: `Started` and `Result` events, and one `Report` at the end.

    Whatever was made in the store is taken away before the report, also when `cancel` is set or `deadline` (seconds)
    has passed; what could not be is in the report's `leftovers`. Setting `cancel` ends the run within a second.
    """
    if settings.type == "filesystem":
        return filesystem.run(settings, check_settings(settings))
    return _Run(settings, cancel or threading.Event(), deadline).events()


def check_settings(settings: Settings) -> Result:
    """The check `settings`: the rules that need no network."""
    found = rules.findings(settings)
    check = checks_for(settings)[0]
    for severity, status in ((Severity.ERROR, Status.FAILED), (Severity.WARNING, Status.WARNING)):
        for finding in found:
            if finding.severity is severity:
                return Result(check, status, finding=finding)
    return Result(check, Status.PASSED)


class _Run:
    """One run. Checks work in daemon threads, so that nobody ever waits for a socket to leave the program."""

    def __init__(self, settings: Settings, cancel: threading.Event, deadline: float) -> None:
        self.settings = settings
        self.cancel = cancel
        self.began = time.monotonic()
        self.ends = self.began + deadline
        timeouts = Timeouts(connect=min(5.0, deadline), read=min(10.0, deadline))
        self.context = CheckContext(settings, lambda: connect(settings, timeouts))
        self.collector = ResultCollector(settings)
        self.fix_verifier = FixVerifier(settings)
        self.running: dict[str, tuple[Check, float, threading.Thread]] = {}
        self.over: queue.SimpleQueue[_Over] = queue.SimpleQueue()
        self.sweeper = threading.Thread(
            target=cleanup.remove_stale_objects, args=(self.context,), name="sweep", daemon=True
        )
        self.may_have_more = False  # than the ledger knows: an upload whose id was lost
        self.began_calls = False
        self.last_needed = self.began  # when a check that is more than advice was last seen to run

    # --- the course of a run ---

    def events(self) -> Iterator[Event]:
        """See `run`."""
        try:
            yield self.collector.record(check_settings(self.settings))
            if self.collector.results["settings"].status is Status.FAILED:
                yield from self.collector.skip(
                    [check.id for check in S3_CHECKS], "the settings must be put right first"
                )
            yield from self._checks()
            yield from self.collector.skip(network_layers.LAYERS, "nothing was sent")
            yield from self._clean_up()
            yield self._report()
        finally:
            if "cleanup" not in self.collector.results:  # the caller has lost interest
                self._tidy(_CLEANUP_CANCELLED, hastily=True)
            self.context.close()

    def _checks(self) -> Iterator[Event]:
        while True:
            yield from self._start_what_is_ready()
            if not self.running or self._only_advice_is_late():
                late = [check.id for check, _, _ in self.running.values()]
                self.running.clear()
                yield from self.collector.skip(late, "the store does not answer")
                return
            over = self._wait()
            if reason := self._broken_off():
                yield from self._break_off(reason)
                return
            if over is not None:
                yield from self._finish(over)
            if self.collector.has_passed("list") and self.sweeper.ident is None:
                self.sweeper.start()

    def _only_advice_is_late(self) -> bool:
        """Whether all that runs still is advice, and nobody should have to wait for that any longer."""
        if not all(check.advisory for check, _, _ in self.running.values()):
            self.last_needed = time.monotonic()
        return time.monotonic() - self.last_needed > _ADVICE

    def _wait(self) -> _Over | None:
        try:
            return self.over.get(timeout=_TICK)
        except queue.Empty:
            return None

    def _start_what_is_ready(self) -> Iterator[Event]:
        """Starts each check whose needs are met, and skips each that can no longer have them met."""
        for check in S3_CHECKS:
            if check.run is None or self._is_decided(check):
                continue
            if missing := [need for need in check.after if self.collector.has_not_passed(need)]:
                yield from self.collector.settle(Result(check, Status.SKIPPED, reason=f"needs `{missing[0]}`"))
            elif all(self.collector.has_passed(need) for need in check.after) and all(
                i in self.collector.results for i in check.once_over
            ):
                yield self._start(check)

    def _is_decided(self, check: Check) -> bool:
        return (
            check.id in self.collector.results
            or check.id in self.running
            or any(f.check is check for f in self.collector.failures)
        )

    def _start(self, check: Check) -> Started:
        self.began_calls = True
        thread = threading.Thread(target=self._work, args=(check,), name=f"check {check.id}", daemon=True)
        self.running[check.id] = (check, time.monotonic(), thread)
        thread.start()
        return Started(check)

    def _work(self, check: Check) -> None:
        began = time.monotonic()
        try:
            outcome = self._outcome(check)
        except BaseException as crash:  # noqa: BLE001 - raised again where the caller sees it
            outcome = {"crash": crash}
        self.over.put(_Over(check, time.monotonic() - began, **outcome))

    def _outcome(self, check: Check) -> dict[str, Any]:
        try:
            return {"warning": check.run(self.context)} if check.run else {}
        except Skip as skip:
            return {"skip": str(skip)}
        except StoreError as error:
            if check.advisory:
                return {"skip": "the store does not say"}
            return {"error": error, "finding": self.fix_verifier.finding(error)}

    # --- one check is over ---

    def _finish(self, over: _Over) -> Iterator[Event]:
        del self.running[over.check.id]
        if over.crash is not None:
            raise over.crash
        if over.error is not None and over.finding is not None:
            yield from self._fail(over, over.error, over.finding)
            return
        yield from self.collector.record_reached(self.context.clock_skew)
        if over.skip:
            yield from self.collector.settle(Result(over.check, Status.SKIPPED, over.seconds, reason=over.skip))
        else:
            status = Status.WARNING if over.warning else Status.PASSED
            yield from self.collector.settle(Result(over.check, status, over.seconds, over.warning))

    def _fail(self, over: _Over, error: StoreError, finding: Finding) -> Iterator[Event]:
        finding = clock.skew_error(finding, self.context.clock_skew)
        self.may_have_more |= not error.had_no_effect
        layer = network_layers.layer_of(
            finding, while_connecting=isinstance(error, ConnectionFailed) and error.while_connecting
        )
        if "resolve" not in self.collector.results:
            if layer:
                yield from self.collector.record_unreached(layer, finding)
            elif not isinstance(error, NoCredentials):
                yield from self.collector.record_reached(self.context.clock_skew)
        if layer and self.collector.results[layer].status is Status.FAILED:
            yield from self.collector.settle(
                Result(over.check, Status.SKIPPED, over.seconds, reason=f"needs `{layer}`")
            )
        else:
            self.collector.failures.append(Failure(over.check, over.seconds, finding, error.operation))
            yield from self.collector.flush_failures()

    # --- the end ---

    def _broken_off(self) -> str:
        if self.cancel.is_set():
            return "cancelled"
        return "no time left" if time.monotonic() > self.ends else ""

    def _break_off(self, reason: str) -> Iterator[Event]:
        if self.cancel.is_set():
            self.collector.failures.clear()
        else:
            self.collector.failures += [
                Failure(check, time.monotonic() - began, self._no_end(), "")
                for check, began, _ in self.running.values()
                if not check.advisory
            ]
        waiting = [failure.check for failure in self.collector.failures]
        yield from self.collector.skip([check.id for check in S3_CHECKS if check.run and check not in waiting], reason)
        yield from self.collector.flush_failures()
        yield from self.collector.skip(network_layers.LAYERS, reason)

    def _no_end(self) -> Finding:
        seconds = f"{self.ends - self.began:g} seconds"
        if "resolve" in self.collector.results:
            return Finding(Cause.TIMEOUT, f"Not over within {seconds}, which was the time for the whole validation.")
        text = f"{address_of(self.settings)} gave no answer within {seconds}. Is this the port of the S3 API?"
        return Finding(Cause.TIMEOUT, text, setting="regionendpoint")

    def _clean_up(self) -> Iterator[Event]:
        check = CLEANUP
        if self._made_nothing():
            yield from self.collector.skip([check.id], "nothing was made")
            return
        yield Started(check)
        began = time.monotonic()
        is_cancelled = self.cancel.is_set()
        longest = _CLEANUP_CANCELLED if is_cancelled else min(_CLEANUP, self.ends - self.began)
        self._tidy(longest, hastily=is_cancelled)
        finding = cleanup.finding(cleanup.leftovers(self.context), self.settings.bucket)
        status = Status.WARNING if finding else Status.PASSED
        yield self.collector.record(Result(check, status, time.monotonic() - began, finding))

    def _made_nothing(self) -> bool:
        """Whether no call went out, or what the calls met was no store."""
        failed = [result for result in self.collector.results.values() if result.status is Status.FAILED]
        no_store = any(
            r.check.id in network_layers.LAYERS or (r.finding and r.finding.cause is Cause.NOT_S3) for r in failed
        )
        return not self.began_calls or (no_store and not self.collector.any_call_succeeded())

    def _tidy(self, seconds: float, *, hastily: bool) -> None:
        """Removes what is left of this run, in at most `seconds`."""
        self.context.ledger.close()
        if self._made_nothing():
            return
        until = time.monotonic() + seconds
        if self.sweeper.is_alive() and not hastily:
            self.sweeper.join(seconds / 2)
        if self.running or self.may_have_more or self.context.ledger.keys() or self.context.ledger.uploads():
            late = [thread for _, _, thread in self.running.values()]
            cleanup.clean_up(self.context, late, until, hastily=hastily)

    def _report(self) -> Report:
        return Report(
            self.settings,
            tuple(self.collector.results[check.id] for check in S3_CHECKS),
            time.monotonic() - self.began,
            () if self._made_nothing() else cleanup.leftovers(self.context),
            cancelled=self.cancel.is_set(),
        )
