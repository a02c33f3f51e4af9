"""How many files of a long validation have ended, on one line of a terminal's stderr."""

from __future__ import annotations

from wizard.console import redrawn_line


class FilesProgress:
    """The line for `count` files. Nothing is drawn for a single file, or where a line cannot be drawn again."""

    def __init__(self, count: int, *, is_quiet: bool = False) -> None:
        self._count, self._ended, self._failed = count, 0, 0
        self._is_drawn = count > 1 and not is_quiet and redrawn_line.can_redraw()

    def file_ended(self, *, passed: bool) -> None:
        """One more file has ended."""
        self._ended += 1
        self._failed += not passed

    def draw(self) -> None:
        """Draws the line, after what was printed."""
        if self._is_drawn:
            failed = f", {self._failed} failed" if self._failed else ""
            redrawn_line.draw(f"{self._ended} of {self._count} files done{failed}")

    def clear(self) -> None:
        """Removes the line, before something is printed."""
        if self._is_drawn:
            redrawn_line.clear()
