"""The requests to the store, each in a background thread. Results of requests that were replaced are dropped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer

from wizard import rules
from wizard.model.settings import Settings
from wizard.session.state import KEYS
from wizard.tui.background import (
    BucketCreated,
    BucketsListed,
    CheckEvent,
    QuickCheckDone,
    VerificationEvent,
    run_in_thread,
)
from wizard.tui.screen_context import ScreenContext

if TYPE_CHECKING:
    from wizard.model.findings import Finding
    from wizard.verification.run import Target

_TYPING_PAUSE = 0.6  # seconds without a key before the store is asked


class StoreTasks:
    """Starts requests, and records the results of the latest of each kind. `pump` receives the results as messages."""

    def __init__(self, pump: MessagePump, context: ScreenContext) -> None:
        self._pump = pump
        self._context = context
        self._quick_check = self._listing = self._validation = self._verification = 0  # number of the latest request
        self._timer: Timer | None = None
        self._cancel, self._cancel_verification = threading.Event(), threading.Event()
        self._ending = threading.Event()
        self.validation_thread: threading.Thread | None = None
        self.verification_thread: threading.Thread | None = None
        self.left_in_registry: list[str] = []  # what verifications may have left
        self.removed = ""  # a sentence on what the last validation has removed of earlier ones
        self._leftovers: dict[int, Finding | None] = {}  # by validation: objects that it may have left in the store

    @property
    def leftovers(self) -> list[Finding]:
        """What each validation may have left in the store, also those that were stopped for another one."""
        return [finding for finding in list(self._leftovers.values()) if finding is not None]  # threads add to it

    # The quick check

    def schedule_quick_check(self) -> None:
        """Starts a quick check once typing pauses, unless the settings have errors or were checked already."""
        self._quick_check += 1
        if self._timer is not None:
            self._timer.stop()
        state = self._context.state
        settings = state.settings
        is_complete = not rules.errors(settings) and not state.invalid_input.keys() & set(KEYS)
        is_needed = settings.type == "s3" and is_complete and not state.is_reachability_current
        self._context.is_checking_store = is_needed
        if is_needed:
            self._timer = self._pump.set_timer(_TYPING_PAUSE, partial(self._start_quick_check, settings))

    def _start_quick_check(self, settings: Settings) -> None:
        run = self._quick_check

        def work() -> Iterator[Message]:
            # imported here, as below: boto3 takes about 200 ms to import, and the first screens do without it
            from wizard.validation.quick_check import quick_check

            yield QuickCheckDone(run, settings, quick_check(settings))

        run_in_thread(self._pump, work)

    def record_quick_check(self, event: QuickCheckDone) -> bool:
        """Records a result; returns False if it is not that of the latest quick check."""
        if event.run != self._quick_check:
            return False
        self._context.is_checking_store = False
        self._context.state.record_reachability(event.status, event.settings)
        return True

    # Buckets

    def list_buckets(self, settings: Settings) -> None:
        """Lists the buckets; the result is posted as `BucketsListed`."""
        self._listing += 1
        run = self._listing

        def work() -> Iterator[Message]:
            from wizard.session import buckets

            yield BucketsListed(run, buckets.list_buckets(settings))

        run_in_thread(self._pump, work)

    def cancel_listing(self) -> None:
        """Drops the result of the running listing."""
        self._listing += 1

    def is_current_listing(self, event: BucketsListed) -> bool:
        """Whether a result is that of the latest listing."""
        return event.run == self._listing

    def create_bucket(self, settings: Settings) -> None:
        """Creates the bucket of the settings; the result is posted as `BucketCreated`."""

        def work() -> Iterator[Message]:
            from wizard.session import buckets

            yield BucketCreated(buckets.create_bucket(settings, self._ending))

        run_in_thread(self._pump, work)

    # Validation

    def start_validation(self) -> None:
        """Starts a validation and stops the one that runs; its events are posted as `CheckEvent`."""
        from wizard.tui.validation_progress import ValidationProgress  # imported here: it needs the checks

        self.stop_validation()
        self._validation += 1
        run, settings, cancel = self._validation, self._context.state.settings, threading.Event()
        self._cancel = cancel
        self._context.progress = ValidationProgress.start(settings)

        def work() -> Iterator[Message]:
            from wizard.validation import cleanup, runner
            from wizard.validation.results import Report

            def note(report: Report) -> CheckEvent:
                if run == self._validation:
                    self.removed = report.removed_sentence
                found = cleanup.leftovers_finding(report.leftovers, settings, report.version_problem)
                self._leftovers[run] = found
                return CheckEvent(run, report)

            for event in runner.run_checks(settings, cancel=cancel):
                yield note(event) if isinstance(event, Report) else CheckEvent(run, event)
            if isinstance(event, Report) and event.later is not None:
                yield note(event.later())

        self.validation_thread = run_in_thread(self._pump, work)

    def stop_validation(self) -> None:
        """Stops the running validation, which then cleans up in its own thread."""
        self._cancel.set()

    def end(self) -> None:
        """Stops the validation, and lets no other call begin: the program is ending."""
        self._ending.set()
        self.stop_validation()
        self.stop_verification()

    @property
    def is_stopped(self) -> bool:
        """Whether `stop_validation` was called for the latest validation."""
        return self._cancel.is_set()

    def record_check_event(self, event: CheckEvent) -> bool:
        """Records an event; returns False if it is not of the latest validation."""
        if event.run != self._validation:
            return False
        progress = self._context.progress
        progress.record(event.event)
        if progress.report is not None:
            self._context.state.record_report(progress.report)
        return True

    # The running registry

    def start_verification(self, target: Target) -> None:
        """Starts a verification and stops the one that runs; its events are posted as `VerificationEvent`."""
        from wizard.tui.validation_progress import Plan, ValidationProgress
        from wizard.validation.results import Report
        from wizard.validation.time_limit import TimeLimit
        from wizard.verification.all_checks import GROUPS, VERIFY_CHECKS
        from wizard.verification.run import verify

        self.stop_verification()
        self._verification += 1
        run, cancel = self._verification, threading.Event()
        self._cancel_verification = cancel
        plan = Plan(VERIFY_CHECKS, GROUPS, str(target.address))
        self._context.verification = ValidationProgress.start(target.settings or Settings(), plan)

        def work() -> Iterator[Message]:
            for event in verify(target, cancel, TimeLimit()):
                if isinstance(event, Report):
                    self.left_in_registry += event.leftovers
                yield VerificationEvent(run, event)

        self.verification_thread = run_in_thread(self._pump, work)

    def stop_verification(self) -> None:
        """Stops the running verification, which then cleans up in its own thread."""
        self._cancel_verification.set()

    def record_verification_event(self, event: VerificationEvent) -> bool:
        """Records an event; returns False if it is not of the latest verification."""
        is_latest = event.run == self._verification
        if is_latest:
            self._context.verification.record(event.event)
        return is_latest
