"""The full-screen wizard: shows the steps, saves and leaves."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.theme import Theme

from wizard.console.job_control import CANNOT_SUSPEND, can_suspend
from wizard.console.terminal import Appearance
from wizard.diagnosis.wording import display_host
from wizard.session import draft
from wizard.session.draft import Draft
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step, adjacent_step, step_named, step_of
from wizard.tui import messages
from wizard.tui.background import BucketCreated, BucketsListed, CheckEvent, Crashed, QuickCheckDone
from wizard.tui.help import about
from wizard.tui.screen_context import ScreenContext
from wizard.tui.screens.bucket_picker import BucketPicker
from wizard.tui.screens.dialogs import (
    ChoiceDialog,
    CreateBucketDialog,
    MessageDialog,
    QuitDialog,
    ResumeDialog,
    SaveAnywayDialog,
)
from wizard.tui.screens.form import FormScreen
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.store_tasks import StoreTasks
from wizard.tui.terminal.diff_renderer import DiffRenderer
from wizard.tui.terminal.driver import WizardDriver
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.terminal.key_queue import KeyQueue
from wizard.tui.terminal.textual_internals import AppAdapter, CompositorUpdate
from wizard.tui.theme import theme_of

if TYPE_CHECKING:
    from wizard.tui.screens.validate import ValidateScreen

_DEFAULT_APPEARANCE = Appearance()


class WizardApp(AppAdapter):
    """Seven screens over one `WizardState`."""

    CSS_PATH = "wizard.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "storage-wizard"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+c", "leave", "Quit", show=False, priority=True),
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("f1,ctrl+g", "help", "Help", show=False, priority=True),
        Binding("ctrl+l", "redraw", "Redraw", show=False, priority=True),
        Binding("ctrl+t", "ascii", "ASCII", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, priority=True),
    ]

    def __init__(
        self, state: WizardState, appearance: Appearance = _DEFAULT_APPEARANCE, found: Draft | None = None
    ) -> None:
        """`found` is a draft to offer at the start."""
        self._theme = theme_of(appearance)  # before Textual's own set-up, which asks for it
        super().__init__(driver_class=WizardDriver, ansi_color=self._theme.ansi)
        self.context = ScreenContext(state)
        self.tasks = StoreTasks(self, self.context)
        self._renderer = DiffRenderer()
        self._keys = KeyQueue(self, super().on_event)
        self._screens: dict[str, StepScreen] = {}
        self._save_when_passed = False
        self._found = found

    @property
    def state(self) -> WizardState:
        """The state that all screens share."""
        return self.context.state

    @property
    def current_theme(self) -> Theme:
        """Our theme from the start, so that the style sheet is parsed once."""
        return self._theme

    # --- starting and ending ---

    def on_mount(self) -> None:
        """Offers the draft, and handles the signals of a session that closes."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw(), immediate=True)
        self.tasks.schedule_quick_check()
        if self._found is not None:
            self._offer(self._found)
        self.call_after_refresh(self._collect_garbage_again)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._task_failed)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                loop.add_signal_handler(number, self.exit, 128 + number)

    def _collect_garbage_again(self) -> None:
        """Turns the garbage collector on again. What was created before the first screen stays, so it is not scanned
        between two keys."""
        if not self.is_headless:  # tests run many apps in one process
            gc.freeze()
        gc.enable()

    def _offer(self, found: Draft) -> None:
        def answered(answer: str | None) -> None:
            if answer == "discard":
                draft.delete(self.state.path)
                return
            found.resume(self.state)
            self.go(step_named(self.state.current_step))
            self.tasks.schedule_quick_check()

        self.push_screen(
            ResumeDialog(
                step_named(found.current_step).title,
                lacks_secret=found.lacks_secret and not self.state.settings.secretkey,
            ),
            answered,
        )

    def _task_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An asyncio task has failed that nothing waits for; asyncio would log the message of its error."""
        del loop
        if isinstance(error := context.get("exception"), Exception):
            self.handle_error(error)

    @on(Crashed)
    def _crashed(self, event: Crashed) -> None:
        raise event.error

    def on_unmount(self) -> None:
        """Stops the checks that run, however the app ends; they clean up in their own thread."""
        self.tasks.stop_validation()

    def action_suspend_process(self) -> None:
        """Suspends the program, where a shell could resume it."""
        if can_suspend():
            super().action_suspend_process()
        else:
            self.here.show_notice(CANNOT_SUSPEND)

    # --- the terminal ---

    async def on_event(self, event: events.Event) -> None:
        """Handles keys in order."""
        await self._keys.handle(event)

    def filter_update(self, update: CompositorUpdate) -> CompositorUpdate | None:
        """Writes only what has changed."""
        return self._renderer.changed_parts(update, self.size.width, self.console)

    def on_resize(self) -> None:
        """The terminal rearranges what it shows."""
        self._renderer.forget()

    def action_redraw(self) -> None:
        """Draws everything again, after another program has written to the terminal."""
        self._renderer.forget()
        self.screen.refresh()

    def action_ascii(self) -> None:
        """Switches between ASCII and Unicode symbols."""
        GLYPHS.ascii = not GLYPHS.ascii
        self.here.show()
        self.action_redraw()

    # --- the steps ---

    def get_default_screen(self) -> StepScreen:
        """The first step is in view at once, not after an empty screen."""
        return self.screen_of(STEPS[0])

    @property
    def here(self) -> StepScreen:
        """The step in view, also below a dialog."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, StepScreen))

    def screen_of(self, step: Step) -> StepScreen:
        """The one screen of a step, created when it is first needed."""
        if step.id not in self._screens:
            self._screens[step.id] = self._new_screen(step)
            self.install_screen(self._screens[step.id], step.id)  # so that it is kept while it is out of view
        return self._screens[step.id]

    def _new_screen(self, step: Step) -> StepScreen:
        match step.id:
            case "validate":
                return self.validate_screen
            case "save":
                from wizard.tui.screens.save import SaveScreen  # imported here, as the first screens do without it

                return SaveScreen(self.context, step)
            case _:
                return FormScreen(self.context, step)

    @cached_property
    def validate_screen(self) -> ValidateScreen:
        """The screen that shows the checks."""
        from wizard.tui.screens.validate import ValidateScreen  # imported here, as the first screens do without it

        return ValidateScreen(self.context, step_named("validate"))

    def go(self, step: Step) -> None:
        """Shows a step in place of the current one and of any dialog. The first step stays below all others."""
        while self.screen is not self.here:
            self.pop_screen()
        screen = self.screen_of(step)
        if len(self.screen_stack) > 1 and step is STEPS[0]:
            self.pop_screen()
        elif len(self.screen_stack) > 1:
            self.switch_screen(screen)
        elif step is not STEPS[0]:
            self.push_screen(screen)

    @on(messages.NextStep)
    def _next_step(self, event: messages.NextStep) -> None:
        if (step := adjacent_step(event.step, self.state.settings, 1)) is not None:
            self.go(step)

    @on(messages.PreviousStep)
    def _previous_step(self, event: messages.PreviousStep) -> None:
        if (step := adjacent_step(event.step, self.state.settings, -1)) is not None:
            self.go(step)

    @on(messages.SettingsEdited)
    def _settings_edited(self) -> None:
        self.tasks.schedule_quick_check()
        self.here.show_frame()

    # --- the store ---

    @on(QuickCheckDone)
    def _quick_check_done(self, event: QuickCheckDone) -> None:
        if self.tasks.record_quick_check(event):
            self.here.show()

    @on(messages.ListBuckets)
    def _list_buckets(self) -> None:
        self.tasks.cancel_listing()
        if obstacle := self.state.obstacle_to_listing():
            self.push_screen(MessageDialog("The buckets cannot be listed yet", Content(obstacle)))
            return

        def answered(name: str | None) -> None:
            self.tasks.cancel_listing()
            if name is not None:
                self.state.set_value("bucket", name)
                self._try_again()

        self.push_screen(BucketPicker(display_host(self.state.settings)), answered)
        self.tasks.list_buckets(self.state.settings)

    @on(BucketsListed)
    def _buckets_listed(self, event: BucketsListed) -> None:
        picker = self.screen
        if self.tasks.is_current_listing(event) and isinstance(picker, BucketPicker):
            picker.show_result(event.result if isinstance(event.result, list) else event.result.text)

    @on(messages.ShowPolicy)
    def _show_policy(self) -> None:
        from wizard.tui.screens.policy import PolicyDialog  # imported here, as it is rarely opened

        self.push_screen(PolicyDialog(self.state.settings, self.state.path))

    @on(messages.StartValidation)
    def start_validation(self) -> None:
        """Runs the checks, in place of those that run."""
        self.tasks.start_validation()
        self.validate_screen.begin()

    @on(messages.StopValidation)
    def _stop_validation(self) -> None:
        self.tasks.stop_validation()

    @on(CheckEvent)
    def _check_event(self, event: CheckEvent) -> None:
        if not self.tasks.record_check_event(event):
            return
        report, is_in_view = self.context.check_table.report, self.here is self.validate_screen
        if report is None:
            if is_in_view:
                self.validate_screen.show_checks()
            return
        if is_in_view:
            self.validate_screen.end()
        wanted, self._save_when_passed = self._save_when_passed, False
        if wanted and report.passed:
            self._write()

    @on(messages.ApplyFix)
    def _apply_fix(self, event: messages.ApplyFix) -> None:
        if event.fix.creates_bucket:
            self._ask_to_create_bucket()
        else:
            self.state.apply_fix(event.fix)
            self._try_again()

    def _ask_to_create_bucket(self) -> None:
        settings = self.state.settings

        def answered(answer: str | None) -> None:
            if answer == "create":
                self.tasks.create_bucket(settings)

        self.push_screen(CreateBucketDialog(settings), answered)

    @on(BucketCreated)
    def _bucket_created(self, event: BucketCreated) -> None:
        if event.problem:
            self.push_screen(MessageDialog("The bucket was not created", Content(event.problem.text)))
            return
        self.state.forget_reachability()
        self._try_again()

    def _try_again(self) -> None:
        """Asks the store again, after a change that was not typed."""
        here = self.here
        if isinstance(here, FormScreen):
            here.show_again()
            self.tasks.schedule_quick_check()
        else:
            self.start_validation()

    # --- saving and leaving ---

    @on(messages.Save)
    def action_save(self) -> None:
        """Saves settings that have passed; validates them first where that was not done."""
        if isinstance(self.screen, ChoiceDialog | MessageDialog):
            return
        report = self.state.report
        if self.state.invalid_input:
            self._show_invalid_input()
        elif report is None:
            self._save_when_passed = True
            if self.here.step.id == "validate" and not self.context.check_table.is_running:
                self.start_validation()
            self.go(step_named("validate"))
        elif report.passed:
            self._write()
        else:
            self._ask_to_save_anyway(len(report.failed))

    def _show_invalid_input(self) -> None:
        """Shows the first field whose text is not a value."""
        name = next(iter(self.state.invalid_input))
        form = self.screen_of(step_of(name))
        self.go(form.step)
        if isinstance(form, FormScreen):
            self.call_after_refresh(form.focus_setting, name)

    def _ask_to_save_anyway(self, failed: int) -> None:
        def answered(answer: str | None) -> None:
            if answer == "save":
                self._write()

        self.push_screen(SaveAnywayDialog(failed), answered)

    def _write(self) -> None:
        """Saves, unless a field holds text that is not a value. Where other users can access the file, only the Save
        screen saves, as it says so."""
        if self.state.invalid_input:
            self._show_invalid_input()
            return
        is_on_save_screen = self.here.step.id == "save"
        if is_on_save_screen or not self.state.exposure:
            self.state.save()
        if is_on_save_screen:
            self.here.show()
        else:
            self.go(step_named("save"))

    @on(messages.Finish)
    def action_leave(self) -> None:
        """Leaves; asks once where something is not saved. The second time it leaves at once."""
        if not self.state.is_dirty or isinstance(self.screen, QuitDialog):
            self._leave()
            return

        def answered(answer: str | None) -> None:
            if answer == "leave":
                self._leave()

        self.push_screen(QuitDialog(), answered)

    def _leave(self) -> None:
        self.tasks.stop_validation()
        self.exit(0)

    # --- help ---

    def action_help(self) -> None:
        """Explains the focused field or the step; the second time it closes the explanation."""
        if isinstance(self.screen, MessageDialog):
            self.screen.dismiss()
            return
        if isinstance(self.screen, ChoiceDialog):
            return
        here = self.here
        field = here.focused_field() if isinstance(here, FormScreen) else None
        title, text = about(self.state, here.step, field.declaration if field else None)
        self.push_screen(MessageDialog(title, Content.assemble(*text)))
