"""Choices between options: a few on one line, as for a switch, or many in a grid.

The arrow keys move a cursor, which changes nothing. Space and Enter choose the option under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from wizard.tui.terminal.glyphs import CURRENT
from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.theme import DIM

ON_OFF: Mapping[str, str] = {"on": "on", "off": "off"}
CHOSEN, NOT_CHOSEN = "●", "○"
_OPTION_PADDING = 5  # columns that an option on a line has besides its label: a symbol and blanks


class Choice(Widget, can_focus=True):
    """One of several options: `value` is the chosen one, and `cursor` the position of the one under the cursor."""

    class Changed(Message):
        """The user has chosen another option."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            return self.choice

    class CursorMoved(Message):
        """The cursor is on another option. Nothing else has changed."""

    value: reactive[str] = reactive("", init=False, repaint=False)
    cursor: reactive[int] = reactive(0, init=False, repaint=False)

    def __init__(self, options: Mapping[str, str], value: str, **attributes: str | None) -> None:
        """`options` maps each value to its label; `attributes` are those of a widget, such as `id`."""
        super().__init__(**attributes)  # type: ignore[arg-type]
        self.options = dict(options)
        if value not in self.options:  # an unknown value of a file is shown, so that it is not changed silently
            self.options[value] = value
        self.set_reactive(Choice.value, value)
        self.set_reactive(Choice.cursor, self.chosen_position)

    def watch_value(self, before: str, after: str) -> None:
        """Paints what has changed."""
        del before, after
        self.refresh()

    def watch_cursor(self, before: int, after: int) -> None:
        """Paints what has changed."""
        del before, after
        self.refresh()

    def set_options(self, options: Mapping[str, str]) -> None:
        """Replaces the options; the chosen one is kept even if it is not among them."""
        new_options = dict(options)
        new_options.setdefault(self.value, self.value)
        if new_options != self.options:
            self.options = new_options
            self.cursor = self.chosen_position
            self.refresh()

    def set_value(self, value: str) -> None:
        """Chooses a value without posting a message."""
        if value != self.value:
            self.options.setdefault(value, value)
            self.value = value
            self.cursor = self.chosen_position

    @property
    def shown(self) -> Sequence[str]:
        """The values in view, in their order."""
        return list(self.options)

    @property
    def chosen_position(self) -> int:
        """The position of the chosen option, counted from 0; 0 if it is not in view."""
        return list(self.shown).index(self.value) if self.value in self.shown else 0

    @property
    def value_at_cursor(self) -> str:
        """The value under the cursor; empty if it is on none."""
        shown = self.shown
        return shown[self.cursor] if self.cursor < len(shown) else ""

    @property
    def is_settled(self) -> bool:
        """Whether the cursor is on the chosen option, so that Enter has nothing to choose."""
        return self.value_at_cursor == self.value

    @property
    def enter_effect(self) -> str:
        """What Enter does here, as the row of keys says it; empty if it continues."""
        return "" if self.is_settled else "Choose"

    def on_focus(self) -> None:
        """Moves the terminal's cursor here, once the layout is known."""
        self.call_after_refresh(self.move_terminal_cursor)

    def on_blur(self) -> None:
        """Moves the cursor back to the chosen option."""
        self.cursor = self.chosen_position

    def move_terminal_cursor(self) -> None:
        """Moves the terminal's cursor to the option, where braille displays and magnifiers follow it."""
        if self.has_focus:
            move_cursor(self.app, self.content_region.offset + self.cursor_offset())

    def cursor_offset(self) -> Offset:
        """The position of the option under the cursor within the widget."""
        return Offset(0, 0)

    def move_to(self, position: int) -> None:
        """Moves the cursor, which chooses nothing; does nothing if there is no such option."""
        if 0 <= position < len(self.shown) and position != self.cursor:
            self.cursor = position
            self.move_terminal_cursor()
            self.post_message(self.CursorMoved())

    def choose(self) -> bool:
        """Chooses the option under the cursor. Returns False if it is the chosen one already."""
        if self.is_settled:
            return False
        self.value = self.value_at_cursor
        self.move_terminal_cursor()
        self.post_message(self.Changed(self, self.value))
        return True

    def choose_at(self, position: int) -> None:
        """Chooses the option at a position; does nothing if there is none."""
        if 0 <= position < len(self.shown):
            self.cursor = position
            self.choose()


class InlineChoice(Choice):
    """A few options on one line: `● on   ○ off`. Where they do not fit, only one: `‹ on ›  1 of 2`."""

    DEFAULT_CSS = """
    InlineChoice { width: 1fr; height: 1; padding: 0 1; }
    InlineChoice:focus { background: $panel; }
    InlineChoice:focus:ansi { text-style: bold; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "choose", show=False),
    ]

    @property
    def _fits(self) -> bool:
        return sum(len(label) + _OPTION_PADDING for label in self.options.values()) <= self.size.width

    def render(self) -> Content:
        if not self._fits:
            return self._one_option()
        parts: list[Content] = []
        for value, label in self.options.items():
            symbol, style = (CHOSEN, "$primary") if value == self.value else (NOT_CHOSEN, DIM)
            is_under_cursor = self.has_focus and not self.is_settled and value == self.value_at_cursor
            parts += [Content.styled(f"{symbol} {label}", "reverse" if is_under_cursor else style), Content("   ")]
        return Content("").join(parts)

    def _one_option(self) -> Content:
        """The option under the cursor, and after it the chosen one where that is another."""
        label, position = self.options[self.value_at_cursor], f"{self.cursor + 1} of {len(self.options)}"
        chosen = "" if self.is_settled else f"   {CHOSEN} {self.options[self.value]}"
        return Content.assemble(("‹ ", DIM), label, (f" ›  {position}", DIM), (chosen, "$primary"))

    def cursor_offset(self) -> Offset:
        labels = list(self.options.values())[: self.cursor]
        return Offset(sum(len(label) + _OPTION_PADDING for label in labels) if self._fits else 0, 0)

    def action_step(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_choose(self) -> None:
        """Chooses the option under the cursor; of two, the other one if that is chosen already."""
        if self.is_settled and len(self.options) == len(ON_OFF):
            self.choose_at(1 - self.cursor)
        else:
            self.choose()

    def on_click(self) -> None:
        self.choose_at((self.cursor + 1) % len(self.options))


class GridChoice(Choice):
    """Options in columns. The arrow keys move in it, and beyond its first and last row to the next field."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--option", "grid--selected", "grid--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("up", "row(-1)", show=False),
        Binding("down", "row(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("space", "choose", show=False),
    ]

    def __init__(self, options: Mapping[str, str], value: str, max_columns: int = 4, **attributes: str | None) -> None:
        """There are fewer than `max_columns` columns where the labels need more room."""
        super().__init__(options, value, **attributes)
        self._max_columns = max_columns

    @property
    def columns(self) -> int:
        return self._columns_in(self.size.width)

    def _columns_in(self, width: int) -> int:
        widest = max(map(len, self.options.values())) + len(f"{CHOSEN} ")
        return max(1, min(self._max_columns, width // (widest + 1)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return -(-len(self.options) // self._columns_in(width))

    def render_line(self, y: int) -> Strip:
        columns, shown = self.columns, self.shown
        width = self.size.width // columns
        segments = [self._cell(shown, y * columns + column, width) for column in range(columns)]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _cell(self, shown: Sequence[str], position: int, width: int) -> Segment:
        if position >= len(shown):
            return Segment(" " * width, self.rich_style)
        value = shown[position]
        is_under_cursor = self.has_focus and position == self.cursor
        name = "cursor" if is_under_cursor else "selected" if value == self.value else "option"
        style = self.get_component_rich_style(f"grid--{name}")
        mark = CURRENT if is_under_cursor else " "  # the style alone does not show without colours which one it is
        return Segment(mark + self.cell_text(value)[: width - 1].ljust(width - 1), style)

    def cell_text(self, value: str) -> str:
        """What the cell of an option shows."""
        return f"{CHOSEN if value == self.value else NOT_CHOSEN} {self.options[value]}"

    @property
    def position(self) -> str:
        """The option under the cursor, as `2 of 8: MSR 3`; empty on the chosen one."""
        return "" if self.is_settled else self.position_of_cursor

    @property
    def position_of_cursor(self) -> str:
        """As `position`, on the chosen option, too; empty where there is no option."""
        if not self.value_at_cursor:
            return ""
        return f"{self.cursor + 1} of {len(list(filter(None, self.shown)))}: {self.options[self.value_at_cursor]}"

    def heading(self, width: int) -> str:
        """The text beside the label, in at most `width` columns."""
        return self.position[:width]

    def cursor_offset(self) -> Offset:
        row, column = divmod(self.cursor, self.columns)
        return Offset(column * (self.size.width // self.columns), row)

    def watch_value(self, before: str, after: str) -> None:
        self._refresh_rows(*(list(self.shown).index(value) for value in (before, after) if value in self.shown))

    def watch_cursor(self, before: int, after: int) -> None:
        self._refresh_rows(before, after)

    def _refresh_rows(self, *positions: int) -> None:
        for row in {position // self.columns for position in positions}:
            self.refresh(Region(0, row, self.size.width, 1))

    def action_step(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_row(self, by: int) -> None:
        row, last_row = self.cursor // self.columns + by, (len(self.shown) - 1) // self.columns
        if not 0 <= row <= last_row:
            raise SkipAction  # the screen moves the focus
        self.move_to(min(self.cursor + by * self.columns, len(self.shown) - 1))

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(len(self.shown) - 1)

    def action_choose(self) -> None:
        self.choose()

    def on_click(self, event: events.Click) -> None:
        width = max(1, self.size.width // self.columns)
        self.choose_at(event.y * self.columns + min(event.x // width, self.columns - 1))


class AnswerChoice(GridChoice):
    """The answers to a question, below each other. Enter gives the one under the cursor, so it is the chosen one."""

    def __init__(self, answers: Mapping[str, str], **attributes: str | None) -> None:
        super().__init__(answers, next(iter(answers)), max_columns=1, **attributes)

    def watch_cursor(self, before: int, after: int) -> None:
        super().watch_cursor(before, after)
        self.value = self.value_at_cursor
