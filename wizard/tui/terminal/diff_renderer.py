"""Writes only the lines that have changed, for slow connections.

Textual paints a screen up to three times when it comes into view, and all of it when the size of any widget changes.
The diff renderer keeps the lines that the terminal displays and drops an update's lines that equal them.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.control import Control
from textual.strip import Strip

from wizard.tui.terminal.textual_internals import ChopsUpdate, CompositorUpdate, LayoutUpdate, RenderedUpdate


class DiffRenderer:
    """Remembers the lines on the terminal that were painted from its first column to its last."""

    def __init__(self) -> None:
        self._painted: dict[int, str] = {}  # by row

    def forget(self) -> None:
        """Forgets what the terminal displays, because something else may have changed it."""
        self._painted.clear()

    def changed_parts(self, update: CompositorUpdate, width: int, console: Console) -> CompositorUpdate | None:
        """`update` without the lines that the terminal displays already; None when nothing is left.

        `width` is the terminal's, in columns.
        """
        if isinstance(update, LayoutUpdate) and update.region.x == 0 and update.region.width == width:
            changed = self._changed_lines(enumerate(update.strips, update.region.y), console)
            return RenderedUpdate(changed) if changed else None
        if not isinstance(update, ChopsUpdate):
            self.forget()
            return update
        complete = [y for y, start, end in update.spans if _is_complete_line(update, y, start, end, width)]
        changed = self._changed_lines(
            ((y, [strip for strip in update.chops[y].values() if strip is not None]) for y in complete), console
        )
        if partial := [span for span in update.spans if span[0] not in complete]:
            for y, _, _ in partial:
                self._painted.pop(y, None)
            changed += ChopsUpdate(update.chops, partial, update.chop_ends).render_segments(console)
        return RenderedUpdate(changed) if changed else None

    def _changed_lines(self, lines: Iterable[tuple[int, Iterable[Strip]]], console: Console) -> str:
        changed = ""
        for y, strips in lines:
            line = "".join(strip.render(console) for strip in strips)
            if self._painted.get(y) != line:
                self._painted[y] = line
                changed += Control.move_to(0, y).segment.text + line
        return changed


def _is_complete_line(update: ChopsUpdate, y: int, start: int, end: int, width: int) -> bool:
    return start == 0 and end >= width and None not in update.chops[y].values()
