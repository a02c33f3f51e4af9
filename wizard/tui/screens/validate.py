"""The step that tries the storage: a table that fills in while the checks run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from wizard.checks.check import GROUPS
from wizard.tui.messages import ApplyFix, NextStep, PreviousStep, StartValidation, StopValidation
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.theme import DIM, FAINT, SKIPPED
from wizard.tui.widgets.check_table import CheckTable
from wizard.tui.widgets.frame import Key, TextBlock

_WIDEST = 98  # columns; wider rows are hard to follow
_ROOM_FROM = 24  # rows from which what was proven stands below the table
_TICK = 1.0  # seconds between two looks at the time while checks run


class ValidateScreen(StepScreen):
    """Rows of checks; a row opens by itself when something in it fails or warns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("space", "open", show=False),
        Binding("ctrl+r", "again", show=False),
        Binding("ctrl+f", "apply_fix", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]
    AUTO_FOCUS = None

    highlighted = "reach"
    _has_bar = False

    def body(self) -> ComposeResult:
        with VerticalScroll(id="table", can_focus=False):
            for group in GROUPS:
                yield TextBlock(id=f"row-{group}", classes="row")
                yield TextBlock(id=f"said-{group}", classes="said")
            yield TextBlock(id="proved")

    @property
    def table(self) -> CheckTable:
        """The checks of the validation that runs, or of the last one."""
        return self.context.check_table

    def on_mount(self) -> None:
        self.opened: set[str] = set()
        self.set_interval(_TICK, self._tick)

    def come_into_view(self) -> None:
        super().come_into_view()
        self.call_after_refresh(self._point_cursor)
        if self.state.report is None and not self.table.is_running:
            self.post_message(StartValidation())

    def _tick(self) -> None:
        if self.is_current and self.table.is_running:
            self.show_checks()

    def begin(self) -> None:
        """A new run has begun."""
        self.opened.clear()
        self.highlighted = "reach"
        self.show_checks()

    def end(self) -> None:
        """The run is over: the first row that has something to say is highlighted."""
        self.highlighted = next((group for group in self.table.groups() if self.table.has_findings(group)), "reach")
        self.show_checks()
        self.call_after_refresh(self._point_cursor)

    def _point_cursor(self) -> None:
        """The terminal's own cursor stands on the highlighted row, where a braille display follows it."""
        if self.is_current:
            move_cursor(self.app, self.query_one(f"#row-{self.highlighted}", TextBlock).content_region.offset)

    def keys(self) -> Sequence[Key]:
        if self.table.is_running:
            return [("Esc", "Stop"), ("F1", "Help"), ("^Q", "Quit")]
        report = self.state.report
        shown: list[Key] = [("Enter", "Next")] if report and report.passed else [("Enter", "Details")]
        if report and report.passed:
            shown.append(("Space", "Details"))
        if self.table.fix():
            shown.append(("^F", "Fix"))
        return [*shown, ("^R", "Again"), ("Esc", "Back"), ("^S", self._save_words()), ("^Q", "Quit")]

    def _save_words(self) -> str:
        return "Save" if self.state.report and self.state.report.passed else "Save anyway…"

    # --- drawing ---

    def show(self) -> None:
        super().show()
        self.show_checks()

    @property
    def _width(self) -> int:
        return min(self.size.width - 2, _WIDEST)

    def title_line(self) -> Content:
        count = self.table.count()
        return Content.assemble((self.step.title.ljust(max(0, self._width - len(count))), "bold"), (count, DIM))

    def show_checks(self) -> None:
        """Draws the rows as the run has them; a row that has not changed is not painted again."""
        table = self.query_one("#table", VerticalScroll)
        self._has_bar = table.show_vertical_scrollbar
        width = self._width
        self.show_intro()
        groups = self.table.groups()
        for group in GROUPS:
            row, said = self.query_one(f"#row-{group}", TextBlock), self.query_one(f"#said-{group}", TextBlock)
            row.display = group in groups
            lines = list(self._said(group)) if group in groups else []
            said.display = bool(lines)
            if group in groups:
                here = group == self.highlighted and not self.table.is_running
                row.say(self.table.row(group, width - self._has_bar, highlighted=here))
            if lines:
                said.say(Content("\n").join(lines))
        proofs = list(self._proved())
        self.query_one("#proved", TextBlock).display = bool(proofs)
        self.query_one("#proved", TextBlock).say(Content("\n").join(proofs))
        self.show_frame()
        self.call_after_refresh(self._leave_room_for_bar)

    def _leave_room_for_bar(self) -> None:
        """The times at the end of the rows are not cut by a scroll bar that comes."""
        if self.is_current and self.query_one("#table", VerticalScroll).show_vertical_scrollbar is not self._has_bar:
            self.show_checks()

    def _proved(self) -> Iterator[Content]:
        """What has been proven, where the rows leave room for it."""
        if self.app.size.height >= _ROOM_FROM:
            for proof in self.table.proofs():
                yield Content.assemble((f"{SKIPPED} ", FAINT), (proof, DIM))

    def _said(self, group: str) -> Iterator[Content]:
        if group in self.opened:
            yield from self.table.details(group)
        if self.table.has_findings(group):
            yield from self.table.said(group)

    def status(self) -> Content:
        text, style = self.table.verdict()
        return Content.styled(text, style)

    # --- what is done here ---

    def action_go_on(self) -> None:
        if self.table.is_running:
            return
        if self.state.report and self.state.report.passed:
            self.post_message(NextStep(self.step))
        else:
            self.action_open()

    def action_go_back(self) -> None:
        self.post_message(StopValidation() if self.table.is_running else PreviousStep(self.step))

    def action_again(self) -> None:
        if not self.table.is_running:
            self.post_message(StartValidation())

    def action_apply_fix(self) -> None:
        fix = self.table.fix()
        if fix and not self.table.is_running:
            self.post_message(ApplyFix(fix))

    def action_open(self) -> None:
        self.opened ^= {self.highlighted}
        self.show_checks()

    def action_move(self, by: int) -> None:
        groups = list(self.table.groups())
        here = groups.index(self.highlighted) if self.highlighted in groups else 0
        self.highlighted = groups[max(0, min(len(groups) - 1, here + by))]
        self.show_checks()
        self.query_one(f"#row-{self.highlighted}", TextBlock).scroll_visible(animate=False)
        self.call_after_refresh(self._point_cursor)

    def action_scroll(self, by: int) -> None:
        table = self.query_one("#table", VerticalScroll)
        (table.scroll_page_down if by > 0 else table.scroll_page_up)(animate=False)
