"""A list of checks that run or have ended: a row for each group, with what was found below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.theme import DIM
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.check_rows import Below
from wizard.tui.widgets.text_block import TextBlock

_MAX_WIDTH = 98  # columns of a row; wider ones are hard to follow
_SIZE_FOR_PROOFS = (78, 24)  # columns and rows of a terminal that has room for what each group proves
_SIZE_FOR_DETAILS = (100, 40)  # the same, for each check of every group


class Remedy(NamedTuple):
    """What the keys do about a failure. `enter` and `asks`: see `check_rows.findings`."""

    enter: str = ""
    asks: bool = False


class CheckList(VerticalScroll):
    """Findings are shown below the row of their group, details on request.

    `highlighted` is a group; `toggled` are those whose details are shown, or hidden where they are shown by default.
    """

    def __init__(self, groups: Sequence[str], *, has_details: bool = True) -> None:
        """`groups` are the ids of all groups that can be shown. Without details, a row says what its group proves."""
        super().__init__(id="checks", can_focus=False)
        self._groups = groups
        self._has_details = has_details
        self.highlighted = groups[0]
        self.toggled: set[str] = set()

    def compose(self) -> ComposeResult:
        for group in self._groups:
            yield TextBlock(id=f"row-{group}", classes="row")
            yield TextBlock(id=f"below-{group}", classes="below")
        yield TextBlock(id="remarks")

    @property
    def row_width(self) -> int:
        """The columns of a row, without that of the scroll bar."""
        return min(self.screen.size.width - 3, _MAX_WIDTH)

    def start(self) -> None:
        """Starts anew, as a new run does."""
        self.toggled.clear()
        self.highlighted = self._groups[0]

    def end(self, progress: ValidationProgress) -> bool:
        """Highlights the first row that has findings. Returns whether there is one."""
        groups = [group for group in progress.groups if progress.has_findings(group)]
        self.highlighted = groups[0] if groups else self._groups[0]
        return bool(groups)

    def move(self, progress: ValidationProgress, by: int) -> None:
        """Highlights another row."""
        groups = list(progress.groups)
        index = groups.index(self.highlighted) if self.highlighted in groups else 0
        self.highlighted = groups[max(0, min(len(groups) - 1, index + by))]

    def scroll_by_page(self, by: int) -> None:
        """Scrolls by a page."""
        (self.scroll_page_down if by > 0 else self.scroll_page_up)(animate=False)

    def scroll_to_highlighted(self, *, to_top: bool = False) -> None:
        """Shows the highlighted row; `to_top` leaves room for what is below it."""
        self.scroll_to_widget(self._highlighted_row, top=to_top, animate=False, immediate=True)

    def move_terminal_cursor(self) -> None:
        """Moves the terminal's cursor to the highlighted row, where braille displays follow it."""
        # `region` of the row may still be that from before a scroll.
        offset = self._highlighted_row.virtual_region.offset
        move_cursor(self.app, self.content_region.offset + offset - self.scroll_offset)

    @property
    def _highlighted_row(self) -> TextBlock:
        return self.query_one(f"#row-{self.highlighted}", TextBlock)

    # --- drawing ---

    def show(self, progress: ValidationProgress, remarks: Sequence[str], remedy: Remedy = Remedy()) -> None:  # noqa: B008
        """Shows the rows, and the remarks below them."""
        groups = progress.groups
        for group in self._groups:
            self._show_group(progress, group, remedy, is_part=group in groups)
        block = self.query_one("#remarks", TextBlock)
        block.display = bool(remarks)
        block.update(Content("\n").join(Content.styled(remark, DIM) for remark in remarks))

    def _show_group(self, progress: ValidationProgress, group: str, remedy: Remedy, *, is_part: bool) -> None:
        """Shows the row of a group and what is below it. `is_part`: the run has checks of this group."""
        row, below = self.query_one(f"#row-{group}", TextBlock), self.query_one(f"#below-{group}", TextBlock)
        lines = list(self._lines_below(progress, group, remedy)) if is_part else []
        row.display, below.display = is_part, bool(lines)
        if is_part:
            highlighted = group == self.highlighted and not progress.is_running
            below_it = self._below(progress, group)
            row.update(check_rows.row(progress, group, self.row_width, highlighted=highlighted, below=below_it))
        if lines:
            below.update(Content("\n").join(lines))

    def _has_room(self, size: tuple[int, int]) -> bool:
        return self.app.size.width >= size[0] and self.app.size.height >= size[1]

    def _is_open(self, progress: ValidationProgress, group: str) -> bool:
        """Whether the details of a group are shown: on request, and with much room also those of all that ran."""
        ran = not check_rows.did_not_run(progress, progress.groups[group])
        return (ran and self._has_room(_SIZE_FOR_DETAILS)) is not (group in self.toggled)

    def _below(self, progress: ValidationProgress, group: str) -> Below:
        if not self._has_details:
            has_words = check_rows.did_not_run(progress, progress.groups[group]) or progress.has_findings(group)
            return Below.NOTHING if has_words else Below.TIMED
        if self._is_open(progress, group):
            return Below.DETAILS
        if not self._has_room(_SIZE_FOR_PROOFS):
            return Below.NOTHING
        has_passed = check_rows.has_passed(progress, group)  # findings need the room of its second row
        return Below.INLINE if has_passed and any(progress.findings()) else Below.PROOF

    def _lines_below(self, progress: ValidationProgress, group: str, remedy: Remedy) -> Iterator[Content]:
        width = self.row_width
        below, hints = self._below(progress, group), list(check_rows.hints(progress, group, width - 2))
        if below is Below.DETAILS:
            yield from _indented(check_rows.details(progress, group, width - 2))
        if hints:
            yield from _indented(hints)
        elif below is Below.PROOF:
            yield check_rows.proof_row(progress, group, width)
        if progress.has_findings(group):
            yield from _indented(
                check_rows.findings(progress, group, width - 2, remedy.enter, asks=remedy.asks)
                if self._has_details
                else check_rows.problem_and_advice(progress, group, width - 2)
            )
            yield Content()


def _indented(lines: Iterable[Content]) -> Iterator[Content]:
    return (Content.assemble("  ", line) for line in lines)
