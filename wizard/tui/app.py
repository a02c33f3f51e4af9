"""The app: holds the session, changes the steps, and hands background work its results."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from wizard import rules
from wizard.steps import STEPS, Step, neighbour, step_of
from wizard.store import probe
from wizard.store.glance import glance
from wizard.store.report import Report
from wizard.tui import session as said
from wizard.tui.background import Crashed, Looked, Probed, in_background
from wizard.tui.base import StepScreen
from wizard.tui.dialogs import Ask, Help, Leave
from wizard.tui.form import FormScreen
from wizard.tui.frugal import FrugalApp
from wizard.tui.help import about
from wizard.tui.progress import Progress
from wizard.tui.save import SaveScreen
from wizard.tui.session import Session
from wizard.tui.theme import THEME
from wizard.tui.validate import ValidateScreen
from wizard.walk import Walk

_PAUSE = 0.6  # seconds without a key before the store is asked


class WizardApp(FrugalApp):
    """Seven screens over one walk."""

    CSS_PATH = "wizard.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "storage-wizard"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+c", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f1", "help", "Help", show=False, priority=True),
    ]

    def __init__(self, walk: Walk) -> None:
        super().__init__()
        self.register_theme(THEME)
        self.theme = THEME.name
        self.session = Session(walk)
        self.steps = {step.id: _screen(self.session, step) for step in STEPS}
        self.checks: threading.Thread | None = None
        self._stop_checks = threading.Event()
        self._run = 0
        self._look = 0
        self._pause: Timer | None = None
        self._save_when_passed = False

    @property
    def walk(self) -> Walk:
        return self.session.walk

    def on_mount(self) -> None:
        """Takes its screens, and minds the signals of a session that closes."""
        for screen in self.steps.values():
            self.install_screen(screen, screen.step.id)
        self.push_screen("storage")
        self._look_soon()
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self.exit, 128 + number)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, known already while the style sheet is read."""
        return THEME.variables

    def _fatal_error(self) -> None:
        """A sentence instead of Textual's traceback, which would print local variables and with them secrets."""
        self.bell()
        kind = type(self._exception).__name__ if self._exception else "Error"
        saved = "" if self.walk.has_saved else " Nothing was saved."
        text = f"storage-wizard: this should not have happened ({kind}).{saved} Please report it."
        self._exit_renderables[:] = [text]  # of several errors the first is told
        self._close_messages_no_wait()

    @on(Crashed)
    def _crashed(self, event: Crashed) -> None:
        raise event.error

    # --- the walk ---

    def go(self, step: Step) -> None:
        """Shows a step, in place of any dialog too."""
        while self.screen is not self.here:
            self.pop_screen()
        self.switch_screen(step.id)

    @property
    def here(self) -> StepScreen:
        """The step in view, also below a dialog."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, StepScreen))

    @on(said.Onward)
    def _onward(self, event: said.Onward) -> None:
        if (step := neighbour(event.step, self.walk.settings, 1)) is not None:
            self.go(step)

    @on(said.Backward)
    def _backward(self, event: said.Backward) -> None:
        if (step := neighbour(event.step, self.walk.settings, -1)) is not None:
            self.go(step)

    @on(said.Edited)
    def _edited(self) -> None:
        self._look_soon()
        self.here.show_chrome()

    @on(said.Mend)
    def _mend(self, event: said.Mend) -> None:
        self.walk.mend(event.fix)
        here = self.here
        if isinstance(here, FormScreen):
            here.show_changed()
            self._look_soon()
        else:
            self._validate()

    # --- a look at the store, once typing pauses ---

    def _look_soon(self) -> None:
        self._look += 1
        if self._pause is not None:
            self._pause.stop()
        settings = self.walk.settings
        can_ask = settings.type == "s3" and not rules.errors(settings) and not self.walk.is_glance_fresh
        self.session.asking = can_ask
        if can_ask:
            self._pause = self.set_timer(_PAUSE, self._look_now)

    def _look_now(self) -> None:
        run, settings = self._look, self.walk.settings

        def work() -> Iterator[Message]:
            yield Looked(run, settings, glance(settings))

        in_background(self, work)

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if event.run != self._look:
            return
        self.session.asking = False
        self.walk.take_glance(event.seen, event.settings)
        self.here.show()

    # --- validation ---

    @on(said.Validate)
    def _validate(self) -> None:
        self._run += 1
        self._stop_checks.set()
        run, settings, stop = self._run, self.walk.settings, threading.Event()
        self._stop_checks = stop
        self.session.progress = Progress.of(settings)

        def work() -> Iterator[Message]:
            for event in probe.run(settings, cancel=stop):
                yield Probed(run, event)

        self.checks = in_background(self, work)
        screen = self.steps["validate"]
        if isinstance(screen, ValidateScreen):
            screen.begin()

    @on(said.Cancel)
    def _cancel(self) -> None:
        self._stop_checks.set()

    @on(Probed)
    def _probed(self, event: Probed) -> None:
        if event.run != self._run:
            return
        self.session.progress.take(event.event)
        if isinstance(event.event, Report):
            self.walk.take_report(event.event)
        screen = self.steps["validate"]
        if isinstance(screen, ValidateScreen) and self.here is screen:
            screen.end() if isinstance(event.event, Report) else screen.show_progress()
        if isinstance(event.event, Report) and self._save_when_passed:
            self._save_when_passed = False
            if event.event.passed:
                self._write()

    # --- saving and leaving ---

    def action_save(self) -> None:
        """Saves what has passed; what has not been tried is tried first."""
        if isinstance(self.screen, Ask | Help):
            return
        report = self.walk.report
        if self.walk.drafts:
            self._point_at_draft(next(iter(self.walk.drafts)))
        elif report is None:
            self._save_when_passed = True
            if self.here.step.id == "validate" and not self.session.progress.is_running:
                self._validate()
            self.go(self.steps["validate"].step)
        elif report.passed:
            self._write()
        else:
            self._ask_to_save_anyway(len(report.failed))

    def _point_at_draft(self, name: str) -> None:
        form = self.steps[step_of(name).id]
        self.go(form.step)
        if isinstance(form, FormScreen):
            self.call_after_refresh(form.point_at, name)

    @on(said.Save)
    def _save(self) -> None:
        self.action_save()

    def _ask_to_save_anyway(self, failed: int) -> None:
        def answered(answer: str | None) -> None:
            if answer == "save":
                self._write()

        number = f"{failed} check{'s' if failed > 1 else ''} failed" if failed else "Validation was stopped"
        self.push_screen(
            Ask(
                "Save anyway?",
                f"{number}: the registry would not work with these settings. The file will say `passed = false` and "
                "list what failed.",
                {"stay": "No, go back", "save": "Save the settings unproven"},
            ),
            answered,
        )

    def _write(self) -> None:
        self.walk.save()
        if self.here.step.id == "save":
            self.here.show()
        else:
            self.go(self.steps["save"].step)

    @on(said.Finished)
    def _finished(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        """Leaves; asks once when something would be lost. A second time leaves at once."""
        if not self.walk.is_dirty or isinstance(self.screen, Leave):
            self._end()
            return

        def answered(answer: str | None) -> None:
            if answer == "leave":
                self._end()

        self.push_screen(Leave(), answered)

    def _end(self) -> None:
        self._stop_checks.set()
        self.exit(0)

    # --- help ---

    def action_help(self) -> None:
        """Explains the field that has the focus, or the step; a second time closes what it has said."""
        if isinstance(self.screen, Help):
            self.screen.dismiss()
            return
        if isinstance(self.screen, Ask):
            return
        here = self.here
        field = here.focused_field() if isinstance(here, FormScreen) else None
        title, text = about(self.walk, here.step, field.declaration if field else None)
        self.push_screen(Help(title, Content.assemble(*text)))


def _screen(session: Session, step: Step) -> StepScreen:
    match step.id:
        case "validate":
            return ValidateScreen(session, step)
        case "save":
            return SaveScreen(session, step)
        case _:
            return FormScreen(session, step)
