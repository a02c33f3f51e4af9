"""A screen that shows checks while they run, and their results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from wizard.session.steps import Step
from wizard.tui.screen_context import ScreenContext
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.theme import DIM
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.check_list import CheckList
from wizard.tui.widgets.frame import scroll_hint

_UPDATE_INTERVAL = 1.0  # seconds between two updates of the times while checks run
_DRAWING_PAUSE = 0.05  # seconds that progress waits to be drawn


class ChecksScreen(StepScreen):
    """A list of checks that fills the screen. `checks` are its rows."""

    CSS_PATH = "checks.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(
        self, context: ScreenContext, step: Step, groups: Sequence[str], *, has_details: bool = True, name: str = ""
    ) -> None:
        """`groups` and `has_details`: see `CheckList`. `name`: see `StepScreen`."""
        super().__init__(context, step, name)
        self.checks = CheckList(groups, has_details=has_details)
        self._is_update_due = False

    def compose_body(self) -> ComposeResult:
        yield self.checks

    @property
    def progress(self) -> ValidationProgress:
        """The progress of the run that is shown."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.set_interval(_UPDATE_INTERVAL, self._update_times)
        if self._is_composed:
            self.watch(self.checks, "scroll_y", self._scrolled, init=False)

    def became_current(self) -> None:
        super().became_current()
        self.call_after_refresh(self._move_terminal_cursor)

    def _update_times(self) -> None:
        if self.is_current and self.progress.is_running:
            self.update_view()

    def started(self) -> None:
        """Shows a new run."""
        self.checks.start()
        self.update_view()

    def progressed(self) -> None:
        """Shows what has started and ended. What comes within a moment is drawn once: less for a slow connection."""
        if not self._is_update_due:
            self._is_update_due = True
            self.set_timer(_DRAWING_PAUSE, self._update_progress)

    def _update_progress(self) -> None:
        self._is_update_due = False
        if self.is_current and self.progress.is_running:
            self.update_view()

    def ended(self) -> None:
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

    # --- drawing ---

    @property
    def title_text(self) -> str:
        """The title above the checks."""
        return self.step.title

    def verdict(self) -> tuple[str, str]:
        """The sentence on the run as a whole, and its style; both empty before its end."""
        raise NotImplementedError

    def title_line(self) -> Content:
        title, width = f"{self.title_text}  ", self.checks.row_width
        count = check_rows.count(self.progress, width - len(title))
        return Content.assemble((title.ljust(width - len(count)), "bold"), (count, DIM))

    def intro(self) -> str:
        return self.verdict()[0] or super().intro()

    @property
    def intro_style(self) -> str:
        return self.verdict()[1] or super().intro_style

    def status(self) -> Content:
        if self.progress.is_running:
            return Content.styled(check_rows.waiting(self.progress), "$primary")
        return scroll_hint(self.checks)

    # --- actions ---

    def action_move(self, by: int) -> None:
        self.set_focus(None)  # from the keys back to the rows
        self.checks.move(self.progress, by)
        self.update_view()
        self.call_after_refresh(self._scroll_to_highlighted)

    def action_scroll(self, by: int) -> None:
        self.checks.scroll_by_page(by)
