"""The app: changes the steps, saves, and leaves."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.theme import Theme

from wizard.console.terminal import Appearance
from wizard.session import draft
from wizard.session.draft import Draft
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step, adjacent_step, step_named, step_of
from wizard.tui import messages as messages
from wizard.tui.help import about
from wizard.tui.screens.dialogs import ChoiceDialog, MessageDialog, QuitDialog, ResumeDialog, SaveAnywayDialog
from wizard.tui.screens.form import FormScreen
from wizard.tui.store_tasks import AskingApp
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.theme import theme_of

if TYPE_CHECKING:
    from wizard.validation.results import Report

_PLAIN_LOOK = Appearance()


class WizardApp(AskingApp):
    """Seven screens over one walk."""

    CSS_PATH = "wizard.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "storage-wizard"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+c", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f1,ctrl+g", "help", "Help", show=False, priority=True),
        Binding("ctrl+t", "ascii", "ASCII", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, priority=True),
    ]

    def __init__(self, state: WizardState, look: Appearance = _PLAIN_LOOK, found: Draft | None = None) -> None:
        self._theme = theme_of(look)  # first, as Textual asks for it while it is made
        super().__init__(state, ansi=self._theme.ansi)
        self._save_when_passed = False
        self._found = found

    def on_mount(self) -> None:
        """Minds the signals of a session that closes."""
        self.look_soon()
        if self._found is not None:
            self._offer(self._found)
        self.call_after_refresh(self._look_after_memory)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broken)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                loop.add_signal_handler(number, self.exit, 128 + number)

    def _look_after_memory(self) -> None:
        """From the first screen on; what was made before stays, and is not looked through again between two keys."""
        if not self.is_headless:  # where many apps may run in one process
            gc.freeze()
        gc.enable()

    def _offer(self, found: Draft) -> None:
        """To go on where somebody has left."""

        def answered(answer: str | None) -> None:
            if answer == "anew":
                draft.drop(self.state.path)
                return
            found.resume(self.state)
            self.go(step_named(self.state.here))
            self.look_soon()

        self.push_screen(
            ResumeDialog(
                step_named(found.here).title, lacks_secret=found.lacks_secret and not self.state.settings.secretkey
            ),
            answered,
        )

    @property
    def current_theme(self) -> Theme:
        """Our own from the start, so that the style sheet is read once."""
        return self._theme

    def action_ascii(self) -> None:
        """From now on in ASCII, or in all glyphs again."""
        GLYPHS.ascii = not GLYPHS.ascii
        self.here.show()
        self.action_redraw()

    def _fatal_error(self) -> None:
        """Nothing of Textual's traceback, which would print local variables and with them secrets."""
        self.bell()
        self._close_messages_no_wait()

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What broke where nobody waits for it; asyncio would log its message."""
        del loop
        if isinstance(error := context.get("exception"), Exception):
            self._handle_exception(error)

    def panic(self, *renderables: RenderableType) -> None:
        """Nor of anything else that Textual would print once the screens are gone."""
        del renderables
        self._fatal_error()

    @property
    def broken_by(self) -> Exception | None:
        """What has ended the app that should not have happened; of several errors the first."""
        return self._exception

    # --- the walk ---

    def go(self, step: Step) -> None:
        """Shows a step, in place of any dialog too; the first one lies below all others."""
        while self.screen is not self.here:
            self.pop_screen()
        shown = self.screen_of(step)
        if len(self.screen_stack) > 1 and step is STEPS[0]:
            self.pop_screen()
        elif len(self.screen_stack) > 1:
            self.switch_screen(shown)
        elif step is not STEPS[0]:
            self.push_screen(shown)

    @on(messages.NextStep)
    def _onward(self, event: messages.NextStep) -> None:
        if (step := adjacent_step(event.step, self.state.settings, 1)) is not None:
            self.go(step)

    @on(messages.PreviousStep)
    def _backward(self, event: messages.PreviousStep) -> None:
        if (step := adjacent_step(event.step, self.state.settings, -1)) is not None:
            self.go(step)

    @on(messages.Edited)
    def _edited(self) -> None:
        self.look_soon()
        self.here.show_chrome()

    # --- saving and leaving ---

    def validated(self, report: Report) -> None:
        """Saves, where somebody has asked for that already."""
        wanted, self._save_when_passed = self._save_when_passed, False
        if wanted and report.passed:
            self._write()

    def action_save(self) -> None:
        """Saves what has passed; what has not been tried is tried first."""
        if isinstance(self.screen, ChoiceDialog | MessageDialog):
            return
        report = self.state.report
        if self.state.invalid_input:
            self._point_at_draft(next(iter(self.state.invalid_input)))
        elif report is None:
            self._save_when_passed = True
            if self.here.step.id == "validate" and not self.session.progress.is_running:
                self.validate()
            self.go(step_named("validate"))
        elif report.passed:
            self._write()
        else:
            self._ask_to_save_anyway(len(report.failed))

    def _point_at_draft(self, name: str) -> None:
        form = self.screen_of(step_of(name))
        self.go(form.step)
        if isinstance(form, FormScreen):
            self.call_after_refresh(form.point_at, name)

    @on(messages.Save)
    def _save(self) -> None:
        self.action_save()

    def _ask_to_save_anyway(self, failed: int) -> None:
        def answered(answer: str | None) -> None:
            if answer == "save":
                self._write()

        self.push_screen(SaveAnywayDialog(failed), answered)

    def _write(self) -> None:
        """Saves; where others may get at the file, only from the screen that says so."""
        is_told = self.here.step.id == "save"
        if is_told or not self.state.exposure:
            self.state.save()
        if is_told:
            self.here.show()
        else:
            self.go(step_named("save"))

    @on(messages.Finished)
    def _finished(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        """Leaves; asks once when something would be lost. A second time leaves at once."""
        if not self.state.is_dirty or isinstance(self.screen, QuitDialog):
            self._end()
            return

        def answered(answer: str | None) -> None:
            if answer == "leave":
                self._end()

        self.push_screen(QuitDialog(), answered)

    def _end(self) -> None:
        self.stop()
        self.exit(0)

    def on_unmount(self) -> None:
        """However it ends: checks that run are stopped, and clean up behind themselves."""
        self.stop()

    # --- help ---

    def action_help(self) -> None:
        """Explains the field that has the focus, or the step; a second time closes what it has said."""
        if isinstance(self.screen, MessageDialog):
            self.screen.dismiss()
            return
        if isinstance(self.screen, ChoiceDialog):
            return
        here = self.here
        field = here.focused_field() if isinstance(here, FormScreen) else None
        title, text = about(self.state, here.step, field.declaration if field else None)
        self.push_screen(MessageDialog(title, Content.assemble(*text)))
