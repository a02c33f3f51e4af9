"""What a field is filled in with: a line of text, a secret, a switch, one of a few, one of a grid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from wizard.model.settings import Declaration, Kind
from wizard.rules.clean_input import clean_input
from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.theme import DIM


class TextInput(Input):
    """One line of text without a border. What a paste brings along is cut off, and said."""

    class InputCleaned(Message):
        """Something was cut off a paste."""

        def __init__(self, note: str) -> None:
            super().__init__()
            self.note = note

    def __init__(self, declaration: Declaration, value: str, placeholder: str = "") -> None:
        super().__init__(
            value,
            placeholder=placeholder,
            password=declaration.kind is Kind.SECRET,
            compact=True,
            select_on_focus=False,
        )
        self.cursor_blink = False
        self._declaration = declaration

    def on_focus(self) -> None:
        """The terminal's own cursor comes here, once it is known where here is."""
        self.call_after_refresh(self._point_cursor)

    def _point_cursor(self) -> None:
        if self.has_focus:
            move_cursor(self.app, self.cursor_screen_offset)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text, note = clean_input(self._declaration, event.text)
        self.replace(text, *self.selection)
        if note:
            self.post_message(self.InputCleaned(note))

    def action_copy(self) -> None:
        """Never to the clipboard: a terminal selects text on its own, and a secret stays where it is."""

    def action_cut(self) -> None:
        """Cuts without a copy."""
        self.delete_selection()


class Chooser(Widget, can_focus=True):
    """Something chosen with the arrows; `value` changes as the cursor moves."""

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, chooser: Chooser, value: str) -> None:
            super().__init__()
            self.chooser = chooser
            self.value = value

        @property
        def control(self) -> Chooser:
            return self.chooser

    value: reactive[str] = reactive("", init=False)

    def __init__(self, options: Mapping[str, str], value: str, **more: str | None) -> None:
        """`options` maps each value to the words that show it."""
        super().__init__(**more)  # type: ignore[arg-type]
        self.options = dict(options)
        if value not in self.options:  # from a file: shown, so that nothing is changed silently
            self.options[value] = value
        self.set_reactive(Chooser.value, value)

    def offer(self, options: Mapping[str, str]) -> None:
        """Other options than before; the chosen one stays in view, whether it is among them or not."""
        offered = dict(options)
        offered.setdefault(self.value, self.value)
        if offered != self.options:
            self.options = offered
            self.refresh()

    def show_value(self, value: str) -> None:
        """Shows what was chosen elsewhere, without telling of it."""
        if value != self.value:
            self.options.setdefault(value, value)
            self.value = value

    @property
    def place(self) -> int:
        """Which option is chosen, counted from 0."""
        return list(self.options).index(self.value)

    def on_focus(self) -> None:
        """The terminal's own cursor comes here."""
        self.call_after_refresh(self.place_cursor)

    def place_cursor(self) -> None:
        """Puts the terminal's own cursor on the chosen option, where braille displays and magnifiers follow it."""
        if self.has_focus:
            move_cursor(self.app, self.content_region.offset + self.cursor_offset())

    def cursor_offset(self) -> Offset:
        """Where the chosen option stands in the widget."""
        return Offset(0, 0)

    def choose(self, place: int) -> None:
        """Chooses an option by its place, and tells of it."""
        values = list(self.options)
        if 0 <= place < len(values) and values[place] != self.value:
            self.value = values[place]
            self.place_cursor()
            self.post_message(self.Changed(self, self.value))


class InlineChoice(Chooser):
    """A few options side by side on one line, as for a switch: `● on   ○ off`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "turn", show=False),
    ]

    def render(self) -> Content:
        shown = list(self.options.items())
        width = self.size.width
        if sum(len(words) + 5 for _, words in shown) > width:  # too many for the line: the chosen one, and how many
            words = self.options[self.value]
            return Content.assemble(("‹ ", DIM), words, (f" ›  {self.place + 1} of {len(shown)}", DIM))
        parts: list[Content] = []
        for value, words in shown:
            chosen = value == self.value
            parts.append(Content.styled(f"{'●' if chosen else '○'} {words}   ", "$primary" if chosen else DIM))
        return Content("").join(parts)

    def cursor_offset(self) -> Offset:
        shown = list(self.options.values())
        fits = sum(len(words) + 5 for words in shown) <= self.size.width
        return Offset(sum(len(words) + 5 for words in shown[: self.place]) if fits else 0, 0)

    def action_step(self, by: int) -> None:
        self.choose(self.place + by)

    def action_turn(self) -> None:
        self.choose((self.place + 1) % len(self.options))

    def on_click(self) -> None:
        self.action_turn()


class GridChoice(Chooser):
    """Options in columns; the arrows move, and at the upper and lower edge leave to the next field."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--option", "grid--chosen", "grid--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("up", "row(-1)", show=False),
        Binding("down", "row(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
    ]

    def __init__(self, options: Mapping[str, str], value: str, most: int = 3, **more: str | None) -> None:
        """`most` is the number of columns where the words fit into as many."""
        super().__init__(options, value, **more)
        self._most = most

    @property
    def columns(self) -> int:
        return self._columns_in(self.size.width)

    def _columns_in(self, width: int) -> int:
        widest = max(len(words) for words in self.options.values()) + len("● ")
        return max(1, min(self._most, width // (widest + 1)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return -(-len(self.options) // self._columns_in(width))

    def render_line(self, y: int) -> Strip:
        width = self.size.width // self.columns
        segments = [self._cell(y * self.columns + column, width) for column in range(self.columns)]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _cell(self, place: int, width: int) -> Segment:
        if place >= len(self.options):
            return Segment(" " * width, self.rich_style)
        words = list(self.options.values())[place]
        chosen = place == self.place
        name = ("cursor" if self.has_focus else "chosen") if chosen else "option"
        text = f"{'●' if chosen else '○'} {words}"[: width - 1]
        style = self.get_component_rich_style(f"grid--{name}")
        return Segment(text.ljust(width - 1) + " ", style)

    def cursor_offset(self) -> Offset:
        row, column = divmod(self.place, self.columns)
        return Offset(column * (self.size.width // self.columns), row)

    def watch_value(self, before: str, after: str) -> None:
        values = list(self.options)
        for value in (before, after):
            if value in values:
                self.refresh(Region(0, values.index(value) // self.columns, self.size.width, 1))

    def action_step(self, by: int) -> None:
        self.choose(self.place + by)

    def action_row(self, by: int) -> None:
        target = self.place + by * self.columns
        if 0 <= target < len(self.options):
            self.choose(target)
        elif by < 0:
            self.screen.focus_previous()
        else:
            self.screen.focus_next()

    def action_first(self) -> None:
        self.choose(0)

    def action_last(self) -> None:
        self.choose(len(self.options) - 1)

    def on_click(self, event: events.Click) -> None:
        width = max(1, self.size.width // self.columns)
        self.choose(event.y * self.columns + min(event.x // width, self.columns - 1))


ON_OFF: Mapping[str, str] = {"on": "on", "off": "off"}
