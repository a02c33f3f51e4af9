"""What the app asks of the store in the background: a look once typing pauses, the checks, a bucket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from wizard import rules
from wizard.diagnosis.wording import host_of
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step, step_named
from wizard.tui import messages as messages
from wizard.tui.background import BucketCreated, BucketsListed, CheckEvent, Crashed, QuickCheckDone, run_in_thread
from wizard.tui.messages import ScreenContext
from wizard.tui.screens.bucket_picker import BucketPicker
from wizard.tui.screens.dialogs import CreateBucketDialog, MessageDialog
from wizard.tui.screens.form import FormScreen
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.key_queue import OrderlyApp

if TYPE_CHECKING:
    from wizard.model.findings import Finding
    from wizard.tui.screens.validate import ValidateScreen
    from wizard.validation.results import Report

_PAUSE = 0.6  # seconds without a key before the store is asked


class AskingApp(OrderlyApp):
    """The screens of one walk, and the work in the background that they wait for. A stale result is dropped."""

    def __init__(self, state: WizardState, *, ansi: bool = False) -> None:
        super().__init__(ansi=ansi)
        self.session = ScreenContext(state)
        self._screens: dict[str, StepScreen] = {}
        self.checks: threading.Thread | None = None
        self.left_behind: Finding | None = None  # what the last checks could not take away
        self._stop_checks = threading.Event()
        self._run = 0
        self._look = 0
        self._listing = 0
        self._pause: Timer | None = None

    def screen_of(self, step: Step) -> StepScreen:
        """The one screen of a step, made when it is first asked for."""
        if step.id not in self._screens:
            self._screens[step.id] = self._make(step)
            self.install_screen(self._screens[step.id], step.id)  # so that it is kept while it is out of view
        return self._screens[step.id]

    def _make(self, step: Step) -> StepScreen:
        match step.id:
            case "validate":
                return self.validate_screen
            case "save":
                from wizard.tui.screens.save import SaveScreen  # here, as the first screens do without

                return SaveScreen(self.session, step)
            case _:
                return FormScreen(self.session, step)

    @cached_property
    def validate_screen(self) -> ValidateScreen:
        """The screen that shows the checks."""
        from wizard.tui.screens.validate import ValidateScreen  # here, as the first screens do without

        return ValidateScreen(self.session, step_named("validate"))

    def get_default_screen(self) -> StepScreen:
        """The first step: it comes into view at once, and not after an empty screen."""
        return self.screen_of(STEPS[0])

    @property
    def state(self) -> WizardState:
        return self.session.state

    @property
    def here(self) -> StepScreen:
        """The step in view, also below a dialog."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, StepScreen))

    def validated(self, report: Report) -> None:
        """A validation has run to its end."""

    @on(Crashed)
    def _crashed(self, event: Crashed) -> None:
        raise event.error

    # --- a look at the store, once typing pauses ---

    def look_soon(self) -> None:
        """Asks the store once typing pauses, where there is anything to ask."""
        self._look += 1
        if self._pause is not None:
            self._pause.stop()
        settings = self.state.settings
        can_ask = settings.type == "s3" and not rules.errors(settings) and not self.state.is_reachability_current
        self.session.asking = can_ask
        if can_ask:
            self._pause = self.set_timer(_PAUSE, partial(self._look_at, settings))

    def _look_at(self, settings: Settings) -> None:
        """Asks about the settings that were found fit for it, whatever has been typed in the moment since."""
        run = self._look

        def work() -> Iterator[Message]:
            from wizard.validation.quick_check import (
                reachability,  # here, as below: the network's rooms take long to import
            )

            yield QuickCheckDone(run, settings, reachability(settings))

        run_in_thread(self, work)

    @on(QuickCheckDone)
    def _looked(self, event: QuickCheckDone) -> None:
        if event.run != self._look:
            return
        self.session.asking = False
        self.state.record_reachability(event.seen, event.settings)
        self.here.show()

    # --- the buckets that there are ---

    @on(messages.ListBuckets)
    def _list_buckets(self) -> None:
        self._listing += 1
        run, settings = self._listing, self.state.settings
        if obstacle := self.state.obstacle_to_listing():
            self.push_screen(MessageDialog("The buckets cannot be listed yet", Content(obstacle)))
            return
        waiting = BucketPicker(host_of(settings))

        def work() -> Iterator[Message]:
            from wizard.session import buckets

            yield BucketsListed(run, buckets.names(settings))

        def answered(name: str | None) -> None:
            self._listing += 1
            if name is not None:
                self.state.set("bucket", name)
                self._try_again()

        self.push_screen(waiting, answered)
        run_in_thread(self, work)

    @on(BucketsListed)
    def _listed(self, event: BucketsListed) -> None:
        shown = self.screen
        if event.run == self._listing and isinstance(shown, BucketPicker):
            shown.take(event.found if isinstance(event.found, list) else event.found.text)

    @on(messages.ShowPolicy)
    def _show_policy(self) -> None:
        from wizard.tui.screens.policy import PolicyDialog  # here, as few ask for it

        self.push_screen(PolicyDialog(self.state.settings, self.state.path))

    # --- validation ---

    @on(messages.Validate)
    def validate(self) -> None:
        """Runs the checks, in place of those that run."""
        from wizard.tui.widgets.check_table import CheckTable  # here, as the first screens do without

        self._run += 1
        self.stop()
        run, settings, stop = self._run, self.state.settings, threading.Event()
        self._stop_checks = stop
        self.session.progress = CheckTable.of(settings)

        def work() -> Iterator[Message]:
            from wizard.validation import cleanup, runner
            from wizard.validation.results import Report

            for event in runner.run(settings, cancel=stop):
                if isinstance(event, Report):
                    self.left_behind = cleanup.finding(event.leftovers, settings.bucket)
                yield CheckEvent(run, event)

        self.checks = run_in_thread(self, work)
        self.validate_screen.begin()

    @on(messages.Cancel)
    def stop(self) -> None:
        """Stops the checks that run; they clean up behind themselves."""
        self._stop_checks.set()

    @on(CheckEvent)
    def _probed(self, event: CheckEvent) -> None:
        if event.run != self._run:
            return
        progress = self.session.progress
        progress.take(event.event)
        is_in_view = self.here is self.validate_screen
        if progress.report is None:
            if is_in_view:
                self.validate_screen.show_progress()
            return
        self.state.take_report(progress.report)
        if is_in_view:
            self.validate_screen.end()
        self.validated(progress.report)

    # --- a fix, and then another try ---

    @on(messages.ApplyFix)
    def _mend(self, event: messages.ApplyFix) -> None:
        if event.fix.creates_bucket:
            self._ask_to_create()
        else:
            self.state.apply_fix(event.fix)
            self._try_again()

    def _ask_to_create(self) -> None:
        settings = self.state.settings

        def work() -> Iterator[Message]:
            from wizard.session import buckets

            yield BucketCreated(buckets.create(settings))

        def answered(answer: str | None) -> None:
            if answer == "create":
                run_in_thread(self, work)

        self.push_screen(CreateBucketDialog(settings), answered)

    @on(BucketCreated)
    def _created(self, event: BucketCreated) -> None:
        if event.problem:
            self.push_screen(MessageDialog("The bucket was not created", Content(event.problem.text)))
            return
        self.state.forget_reachability()
        self._try_again()

    def _try_again(self) -> None:
        here = self.here
        if isinstance(here, FormScreen):
            here.show_again()
            self.look_soon()
        else:
            self.validate()
