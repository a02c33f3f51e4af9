"""The app's requests to the store, each in a background thread. Results that are no longer current are dropped."""

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
from wizard.tui.background import BucketCreated, BucketsListed, CheckEvent, QuickCheckDone, run_in_thread
from wizard.tui.screen_context import ScreenContext

if TYPE_CHECKING:
    from wizard.model.findings import Finding

_TYPING_PAUSE = 0.6  # seconds without a key before the store is asked


class StoreTasks:
    """Starts requests and tells which results are current. `pump` receives the results as messages."""

    def __init__(self, pump: MessagePump, context: ScreenContext) -> None:
        self._pump = pump
        self._context = context
        self._quick_check = self._listing = self._validation = 0  # the number of the latest request of each kind
        self._timer: Timer | None = None
        self._cancel = threading.Event()
        self.validation_thread: threading.Thread | None = None
        self.leftovers: Finding | None = None  # what the last validation could not remove from the store

    # The quick check

    def schedule_quick_check(self) -> None:
        """Asks the store once typing pauses, unless the settings are incomplete or it has answered already."""
        self._quick_check += 1
        if self._timer is not None:
            self._timer.stop()
        state = self._context.state
        settings = state.settings
        is_needed = settings.type == "s3" and not rules.errors(settings) and not state.is_reachability_current
        self._context.is_checking_store = is_needed
        if is_needed:
            self._timer = self._pump.set_timer(_TYPING_PAUSE, partial(self._start_quick_check, settings))

    def _start_quick_check(self, settings: Settings) -> None:
        run = self._quick_check

        def work() -> Iterator[Message]:
            # Imported here, as below: boto3 takes about 200 ms to import, and the first screen does without it.
            from wizard.validation.quick_check import quick_check

            yield QuickCheckDone(run, settings, quick_check(settings))

        run_in_thread(self._pump, work)

    def record_quick_check(self, event: QuickCheckDone) -> bool:
        """Records a result; False when it is not the latest request's."""
        if event.run != self._quick_check:
            return False
        self._context.is_checking_store = False
        self._context.state.record_reachability(event.status, event.settings)
        return True

    # Buckets

    def list_buckets(self, settings: Settings) -> None:
        """Lists the buckets; the result is a `BucketsListed`."""
        self._listing += 1
        run = self._listing

        def work() -> Iterator[Message]:
            from wizard.session import buckets

            yield BucketsListed(run, buckets.names(settings))

        run_in_thread(self._pump, work)

    def cancel_listing(self) -> None:
        """Drops the result of the listing that runs."""
        self._listing += 1

    def is_current_listing(self, event: BucketsListed) -> bool:
        """Whether a result is the latest request's."""
        return event.run == self._listing

    def create_bucket(self, settings: Settings) -> None:
        """Creates the bucket of the settings; the result is a `BucketCreated`."""

        def work() -> Iterator[Message]:
            from wizard.session import buckets

            yield BucketCreated(buckets.create(settings))

        run_in_thread(self._pump, work)

    # Validation

    def start_validation(self) -> None:
        """Runs the checks, in place of those that run; each event is a `CheckEvent`."""
        from wizard.tui.widgets.check_table import CheckTable

        self.stop_validation()
        self._validation += 1
        run, settings, cancel = self._validation, self._context.state.settings, threading.Event()
        self._cancel = cancel
        self._context.check_table = CheckTable.of(settings)

        def work() -> Iterator[Message]:
            from wizard.validation import cleanup, runner
            from wizard.validation.results import Report

            for event in runner.run(settings, cancel=cancel):
                if isinstance(event, Report):
                    self.leftovers = cleanup.finding(event.leftovers, settings.bucket)
                yield CheckEvent(run, event)

        self.validation_thread = run_in_thread(self._pump, work)

    def stop_validation(self) -> None:
        """Stops the checks that run; they clean up in their own thread."""
        self._cancel.set()

    @property
    def is_stopped(self) -> bool:
        """Whether the latest validation was told to stop."""
        return self._cancel.is_set()

    def record_check_event(self, event: CheckEvent) -> bool:
        """Records an event of the validation; False when it is not the latest one's."""
        if event.run != self._validation:
            return False
        table = self._context.check_table
        table.record_event(event.event)
        if table.report is not None:
            self._context.state.record_report(table.report)
        return True
