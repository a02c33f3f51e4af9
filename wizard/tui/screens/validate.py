"""The step that validates: rows of checks that fill in while they run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from wizard.checks.check import GROUPS
from wizard.session.steps import Step
from wizard.tui.keys import KEYS
from wizard.tui.messages import ApplyFix, NextStep, PreviousStep, StartValidation, StopValidation
from wizard.tui.screen_context import ScreenContext
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.glyphs import SKIPPED
from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.theme import DIM, FAINT
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.frame import KeyHint
from wizard.tui.widgets.text_block import TextBlock

_MAX_WIDTH = 98  # columns of a row; wider ones are hard to follow
_PROOFS_MIN_HEIGHT = 24  # rows of a terminal that has room for the proofs below the checks
_UPDATE_INTERVAL = 1.0  # seconds between two updates of the times while checks run
_FIRST_GROUP = next(iter(GROUPS))


class ValidateScreen(StepScreen):
    """A row for each group of checks. Findings are shown below their row, details on request."""

    CSS_PATH = "validate.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("space", "toggle_details", show=False),
        Binding(KEYS["fix"].binding, "apply_fix", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]
    AUTO_FOCUS = ""

    _has_scrollbar = False

    def __init__(self, context: ScreenContext, step: Step) -> None:
        super().__init__(context, step)
        self.highlighted = _FIRST_GROUP
        self.opened: set[str] = set()  # the groups whose details are shown

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="checks", can_focus=False):
            for group in GROUPS:
                yield TextBlock(id=f"row-{group}", classes="row")
                yield TextBlock(id=f"findings-{group}", classes="findings")
            yield TextBlock(id="proofs")

    @property
    def progress(self) -> ValidationProgress:
        """The progress of the validation that runs, or of the last one."""
        return self.context.progress

    def on_mount(self) -> None:
        self.set_interval(_UPDATE_INTERVAL, self._update_times)

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
        self.opened.clear()
        self.highlighted = _FIRST_GROUP
        self.update_view()

    def validation_ended(self) -> None:
        """Shows the result, with the first row that has findings highlighted."""
        groups = (group for group in self.progress.groups() if self.progress.has_findings(group))
        self.highlighted = next(groups, _FIRST_GROUP)
        self.update_view()
        self.call_after_refresh(self._move_terminal_cursor)

    def _move_terminal_cursor(self) -> None:
        """Moves the terminal's cursor to the highlighted row, where braille displays follow it."""
        if self.is_current:
            move_cursor(self.app, self.query_one(f"#row-{self.highlighted}", TextBlock).content_region.offset)

    def key_hints(self) -> Sequence[KeyHint]:
        if self.progress.is_running:
            return [("Esc", "Stop"), ("F1", "Help"), ("^Q", "Quit")]
        hints: list[KeyHint] = [("Enter", "Next"), ("Space", "Details")] if self.has_passed else [("Enter", "Details")]
        if self.progress.fix():
            hints.append(("^F", "Fix"))
        save = "Save" if self.has_passed else "Save anyway…"
        return [*hints, ("^R", "Again"), ("Esc", "Back"), ("^S", save), ("^Q", "Quit")]

    # --- drawing ---

    @property
    def _width(self) -> int:
        return min(self.size.width - 2, _MAX_WIDTH)

    def title_line(self) -> Content:
        count = check_rows.count(self.progress)
        return Content.assemble((self.step.title.ljust(max(0, self._width - len(count))), "bold"), (count, DIM))

    def update_body(self, *, overwrite_focused: bool) -> None:
        del overwrite_focused  # there are no inputs
        self._has_scrollbar = self.query_one("#checks", VerticalScroll).show_vertical_scrollbar
        groups = self.progress.groups()
        for group in GROUPS:
            self._update_group(group, is_part=group in groups)
        proofs = list(self._proofs())
        block = self.query_one("#proofs", TextBlock)
        block.display = bool(proofs)
        block.update(Content("\n").join(proofs))
        self.call_after_refresh(self._make_room_for_scrollbar)

    def _update_group(self, group: str, *, is_part: bool) -> None:
        """Shows the row of a group and what is below it. `is_part`: the validation has checks of this group."""
        row, findings = self.query_one(f"#row-{group}", TextBlock), self.query_one(f"#findings-{group}", TextBlock)
        lines = list(self._lines_below(group)) if is_part else []
        row.display, findings.display = is_part, bool(lines)
        if is_part:
            highlighted = group == self.highlighted and not self.progress.is_running
            row.update(check_rows.row(self.progress, group, self._width - self._has_scrollbar, highlighted=highlighted))
        if lines:
            findings.update(Content("\n").join(lines))

    def _lines_below(self, group: str) -> Iterator[Content]:
        if group in self.opened:
            yield from check_rows.details(self.progress, group)
        if self.progress.has_findings(group):
            yield from check_rows.findings(self.progress, group)

    def _proofs(self) -> Iterator[Content]:
        """What holds after the validation, where the rows leave room for it."""
        if self.app.size.height >= _PROOFS_MIN_HEIGHT:
            for proof in check_rows.proofs(self.progress):
                yield Content.assemble((f"{SKIPPED} ", FAINT), (proof, DIM))

    def _make_room_for_scrollbar(self) -> None:
        """Draws the rows again when a scroll bar has appeared or disappeared, as it would cover their times."""
        if not self.is_current:
            return
        if self.query_one("#checks", VerticalScroll).show_vertical_scrollbar is not self._has_scrollbar:
            self.update_view()

    def status(self) -> Content:
        text, style = check_rows.verdict(self.progress)
        return Content.styled(text, style)

    # --- actions ---

    def action_next(self) -> None:
        if self.progress.is_running:
            return
        if self.has_passed:
            self.post_message(NextStep(self.step))
        else:
            self.action_toggle_details()

    def action_back(self) -> None:
        self.post_message(StopValidation() if self.progress.is_running else PreviousStep(self.step))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether an action is possible now."""
        del parameters
        match action:
            case "apply_fix":
                return not self.progress.is_running and self.progress.fix() is not None
        return True

    def action_apply_fix(self) -> None:
        if fix := self.progress.fix():
            self.post_message(ApplyFix(fix))

    def action_toggle_details(self) -> None:
        self.opened ^= {self.highlighted}
        self.update_view()

    def action_move(self, by: int) -> None:
        self.set_focus(None)  # from the keys back to the rows
        groups = list(self.progress.groups())
        index = groups.index(self.highlighted) if self.highlighted in groups else 0
        self.highlighted = groups[max(0, min(len(groups) - 1, index + by))]
        self.update_view()
        self.query_one(f"#row-{self.highlighted}", TextBlock).scroll_visible(animate=False)
        self.call_after_refresh(self._move_terminal_cursor)

    def action_scroll(self, by: int) -> None:
        checks = self.query_one("#checks", VerticalScroll)
        (checks.scroll_page_down if by > 0 else checks.scroll_page_up)(animate=False)
