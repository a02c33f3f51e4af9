"""Choices between options: a few on one line, as for a switch, or many in a grid."""

from __future__ import annotations

from collections.abc import Mapping
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

from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.theme import DIM

ON_OFF: Mapping[str, str] = {"on": "on", "off": "off"}
_SELECTED, _UNSELECTED = "●", "○"
_OPTION_PADDING = 5  # columns that an option on a line has besides its label: a symbol and blanks


class Choice(Widget, can_focus=True):
    """One of several options, selected with the arrow keys; `value` changes as the cursor moves."""

    class Changed(Message):
        """The user has selected another option."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Choice:
            return self.choice

    value: reactive[str] = reactive("", init=False)

    def __init__(self, options: Mapping[str, str], value: str, **attributes: str | None) -> None:
        """`options` maps each value to its label; `attributes` are those of a widget, such as `id`."""
        super().__init__(**attributes)  # type: ignore[arg-type]
        self.options = dict(options)
        if value not in self.options:  # an unknown value of a file is shown, so that it is not changed silently
            self.options[value] = value
        self.set_reactive(Choice.value, value)

    def set_options(self, options: Mapping[str, str]) -> None:
        """Replaces the options; the selected one is kept even if it is not among them."""
        new_options = dict(options)
        new_options.setdefault(self.value, self.value)
        if new_options != self.options:
            self.options = new_options
            self.refresh()

    def set_value(self, value: str) -> None:
        """Selects a value without posting a message."""
        if value != self.value:
            self.options.setdefault(value, value)
            self.value = value

    @property
    def index(self) -> int:
        """The position of the selected option, counted from 0."""
        return list(self.options).index(self.value)

    def on_focus(self) -> None:
        """Moves the terminal's cursor here, once the layout is known."""
        self.call_after_refresh(self.move_terminal_cursor)

    def move_terminal_cursor(self) -> None:
        """Moves the terminal's cursor to the selected option, where braille displays and magnifiers follow it."""
        if self.has_focus:
            move_cursor(self.app, self.content_region.offset + self.cursor_offset())

    def cursor_offset(self) -> Offset:
        """The position of the selected option within the widget."""
        return Offset(0, 0)

    def select(self, index: int) -> None:
        """Selects an option and posts `Changed`; does nothing if there is no such option."""
        values = list(self.options)
        if 0 <= index < len(values) and values[index] != self.value:
            self.value = values[index]
            self.move_terminal_cursor()
            self.post_message(self.Changed(self, self.value))


class InlineChoice(Choice):
    """A few options on one line: `● on   ○ off`. Where they do not fit, only the selected one: `‹ on ›  1 of 2`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "next_option", show=False),
    ]

    @property
    def _fits(self) -> bool:
        return sum(len(label) + _OPTION_PADDING for label in self.options.values()) <= self.size.width

    def render(self) -> Content:
        if not self._fits:
            label, position = self.options[self.value], f"{self.index + 1} of {len(self.options)}"
            return Content.assemble(("‹ ", DIM), label, (f" ›  {position}", DIM))
        parts: list[Content] = []
        for value, label in self.options.items():
            is_selected = value == self.value
            symbol, style = (_SELECTED, "$primary") if is_selected else (_UNSELECTED, DIM)
            parts.append(Content.styled(f"{symbol} {label}   ", style))
        return Content("").join(parts)

    def cursor_offset(self) -> Offset:
        labels = list(self.options.values())[: self.index]
        return Offset(sum(len(label) + _OPTION_PADDING for label in labels) if self._fits else 0, 0)

    def action_step(self, by: int) -> None:
        self.select(self.index + by)

    def action_next_option(self) -> None:
        self.select((self.index + 1) % len(self.options))

    def on_click(self) -> None:
        self.action_next_option()


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
    ]

    def __init__(self, options: Mapping[str, str], value: str, max_columns: int = 3, **attributes: str | None) -> None:
        """There are fewer than `max_columns` columns where the labels need more room."""
        super().__init__(options, value, **attributes)
        self._max_columns = max_columns

    @property
    def columns(self) -> int:
        return self._columns_in(self.size.width)

    def _columns_in(self, width: int) -> int:
        widest = max(len(label) for label in self.options.values()) + len(f"{_SELECTED} ")
        return max(1, min(self._max_columns, width // (widest + 1)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return -(-len(self.options) // self._columns_in(width))

    def render_line(self, y: int) -> Strip:
        width = self.size.width // self.columns
        segments = [self._cell(y * self.columns + column, width) for column in range(self.columns)]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _cell(self, index: int, width: int) -> Segment:
        if index >= len(self.options):
            return Segment(" " * width, self.rich_style)
        label = list(self.options.values())[index]
        is_selected = index == self.index
        name = ("cursor" if self.has_focus else "selected") if is_selected else "option"
        text = f"{_SELECTED if is_selected else _UNSELECTED} {label}"[: width - 1]
        style = self.get_component_rich_style(f"grid--{name}")
        return Segment(text.ljust(width - 1) + " ", style)

    def cursor_offset(self) -> Offset:
        row, column = divmod(self.index, self.columns)
        return Offset(column * (self.size.width // self.columns), row)

    def watch_value(self, before: str, after: str) -> None:
        values = list(self.options)
        for value in (before, after):
            if value in values:
                self.refresh(Region(0, values.index(value) // self.columns, self.size.width, 1))

    def action_step(self, by: int) -> None:
        self.select(self.index + by)

    def action_row(self, by: int) -> None:
        index = self.index + by * self.columns
        if not 0 <= index < len(self.options):
            raise SkipAction  # the screen moves the focus
        self.select(index)

    def action_first(self) -> None:
        self.select(0)

    def action_last(self) -> None:
        self.select(len(self.options) - 1)

    def on_click(self, event: events.Click) -> None:
        width = max(1, self.size.width // self.columns)
        self.select(event.y * self.columns + min(event.x // width, self.columns - 1))
