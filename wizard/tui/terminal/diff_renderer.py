"""Paints only what is new, for slow lines.

Textual paints a screen up to three times when it comes into view, and all of it when any widget's size changes. This
remembers the lines that stand on the terminal and lets through those that differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.strip import Strip

from wizard.tui.terminal.driver import WizardDriver


class RenderedUpdate(CompositorUpdate):
    """An update that is rendered already."""

    def __init__(self, sequence: str) -> None:
        self._sequence = sequence

    def render_segments(self, console: Console) -> str:
        """The escape sequences as they go to the terminal."""
        del console
        return self._sequence


class DiffRenderer:
    """What stands on the terminal, line by line, as far as it was painted in whole lines."""

    def __init__(self) -> None:
        self._lines: dict[int, str] = {}

    def forget(self) -> None:
        """The terminal may show something else now: the next painting is whole."""
        self._lines.clear()

    def changed_parts(self, update: CompositorUpdate, width: int, console: Console) -> CompositorUpdate | None:
        """`update` without the lines that stand there already; None when nothing is left of it."""
        if isinstance(update, LayoutUpdate) and update.region.x == 0 and update.region.width == width:
            news = self._news(enumerate(update.strips, update.region.y), console)
            return RenderedUpdate(news) if news else None
        if not isinstance(update, ChopsUpdate):
            self.forget()
            return update
        whole = [y for y, start, end in update.spans if _is_whole(update, y, start, end, width)]
        news = self._news(
            ((y, [strip for strip in update.chops[y].values() if strip is not None]) for y in whole), console
        )
        if rest := [span for span in update.spans if span[0] not in whole]:
            for y, _, _ in rest:
                self._lines.pop(y, None)
            news += ChopsUpdate(update.chops, rest, update.chop_ends).render_segments(console)
        return RenderedUpdate(news) if news else None

    def _news(self, lines: Iterable[tuple[int, Iterable[Strip]]], console: Console) -> str:
        news = ""
        for y, strips in lines:
            painted = "".join(strip.render(console) for strip in strips)
            if self._lines.get(y) != painted:
                self._lines[y] = painted
                news += Control.move_to(0, y).segment.text + painted
        return news


def _is_whole(update: ChopsUpdate, y: int, start: int, end: int, width: int) -> bool:
    return start == 0 and end >= width and None not in update.chops[y].values()


class FrugalApp(App[int]):
    """An app that sends to the terminal what is new there, and all of it on Ctrl+L."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+l", "redraw", "Redraw", show=False, priority=True)]

    def __init__(self, *, ansi: bool = False) -> None:
        """`ansi`: with the terminal's own 16 colours, and not with ours."""
        super().__init__(driver_class=WizardDriver, ansi_color=ansi)
        self._memory = DiffRenderer()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate) and not self.is_headless:
            renderable = self._memory.changed_parts(renderable, self.size.width, self.console)
        super()._display(screen, renderable)

    def on_mount(self) -> None:
        """After Ctrl+Z and fg another program's text may stand there."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw(), immediate=True)

    def on_resize(self) -> None:
        """The terminal lays out anew what it shows."""
        self._memory.forget()

    def action_redraw(self) -> None:
        """Paints all again, when another program has written across the screen."""
        self._memory.forget()
        self.screen.refresh()
