"""The full-screen wizard: shows the steps, saves and leaves."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.filter import LineFilter
from textual.message import Message
from textual.theme import Theme
from textual.timer import Timer

from wizard.console.job_control import CANNOT_SUSPEND
from wizard.console.terminal import Appearance
from wizard.model.displayed_host import display_host
from wizard.model.findings import Cause, Fix
from wizard.session import draft
from wizard.session.draft import Draft, DraftKeeper
from wizard.session.state import KEYS as KEYS_OF_STORE
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step, adjacent_step, step_named, step_of
from wizard.session.texts import BUCKETS_NOT_LISTED
from wizard.tui import messages, screens
from wizard.tui.background import (
    BucketCreated,
    BucketsListed,
    CheckEvent,
    Crashed,
    QuickCheckDone,
    SearchDone,
    TakenOverDone,
    VerificationEvent,
    run_in_thread,
)
from wizard.tui.ending_signals import EndingSignals
from wizard.tui.keys import KEYS
from wizard.tui.screen_context import ScreenContext
from wizard.tui.screens.form import FormScreen
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.store_tasks import StoreTasks
from wizard.tui.terminal.diff_renderer import DiffRenderer
from wizard.tui.terminal.driver import SuspendRefused, WizardDriver
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.terminal.key_queue import KeyQueue
from wizard.tui.terminal.textual_internals import AppAdapter, CompositorUpdate, start_tasks_later
from wizard.tui.terminal.unsafe_characters import UnsafeCharacterFilter
from wizard.tui.theme import theme_of

if TYPE_CHECKING:
    from wizard.session.found import Found
    from wizard.verification.run import Target

_DEFAULT_APPEARANCE = Appearance()
_IMPORTED = "Imported from {}; nothing is saved yet."
_TYPING_PAUSE = 1.0  # seconds without a key before a draft is kept


class WizardApp(AppAdapter):
    """Seven screens over one `WizardState`."""

    CSS_PATH = "wizard.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "storage-wizard"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(KEYS["leave"].binding, "leave", "Quit", show=False, priority=True),
        Binding(KEYS["save"].binding, "save", "Save", show=False, priority=True),
        Binding(KEYS["validate"].binding, "validate", "Validate", show=False, priority=True),
        Binding(KEYS["help"].binding, "help", "Help", show=False, priority=True),
        Binding(KEYS["redraw"].binding, "redraw", "Redraw", show=False, priority=True),
        Binding(KEYS["ascii"].binding, "ascii", "ASCII", show=False, priority=True),
        Binding(KEYS["suspend"].binding, "suspend_process", "Suspend", show=False, priority=True),
    ]

    def __init__(
        self,
        state: WizardState,
        appearance: Appearance = _DEFAULT_APPEARANCE,
        saved_draft: Draft | None = None,
        search: Callable[[], list[Found]] | None = None,
    ) -> None:
        """`saved_draft` is offered at the start. `search` finds what to start from, once the first screen is shown."""
        self._initial_theme = theme_of(appearance)  # App.__init__ reads `current_theme`
        super().__init__(driver_class=WizardDriver, ansi_color=self._initial_theme.ansi)
        self.context = ScreenContext(state)
        self.tasks = StoreTasks(self, self.context)
        self.drafts = DraftKeeper(state)
        self._draft_timer: Timer | None = None
        self._renderer = DiffRenderer()
        self._signals = EndingSignals()
        self._unsafe_characters = UnsafeCharacterFilter()
        self.key_queue = KeyQueue(self, super().on_event)
        self._screens: dict[str, StepScreen] = {}
        self._save_when_passed = False
        self._saved_draft = saved_draft
        self._search = search
        self._target: Target | None = None  # the registry that was verified last
        self.put_policy_command = ""  # attaches the policy that was written to a file; printed again after the screens

    @property
    def state(self) -> WizardState:
        """The state that all screens share."""
        return self.context.state

    @property
    def current_theme(self) -> Theme:
        """Our theme. Textual would start with its own and parse the style sheet again for another one."""
        return self._initial_theme

    # --- starting and ending ---

    def on_load(self) -> None:
        """Prepares the event loop: for the first screen, and for signals, which end the program from here on."""
        loop = asyncio.get_running_loop()
        start_tasks_later(loop)
        if threading.current_thread() is threading.main_thread():
            self._signals.handle(loop, self.exit)

    def on_mount(self) -> None:
        """Offers the draft, and starts the first quick check."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw(), immediate=True)
        self.call_after_refresh(self.tasks.schedule_quick_check)
        if self._saved_draft is not None:
            self._offer_draft(self._saved_draft)
        self.call_after_refresh(self._enable_garbage_collector)
        if self._search is not None:
            self.call_after_refresh(self._search_machine, self._search)
        asyncio.get_running_loop().set_exception_handler(self._task_failed)

    def _enable_garbage_collector(self) -> None:
        """Enables the garbage collector, which is off while the program starts.

        Objects that were created before the first screen are never freed; freezing them keeps the collector from
        scanning them between two keys.
        """
        if not self.is_headless:  # tests run many apps in one process
            gc.freeze()
        gc.enable()

    def _offer_draft(self, saved_draft: Draft) -> None:
        def on_answer(answer: str | None) -> None:
            if answer == "discard":
                draft.delete(self.state.real_path)
                return
            saved_draft.resume(self.state)
            step, gap = step_named(self.state.current_step), self.state.first_gap()
            if gap and STEPS.index(step_of(gap)) <= STEPS.index(step):
                self._show_field(gap)
            elif again := self.state.first_to_enter_again(step):
                self._show_field(again)
            else:
                self.show_step(step)
            self.tasks.schedule_quick_check()

        self.push_screen(
            screens.dialogs.ResumeDialog(
                step_named(saved_draft.step_to_resume(self.state.saved)).title,
                saved_draft.missing_keys(self.state.saved),
                draft.left_out_sentence(saved_draft.left_out),
                saved_draft.change_of_file(self.state.saved),
            ),
            on_answer,
        )

    def _task_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Ends the app when a task fails that nothing awaits. asyncio would log the message of the error instead."""
        del loop
        if isinstance(error := context.get("exception"), Exception):
            self.handle_error(error)

    @on(Crashed)
    def _crashed(self, event: Crashed) -> None:
        raise event.error

    def on_unmount(self) -> None:
        """Stops the running validation, however the app ends; it cleans up in its own thread."""
        self.tasks.end()

    def on_ended(self) -> None:
        """Lets signals end the program as they did before."""
        self._signals.restore()

    # --- the terminal ---

    @on(SuspendRefused)
    def _suspend_refused(self) -> None:
        self.step_screen.show_notice(CANNOT_SUSPEND)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and our own."""
        return [*super().get_line_filters(), self._unsafe_characters]

    async def on_event(self, event: events.Event) -> None:
        """Handles an event; keys and pastes in the order of their arrival."""
        await self.key_queue.handle(event)

    def filter_update(self, update: CompositorUpdate) -> CompositorUpdate | None:
        """Drops the lines that the terminal displays already."""
        return self._renderer.changed_parts(update, self.size.width, self.console)

    def on_resize(self) -> None:
        """Draws everything again, because terminals move or cut their lines when their size changes."""
        self._renderer.forget()

    def redraw(self) -> None:
        """Draws everything again, because the terminal may show something else."""
        self._renderer.forget()
        self.screen.refresh()

    def action_redraw(self) -> None:
        """Draws everything again, because another program may have written to the terminal."""
        self.redraw()

    def action_ascii(self) -> None:
        """Switches between ASCII and Unicode symbols."""
        GLYPHS.ascii = not GLYPHS.ascii
        self.step_screen.update_view()
        self.action_redraw()

    # --- the steps ---

    def get_default_screen(self) -> StepScreen:
        """The first step. Textual would show an empty screen before it."""
        return self.screen_of(STEPS[0])

    @property
    def step_screen(self) -> StepScreen:
        """The step that is shown, which may be below a dialog."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, StepScreen))

    def screen_of(self, step: Step) -> StepScreen:
        """The screen of a step, created when it is first needed."""
        if step.id not in self._screens:
            self._screens[step.id] = self._new_screen(step)
            self.install_screen(self._screens[step.id], step.id)  # so that it is kept while another step is shown
        return self._screens[step.id]

    def _new_screen(self, step: Step) -> StepScreen:
        match step.id:
            case "validate":
                return self.validate_screen
            case "save":
                return screens.save.SaveScreen(self.context, step)
            case _:
                return FormScreen(self.context, step)

    @cached_property
    def validate_screen(self) -> screens.validate.ValidateScreen:
        """The screen that shows the checks."""
        return screens.validate.ValidateScreen(self.context, step_named("validate"))

    @cached_property
    def verify_screen(self) -> screens.verify.VerifyScreen:
        """The screen that shows the verification of the running registry."""
        screen = screens.verify.VerifyScreen(self.context)
        self.install_screen(screen, "verify")  # so that it is kept while another one is shown
        return screen

    def show_step(self, step: Step) -> None:
        """Shows a step in place of the current one, and closes any dialog. The first step stays below all others."""
        self.state.current_step = step.id
        self.drafts.keep()
        self._show(self.screen_of(step))

    def _show(self, screen: StepScreen) -> None:
        while self.screen is not self.step_screen:
            self.pop_screen()
        if screen is not self.screen and isinstance(screen, FormScreen):
            screen.is_entered_anew = True
        is_first = screen.step is STEPS[0]
        if len(self.screen_stack) > 1 and is_first:
            self.pop_screen()
        elif len(self.screen_stack) > 1:
            self.switch_screen(screen)
        elif not is_first:
            self.push_screen(screen)

    @on(messages.NextStep)
    def _next_step(self, event: messages.NextStep) -> None:
        if (step := adjacent_step(event.step, self.state.settings, 1)) is not None:
            self.show_step(step)

    @on(messages.PreviousStep)
    def _previous_step(self, event: messages.PreviousStep) -> None:
        if (step := adjacent_step(event.step, self.state.settings, -1)) is not None:
            self.show_step(step)

    @on(messages.SettingsEdited)
    def _settings_edited(self) -> None:
        self.tasks.schedule_quick_check()
        self.step_screen.update_frame()
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(_TYPING_PAUSE, self.drafts.keep)

    # --- what to start from ---

    def _search_machine(self, search: Callable[[], list[Found]]) -> None:
        run_in_thread(self, lambda: [SearchDone(search())])

    @on(SearchDone)
    def _search_done(self, event: SearchDone) -> None:
        if any(not found.problem for found in event.found):
            self.context.found = sorted(event.found, key=lambda found: bool(found.problem))
            if self.step_screen.step is STEPS[0]:  # no other step shows it
                self.step_screen.update_view()

    @on(messages.ListFound)
    def _list_found(self) -> None:
        def on_selected(found: Found | None) -> None:
            if found is not None:
                run_in_thread(self, partial(_take_over, found, self.state.settings.registry))

        self.push_screen(screens.found.FoundDialog(self.context.found), on_selected)

    @on(TakenOverDone)
    def _taken_over(self, event: TakenOverDone) -> None:
        taken = event.taken
        if taken is None:
            self.push_screen(screens.dialogs.MessageDialog("Not imported", Content(event.problem)))
            return
        self.state.start_from(taken)
        self.context.has_imported = True
        self.step_screen.update_view(overwrite_focused=True)
        self.tasks.schedule_quick_check()
        room = self.size.width - 2 - len(_IMPORTED.format(""))  # the row has a margin of one column at each side
        self.step_screen.show_notice(_IMPORTED.format(event.found.name_within(room)))
        if taken.remarks:
            heading = f"Imported from {event.found.name}"
            self.push_screen(screens.dialogs.MessageDialog(heading, Content("\n".join(taken.remarks))))

    # --- the store ---

    @on(QuickCheckDone)
    def _quick_check_done(self, event: QuickCheckDone) -> None:
        if self.tasks.record_quick_check(event):
            self.step_screen.update_view_beside_notice()

    @on(messages.ListBuckets)
    def _list_buckets(self) -> None:
        self.tasks.cancel_listing()
        if needed := self.state.needed_for_listing():
            self._ask_what_is_needed(needed)
            return
        if obstacle := self.state.obstacle_to_listing():
            self.push_screen(screens.dialogs.MessageDialog(BUCKETS_NOT_LISTED, Content(obstacle)))
            return

        def on_selected(name: str | None) -> None:
            self.tasks.cancel_listing()
            if name is not None:
                self.state.set_value("bucket", name)
                self._ask_store_again()

        self.push_screen(
            screens.bucket_picker.BucketPicker(display_host(self.state.settings), self.state.settings.bucket),
            on_selected,
        )
        self.tasks.list_buckets(self.state.settings)

    @on(BucketsListed)
    def _buckets_listed(self, event: BucketsListed) -> None:
        picker, result = self.screen, event.result
        if not (self.tasks.is_current_listing(event) and isinstance(picker, screens.bucket_picker.BucketPicker)):
            return
        if isinstance(result, list):
            picker.show_result(result)
        elif result.cause is Cause.NO_CREDENTIALS:
            picker.dismiss(None)
            self._ask_what_is_needed(KEYS_OF_STORE, result.text)
        else:
            picker.show_result(result.text)

    def _ask_what_is_needed(self, names: Sequence[str], reason: str = "") -> None:
        """Asks for these settings, and lists the buckets then."""

        def on_answer(is_complete: bool | None) -> None:
            self.step_screen.update_view(overwrite_focused=True)
            if is_complete:
                self._list_buckets()

        self.push_screen(screens.needed.NeededDialog(self.state, names, reason), on_answer)

    @on(messages.ShowPolicy)
    def _show_policy(self) -> None:
        self.push_screen(screens.policy.PolicyDialog(self.state.settings, self.state.path))

    @on(messages.PolicyWritten)
    def _policy_written(self, event: messages.PolicyWritten) -> None:
        self.put_policy_command = event.command

    def action_validate(self) -> None:
        """Validates again, on whatever step; first leads to what must be entered before. Nothing below a dialog."""
        if self.screen is not self.step_screen:
            return
        if gap := self.state.first_gap():
            self._show_field(gap, "Correct this first, then press F2 or Ctrl+R to validate.")
            return
        if not self.context.is_validating:
            self.start_validation()
        self.show_step(step_named("validate"))

    @on(messages.Correct)
    def _correct(self, event: messages.Correct) -> None:
        self._show_field(event.setting)

    @on(messages.StartValidation)
    def start_validation(self) -> None:
        """Starts a validation, and stops the one that is running."""
        self.tasks.start_validation()
        self.validate_screen.started()

    @on(messages.StopValidation)
    def _stop_validation(self) -> None:
        self.tasks.stop_validation()

    @on(CheckEvent)
    def _check_event(self, event: CheckEvent) -> None:
        was_removing = self.context.progress.is_removing
        if not self.screen_stack or not self.tasks.record_check_event(event):  # without a screen the app is ending
            return
        report, is_shown = self.context.progress.report, self.step_screen is self.validate_screen
        if was_removing:  # the validation has ended before
            self.step_screen.update_view()
            return
        if report is None:
            if is_shown:
                self.validate_screen.progressed()
            return
        if is_shown:
            self.validate_screen.ended()
        is_save_requested, self._save_when_passed = self._save_when_passed, False
        if is_save_requested and report.passed and (self.state.invalid_input or self.state.report is report):
            self._write_file()

    @on(messages.ApplyFix)
    def _apply_fix(self, event: messages.ApplyFix) -> None:
        if event.fix.creates_bucket:
            self._ask_to_create_bucket()
        elif lost := self.state.lost_by(event.fix):
            self._ask_to_lower_security(event.fix, lost)
        else:
            self._apply_settings_of(event.fix)

    def _apply_settings_of(self, fix: Fix) -> None:
        self.state.apply_fix(fix)
        self._ask_store_again()

    def _ask_to_lower_security(self, fix: Fix, lost: Sequence[str]) -> None:
        def on_answer(answer: str | None) -> None:
            if answer == "apply":
                self._apply_settings_of(fix)

        self.push_screen(screens.dialogs.LowerSecurityDialog(fix, lost), on_answer)

    def _ask_to_create_bucket(self) -> None:
        settings = self.state.settings

        def on_answer(answer: str | None) -> None:
            if answer == "create":
                self.tasks.create_bucket(settings)

        self.push_screen(screens.dialogs.CreateBucketDialog(settings), on_answer)

    @on(BucketCreated)
    def _bucket_created(self, event: BucketCreated) -> None:
        creation = event.creation
        if creation.text:
            self.push_screen(screens.dialogs.MessageDialog(creation.heading, Content(creation.text)))
        if creation.may_exist:
            self.state.forget_reachability()
            self._ask_store_again()

    def _ask_store_again(self) -> None:
        """Checks or validates again, after a change that the user has not typed, which the draft keeps."""
        self.drafts.keep()
        step = self.step_screen
        if isinstance(step, FormScreen):
            step.update_view(overwrite_focused=True)
            self.tasks.schedule_quick_check()
        else:
            self.start_validation()

    # --- saving and leaving ---

    @on(messages.Save)
    def action_save(self) -> None:
        """Saves the settings if they have passed; validates them first if they were not validated."""
        if isinstance(self.screen, screens.dialogs.ChoiceDialog | screens.dialogs.MessageDialog):
            return
        report = self.state.report
        if self.state.invalid_input:
            self._show_invalid_input()
        elif report is None and (gap := self.state.first_gap()):
            self._show_field(gap, "Correct this first, then press F10 or Ctrl+S to save.")
        elif report is None:
            self._save_when_passed = True
            if not self.context.is_validating:
                self.start_validation()
            self.show_step(step_named("validate"))
        elif report.passed:
            self._write_file()
        else:
            self._ask_to_save_anyway(len(report.failed))

    def _show_invalid_input(self) -> None:
        """Shows the first field with invalid input."""
        self._show_field(next(iter(self.state.invalid_input)))

    def _show_field(self, name: str, task: str = "") -> None:
        """Shows the field of a setting and focuses it; `task` says above the keys what to do there."""
        form = self.screen_of(step_of(name))
        self.state.mark_visited(form.step)
        self.show_step(form.step)
        if isinstance(form, FormScreen):
            self.call_after_refresh(form.focus_setting, name, task)

    def _ask_to_save_anyway(self, failed: int) -> None:
        def on_answer(answer: str | None) -> None:
            if answer == "save":
                self._write_file()

        self.push_screen(screens.dialogs.SaveAnywayDialog(failed), on_answer)

    def _write_file(self) -> None:
        """Saves the file, unless a field has invalid input.

        Where other users can access the existing file, or images are concerned, only the Save screen saves, because
        it says so first.
        """
        if self.state.invalid_input:
            self._show_invalid_input()
            return
        is_on_save_screen = self.step_screen is self.screen_of(step_named("save"))
        is_to_review = self.state.exposure or self.state.are_images_concerned
        if (is_on_save_screen or not is_to_review) and self.state.save():
            self.drafts.keep()
        if is_on_save_screen:
            self.step_screen.update_view()
        else:
            self.show_step(step_named("save"))

    @on(messages.WriteBack)
    def _write_back(self) -> None:
        if (source := self.state.source) is not None:
            has_passed = self.step_screen.has_passed
            self.push_screen(
                screens.write_back.WriteBackDialog(self.state.settings, source, self.state.path, has_passed=has_passed)
            )

    @on(messages.WrittenBack)
    def _written_back(self, event: messages.WrittenBack) -> None:
        self.state.written_back = event.path, event.instruction
        self.step_screen.update_view()

    @on(messages.Finish)
    def action_leave(self) -> None:
        """Leaves the program; asks first if there are unsaved changes. The second time it leaves at once."""
        if not self.state.is_dirty or isinstance(self.screen, screens.dialogs.QuitDialog):
            self._leave()
            return

        def on_answer(answer: str | None) -> None:
            if answer == "leave":
                self._leave()

        self.push_screen(screens.dialogs.QuitDialog(draft.obstacle(self.state), draft.left_out(self.state)), on_answer)

    def _leave(self) -> None:
        self.tasks.stop_validation()
        self.exit(0)

    # --- the running registry ---

    @on(messages.AskForRegistry)
    def _ask_for_registry(self) -> None:
        def on_answer(target: Target | None) -> None:
            if target is not None:
                self._target = target
                self._verify()

        self.push_screen(screens.verify.VerifyDialog(self.state), on_answer)

    @on(messages.VerifyAgain)
    def _verify(self) -> None:
        if self._target is not None:
            self.tasks.start_verification(self._target)
            self.verify_screen.started()
            self._show(self.verify_screen)

    @on(messages.StopVerification)
    def _stop_verification(self) -> None:
        self.tasks.stop_verification()

    @on(messages.ShowSave)
    def _show_save(self) -> None:
        self.show_step(step_named("save"))

    @on(VerificationEvent)
    def _verification_event(self, event: VerificationEvent) -> None:
        is_latest = self.tasks.record_verification_event(event)
        if not self.screen_stack or not is_latest or self.step_screen is not self.verify_screen:
            return
        if self.context.verification.report is None:
            self.verify_screen.progressed()
        else:
            self.verify_screen.ended()

    # --- help ---

    def action_help(self) -> None:
        """Shows help on the focused field or on the step; the second time it closes the help."""
        if isinstance(self.screen, screens.dialogs.MessageDialog):
            self.screen.dismiss()
            return
        if isinstance(self.screen, screens.dialogs.ChoiceDialog):
            return
        screen = self.step_screen
        field = screen.focused_field() if isinstance(screen, FormScreen) else None
        enter = dict(screen.key_hints()).get("Enter", "")
        from wizard.tui.help import help_for  # imported here: the first screen comes first

        heading, text = help_for(self.state, screen.step, field.declaration if field else None, enter)
        self.push_screen(screens.dialogs.MessageDialog(heading, Content.assemble(*text)))


# --- in the background ---


def _take_over(found: Found, registry: str) -> Iterator[Message]:
    from wizard.formats.format import FormatError  # imported here: most runs start from nothing
    from wizard.session.found import take_over

    try:
        taken = take_over(found, registry)
    except FormatError as error:
        yield TakenOverDone(found, None, str(error))
    else:
        yield TakenOverDone(found, taken)
