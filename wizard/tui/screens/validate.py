"""The step that validates: rows of checks that fill in while they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

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
from wizard.tui.screens.checks import ChecksScreen
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.check_list import Remedy
from wizard.tui.widgets.frame import AGAIN, GO_TO, SAVE_ANYWAY, KeyHint, fix_hint


class ValidateScreen(ChecksScreen):
    """A row for each group of checks. Findings are shown below their row, details on request."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_details", show=False),
        Binding(KEYS["fix"].binding, "apply_fix", show=False),
        Binding(KEYS["policy"].binding, "show_policy", show=False),
    ]

    def __init__(self, context: ScreenContext, step: Step) -> None:
        super().__init__(context, step, tuple(GROUPS))

    @property
    def progress(self) -> ValidationProgress:
        return self.context.progress

    def became_current(self) -> None:
        super().became_current()
        if self.state.report is None and not self.context.is_validating:
            self.post_message(StartValidation())

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
        if not self.has_passed:
            hints.append(SAVE_ANYWAY)
        if hints[0] != ("Enter", AGAIN):
            hints.append(("F2", "Again"))
        save: list[KeyHint] = [("F10", "Save")] if self.has_passed else []
        return [*hints, ("Esc", "Back"), *save, ("Space", "Details"), ("^Q", "Quit")]

    def _effect_of_enter(self) -> str:
        if self.has_passed:
            return "Next"
        return f"{GO_TO}{self.state.label(self.field_to_correct)}" if self.field_to_correct else AGAIN

    @property
    def _asks(self) -> bool:
        """Whether a question comes before the fix that a key applies."""
        fix = self.progress.fix()
        return fix is not None and self.state.asks_before(fix)

    # --- drawing ---

    def verdict(self) -> tuple[str, str]:
        if self.progress.report is None:
            return "", ""
        text, style = check_rows.verdict(self.progress.report)
        if self.progress.report.failed and not self.progress.report.cancelled:
            text = check_rows.problem_and_remedy(self.progress, self.checks.row_width, asks=self._asks) or text
        return text, style

    def update_body(self, *, overwrite_focused: bool) -> None:
        del overwrite_focused  # there are no inputs
        remarks = check_rows.remarks(self.progress.report) if self.progress.report else []
        remedy = Remedy(self._effect_of_enter(), asks=self._asks)
        self.checks.show(self.progress, remarks, remedy)

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
