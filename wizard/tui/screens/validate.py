"""The step that validates: rows of checks that fill in while they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from wizard.checks.check import GROUPS
from wizard.model.fields_to_correct import field_to_correct
from wizard.model.findings import Cause
from wizard.session.steps import Step
from wizard.tui.keys import KEYS
from wizard.tui.messages import (
    ApplyFix,
    Correct,
    NextStep,
    PreviousStep,
    ShowPolicy,
    StartValidation,
    StopValidation,
)
from wizard.tui.screen_context import ScreenContext
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.theme import DIM
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.check_list import CheckList, Remedy
from wizard.tui.widgets.frame import KeyHint, fix_hint, scroll_hint

_AGAIN = "Validate again"  # what Enter does where no field corrects the failure
_UPDATE_INTERVAL = 1.0  # seconds between two updates of the times while checks run
_DRAWING_PAUSE = 0.05  # seconds that progress waits to be drawn


class ValidateScreen(StepScreen):
    """A row for each group of checks. Findings are shown below their row, details on request."""

    CSS_PATH = "validate.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("space", "toggle_details", show=False),
        Binding(KEYS["fix"].binding, "apply_fix", show=False),
        Binding(KEYS["policy"].binding, "show_policy", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, context: ScreenContext, step: Step) -> None:
        super().__init__(context, step)
        self.checks = CheckList(tuple(GROUPS))  # the rows
        self._is_update_due = False

    def compose_body(self) -> ComposeResult:
        yield self.checks

    @property
    def progress(self) -> ValidationProgress:
        """The progress of the validation that runs, or of the last one."""
        return self.context.progress

    def on_mount(self) -> None:
        self.set_interval(_UPDATE_INTERVAL, self._update_times)
        if self._is_composed:
            self.watch(self.checks, "scroll_y", self._scrolled, init=False)

    def became_current(self) -> None:
        super().became_current()
        self.call_after_refresh(self._move_terminal_cursor)
        if self.state.report is None and not self.context.is_validating:
            self.post_message(StartValidation())

    def _update_times(self) -> None:
        if self.is_current and self.progress.is_running:
            self.update_view()

    def validation_started(self) -> None:
        """Shows a new validation."""
        self.checks.start()
        self.update_view()

    def validation_progressed(self) -> None:
        """Shows what has started and ended. What comes within a moment is drawn once: less for a slow connection."""
        if not self._is_update_due:
            self._is_update_due = True
            self.set_timer(_DRAWING_PAUSE, self._update_progress)

    def _update_progress(self) -> None:
        self._is_update_due = False
        if self.is_current and self.progress.is_running:
            self.update_view()

    def validation_ended(self) -> None:
        """Shows the result, with the first row that has findings highlighted."""
        has_findings = self.checks.end(self.progress)
        self.update_view()
        self.call_after_refresh(self._scroll_to_highlighted, to_top=has_findings)

    def _scroll_to_highlighted(self, *, to_top: bool = False) -> None:
        """Shows the highlighted row; `to_top` leaves room for what is below it."""
        if self.is_current:
            self.checks.scroll_to_highlighted(to_top=to_top)
            self._scrolled()

    def _scrolled(self) -> None:
        """Says how many lines are out of view, and moves the cursor."""
        self.update_frame()
        self._move_terminal_cursor()

    def _move_terminal_cursor(self) -> None:
        if self.is_current:
            self.checks.move_terminal_cursor()

    # --- what to do about a failure ---

    @property
    def field_to_correct(self) -> str:
        """The name of the setting that Enter leads to after a failure; empty if there is none."""
        failure = self.progress.main_failure()
        return field_to_correct(failure, self.progress.settings) if failure else ""

    @property
    def _lacks_permission(self) -> bool:
        return any(finding.cause is Cause.ACCESS_DENIED for finding in self.progress.findings())

    def key_hints(self) -> Sequence[KeyHint]:
        if self.progress.is_running:
            return [("Esc", "Stop"), ("F1", "Help"), ("^Q", "Quit")]
        hints: list[KeyHint] = [("Enter", self._effect_of_enter())]
        if fix := self.progress.fix():
            hints.append(fix_hint(fix, asks=self.state.asks_before(fix)))
        if self._lacks_permission:
            hints.append(("F6", "Policy"))
        save = "Save" if self.has_passed else "Save anyway…"
        if hints[0] != ("Enter", _AGAIN):
            hints.append(("F2", "Again"))
        return [*hints, ("Esc", "Back"), ("F10", save), ("Space", "Details"), ("^Q", "Quit")]

    def _effect_of_enter(self) -> str:
        if self.has_passed:
            return "Next"
        return f"Go to {self.state.label(self.field_to_correct)}" if self.field_to_correct else _AGAIN

    # --- drawing ---

    def title_line(self) -> Content:
        title = f"{self.step.title}  "
        width = self.checks.row_width
        count = check_rows.count(self.progress, width - len(title))
        return Content.assemble((title.ljust(width - len(count)), "bold"), (count, DIM))

    def intro(self) -> str:
        return check_rows.verdict(self.progress.report)[0] if self.progress.report else super().intro()

    @property
    def intro_style(self) -> str:
        return check_rows.verdict(self.progress.report)[1] if self.progress.report else super().intro_style

    def update_body(self, *, overwrite_focused: bool) -> None:
        del overwrite_focused  # there are no inputs
        fix = self.progress.fix()
        corrects = self.state.label(self.field_to_correct) if self.field_to_correct else ""
        remarks = check_rows.remarks(self.progress.report) if self.progress.report else []
        remedy = Remedy(corrects, asks=fix is not None and self.state.asks_before(fix))
        self.checks.show(self.progress, remarks, remedy)

    def status(self) -> Content:
        if self.progress.is_running:
            return Content.styled(check_rows.waiting(self.progress), "$primary")
        return scroll_hint(self.checks)

    # --- actions ---

    def action_next(self) -> None:
        if self.progress.is_running:
            return
        if self.has_passed:
            self.post_message(NextStep(self.step))
        elif self.field_to_correct:
            self.post_message(Correct(self.field_to_correct))
        else:
            self.post_message(StartValidation())

    def action_back(self) -> None:
        self.post_message(StopValidation() if self.progress.is_running else PreviousStep(self.step))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether an action is possible now."""
        del parameters
        match action:
            case "apply_fix":
                return not self.progress.is_running and self.progress.fix() is not None
            case "show_policy":
                return self._lacks_permission
        return True

    def action_apply_fix(self) -> None:
        if fix := self.progress.fix():
            self.post_message(ApplyFix(fix))

    def action_show_policy(self) -> None:
        self.post_message(ShowPolicy())

    def action_toggle_details(self) -> None:
        self.checks.toggled ^= {self.checks.highlighted}
        self.update_view()

    def action_move(self, by: int) -> None:
        self.set_focus(None)  # from the keys back to the rows
        self.checks.move(self.progress, by)
        self.update_view()
        self.call_after_refresh(self._scroll_to_highlighted)

    def action_scroll(self, by: int) -> None:
        self.checks.scroll_by_page(by)
