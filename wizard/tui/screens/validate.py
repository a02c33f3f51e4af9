"""The step that validates: rows of checks that fill in while they run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
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
from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.theme import DIM
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.check_rows import Below
from wizard.tui.widgets.frame import KeyHint, fix_hint, scroll_hint
from wizard.tui.widgets.text_block import TextBlock

_AGAIN = "Validate again"  # what Enter does where no field corrects the failure
_MAX_WIDTH = 98  # columns of a row; wider ones are hard to follow
_UPDATE_INTERVAL = 1.0  # seconds between two updates of the times while checks run
_DRAWING_PAUSE = 0.05  # seconds that progress waits to be drawn
_FIRST_GROUP = next(iter(GROUPS))
_SIZE_FOR_PROOFS = (78, 24)  # columns and rows of a terminal that has room for what each group proves
_SIZE_FOR_DETAILS = (100, 40)  # the same, for each check of every group


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
        self.highlighted = _FIRST_GROUP
        self._is_update_due = False
        self.toggled: set[str] = set()  # the groups whose details are shown, or hidden where they are shown by default

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="checks", can_focus=False):
            for group in GROUPS:
                yield TextBlock(id=f"row-{group}", classes="row")
                yield TextBlock(id=f"below-{group}", classes="below")
            yield TextBlock(id="remarks")

    @property
    def progress(self) -> ValidationProgress:
        """The progress of the validation that runs, or of the last one."""
        return self.context.progress

    def on_mount(self) -> None:
        self.set_interval(_UPDATE_INTERVAL, self._update_times)
        if self._is_composed:
            self.watch(self.query_one("#checks"), "scroll_y", self._scrolled, init=False)

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
        self.toggled.clear()
        self.highlighted = _FIRST_GROUP
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
        groups = (group for group in self.progress.groups() if self.progress.has_findings(group))
        self.highlighted = next(groups, _FIRST_GROUP)
        self.update_view()
        self.call_after_refresh(self._scroll_to_highlighted, to_top=self.progress.has_findings(self.highlighted))

    def _scroll_to_highlighted(self, *, to_top: bool = False) -> None:
        """Shows the highlighted row; `to_top` leaves room for what is below it."""
        if self.is_current:
            row = self.query_one(f"#row-{self.highlighted}", TextBlock)
            self.query_one("#checks", VerticalScroll).scroll_to_widget(row, top=to_top, animate=False, immediate=True)
            self._scrolled()

    def _scrolled(self) -> None:
        """Says how many lines are out of view, and moves the cursor."""
        self.update_frame()
        self._move_terminal_cursor()

    def _move_terminal_cursor(self) -> None:
        """Moves the terminal's cursor to the highlighted row, where braille displays follow it."""
        if self.is_current:
            checks, row = self.query_one("#checks"), self.query_one(f"#row-{self.highlighted}")
            # `row.region` may still be that from before a scroll.
            move_cursor(self.app, checks.content_region.offset + row.virtual_region.offset - checks.scroll_offset)

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

    @property
    def _width(self) -> int:
        return min(self.size.width - 3, _MAX_WIDTH)  # without the column of the scroll bar

    def _has_room(self, size: tuple[int, int]) -> bool:
        return self.app.size.width >= size[0] and self.app.size.height >= size[1]

    def title_line(self) -> Content:
        title = f"{self.step.title}  "
        count = check_rows.count(self.progress, self._width - len(title))
        return Content.assemble((title.ljust(self._width - len(count)), "bold"), (count, DIM))

    def intro(self) -> str:
        return check_rows.verdict(self.progress.report)[0] if self.progress.report else super().intro()

    @property
    def intro_style(self) -> str:
        return check_rows.verdict(self.progress.report)[1] if self.progress.report else super().intro_style

    def update_body(self, *, overwrite_focused: bool) -> None:
        del overwrite_focused  # there are no inputs
        groups = self.progress.groups()
        for group in GROUPS:
            self._update_group(group, is_part=group in groups)
        remarks = check_rows.remarks(self.progress.report) if self.progress.report else []
        block = self.query_one("#remarks", TextBlock)
        block.display = bool(remarks)
        block.update(Content("\n").join(Content.styled(remark, DIM) for remark in remarks))

    def _update_group(self, group: str, *, is_part: bool) -> None:
        """Shows the row of a group and what is below it. `is_part`: the validation has checks of this group."""
        row, below = self.query_one(f"#row-{group}", TextBlock), self.query_one(f"#below-{group}", TextBlock)
        lines = list(self._lines_below(group, self._width)) if is_part else []
        row.display, below.display = is_part, bool(lines)
        if is_part:
            highlighted = group == self.highlighted and not self.progress.is_running
            below_it = self._below(group)
            row.update(check_rows.row(self.progress, group, self._width, highlighted=highlighted, below=below_it))
        if lines:
            below.update(Content("\n").join(lines))

    def _is_open(self, group: str) -> bool:
        """Whether the details of a group are shown: on request, and with much room also those of all that ran."""
        ran = not check_rows.did_not_run(self.progress, self.progress.groups()[group])
        return (ran and self._has_room(_SIZE_FOR_DETAILS)) is not (group in self.toggled)

    def _below(self, group: str) -> Below:
        if self._is_open(group):
            return Below.DETAILS
        if not self._has_room(_SIZE_FOR_PROOFS):
            return Below.NOTHING
        has_passed = check_rows.has_passed(self.progress, group)  # findings need the room of its second row
        return Below.INLINE if has_passed and any(self.progress.findings()) else Below.PROOF

    def _lines_below(self, group: str, width: int) -> Iterator[Content]:
        below, hints = self._below(group), list(check_rows.hints(self.progress, group, width - 2))
        if below is Below.DETAILS:
            yield from _indented(check_rows.details(self.progress, group, width - 2))
        if hints:
            yield from _indented(hints)
        elif below is Below.PROOF:
            yield check_rows.proof_row(self.progress, group, width)
        if self.progress.has_findings(group):
            fix = self.progress.fix()
            asks = fix is not None and self.state.asks_before(fix)
            yield from _indented(
                check_rows.findings(self.progress, group, width - 2, self._effect_of_enter(), asks=asks)
            )
            yield Content()

    def status(self) -> Content:
        if self.progress.is_running:
            return Content.styled(check_rows.waiting(self.progress), "$primary")
        return scroll_hint(self.query_one("#checks", VerticalScroll))

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
        self.toggled ^= {self.highlighted}
        self.update_view()

    def action_move(self, by: int) -> None:
        self.set_focus(None)  # from the keys back to the rows
        groups = list(self.progress.groups())
        index = groups.index(self.highlighted) if self.highlighted in groups else 0
        self.highlighted = groups[max(0, min(len(groups) - 1, index + by))]
        self.update_view()
        self.call_after_refresh(self._scroll_to_highlighted)

    def action_scroll(self, by: int) -> None:
        checks = self.query_one("#checks", VerticalScroll)
        (checks.scroll_page_down if by > 0 else checks.scroll_page_up)(animate=False)


def _indented(lines: Iterable[Content]) -> Iterator[Content]:
    return (Content.assemble("  ", line) for line in lines)
