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
from wizard.settings import Settings
from wizard.steps import STEPS, Step, step_named
from wizard.store.wording import host_of
from wizard.tui import session as said
from wizard.tui.background import Crashed, Created, Listed, Looked, Probed, in_background
from wizard.tui.base import StepScreen
from wizard.tui.buckets import Buckets
from wizard.tui.dialogs import CreateBucket, Help
from wizard.tui.form import FormScreen
from wizard.tui.session import Session
from wizard.tui.typeahead import OrderlyApp
from wizard.walk import Walk

if TYPE_CHECKING:
    from wizard.finding import Finding
    from wizard.store.report import Report
    from wizard.tui.validate import ValidateScreen

_PAUSE = 0.6  # seconds without a key before the store is asked


class AskingApp(OrderlyApp):
    """The screens of one walk, and the work in the background that they wait for. A stale result is dropped."""

    def __init__(self, walk: Walk, *, ansi: bool = False) -> None:
        super().__init__(ansi=ansi)
        self.session = Session(walk)
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
                from wizard.tui.save import SaveScreen  # here, as the first screens do without

                return SaveScreen(self.session, step)
            case _:
                return FormScreen(self.session, step)

    @cached_property
    def validate_screen(self) -> ValidateScreen:
        """The screen that shows the checks."""
        from wizard.tui.validate import ValidateScreen  # here, as the first screens do without

        return ValidateScreen(self.session, step_named("validate"))

    def get_default_screen(self) -> StepScreen:
        """The first step: it comes into view at once, and not after an empty screen."""
        return self.screen_of(STEPS[0])

    @property
    def walk(self) -> Walk:
        return self.session.walk

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
        settings = self.walk.settings
        can_ask = settings.type == "s3" and not rules.errors(settings) and not self.walk.is_glance_fresh
        self.session.asking = can_ask
        if can_ask:
            self._pause = self.set_timer(_PAUSE, partial(self._look_at, settings))

    def _look_at(self, settings: Settings) -> None:
        """Asks about the settings that were found fit for it, whatever has been typed in the moment since."""
        run = self._look

        def work() -> Iterator[Message]:
            from wizard.store.glance import glance  # here, as below: the network's rooms take long to import

            yield Looked(run, settings, glance(settings))

        in_background(self, work)

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if event.run != self._look:
            return
        self.session.asking = False
        self.walk.take_glance(event.seen, event.settings)
        self.here.show()

    # --- the buckets that there are ---

    @on(said.ListBuckets)
    def _list_buckets(self) -> None:
        self._listing += 1
        run, settings = self._listing, self.walk.settings
        if obstacle := self.walk.obstacle_to_listing():
            self.push_screen(Help("The buckets cannot be listed yet", Content(obstacle)))
            return
        waiting = Buckets(host_of(settings))

        def work() -> Iterator[Message]:
            from wizard.store import bucket

            yield Listed(run, bucket.names(settings))

        def answered(name: str | None) -> None:
            self._listing += 1
            if name is not None:
                self.walk.set("bucket", name)
                self._try_again()

        self.push_screen(waiting, answered)
        in_background(self, work)

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        shown = self.screen
        if event.run == self._listing and isinstance(shown, Buckets):
            shown.take(event.found if isinstance(event.found, list) else event.found.text)

    @on(said.ShowPolicy)
    def _show_policy(self) -> None:
        from wizard.tui.permissions import Permissions  # here, as few ask for it

        self.push_screen(Permissions(self.walk.settings, self.walk.path))

    # --- validation ---

    @on(said.Validate)
    def validate(self) -> None:
        """Runs the checks, in place of those that run."""
        from wizard.tui.progress import Progress  # here, as the first screens do without

        self._run += 1
        self.stop()
        run, settings, stop = self._run, self.walk.settings, threading.Event()
        self._stop_checks = stop
        self.session.progress = Progress.of(settings)

        def work() -> Iterator[Message]:
            from wizard.store import cleanup, probe
            from wizard.store.report import Report

            for event in probe.run(settings, cancel=stop):
                if isinstance(event, Report):
                    self.left_behind = cleanup.finding(event.leftovers, settings.bucket)
                yield Probed(run, event)

        self.checks = in_background(self, work)
        self.validate_screen.begin()

    @on(said.Cancel)
    def stop(self) -> None:
        """Stops the checks that run; they clean up behind themselves."""
        self._stop_checks.set()

    @on(Probed)
    def _probed(self, event: Probed) -> None:
        if event.run != self._run:
            return
        progress = self.session.progress
        progress.take(event.event)
        is_in_view = self.here is self.validate_screen
        if progress.report is None:
            if is_in_view:
                self.validate_screen.show_progress()
            return
        self.walk.take_report(progress.report)
        if is_in_view:
            self.validate_screen.end()
        self.validated(progress.report)

    # --- a fix, and then another try ---

    @on(said.Mend)
    def _mend(self, event: said.Mend) -> None:
        if event.fix.creates_bucket:
            self._ask_to_create()
        else:
            self.walk.mend(event.fix)
            self._try_again()

    def _ask_to_create(self) -> None:
        settings = self.walk.settings

        def work() -> Iterator[Message]:
            from wizard.store import bucket

            yield Created(bucket.create(settings))

        def answered(answer: str | None) -> None:
            if answer == "create":
                in_background(self, work)

        self.push_screen(CreateBucket(settings), answered)

    @on(Created)
    def _created(self, event: Created) -> None:
        if event.problem:
            self.push_screen(Help("The bucket was not created", Content(event.problem.text)))
            return
        self.walk.look_again()
        self._try_again()

    def _try_again(self) -> None:
        here = self.here
        if isinstance(here, FormScreen):
            here.show_again()
            self.look_soon()
        else:
            self.validate()
