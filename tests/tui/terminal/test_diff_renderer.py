"""Only lines that have changed are written to the terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from tests.support.terminals import terminal
from wizard.tui.terminal.diff_renderer import DiffRenderer
from wizard.tui.terminal.textual_internals import ChopsUpdate, CompositorUpdate, LayoutUpdate, RenderedUpdate

_WIDTH = 4
_CONSOLE = Console(file=io.StringIO())


def strip(text: str) -> Strip:
    return Strip([Segment(text)])


def all_lines(*lines: str, y: int = 0) -> LayoutUpdate:
    """An update of complete lines, the first one in row `y`."""
    return LayoutUpdate([[strip(line)] for line in lines], Region(0, y, _WIDTH, len(lines)))


def spans(lines: Sequence[str], *updated: tuple[int, int, int]) -> ChopsUpdate:
    """An update of spans: each is a row, its first column, and the column after its last one."""
    return ChopsUpdate([{0: strip(line)} for line in lines], list(updated), [[_WIDTH] for _ in lines])


def written(renderer: DiffRenderer, update: CompositorUpdate) -> str:
    """What is written for an update; empty if nothing is."""
    changed = renderer.changed_parts(update, _WIDTH, _CONSOLE)
    return changed.render_segments(_CONSOLE) if changed else ""


def test_lines_that_have_not_changed_are_not_written_again() -> None:
    renderer = DiffRenderer()
    assert written(renderer, all_lines("aaaa", "bbbb")) == "\x1b[1;1Haaaa\x1b[2;1Hbbbb"
    assert written(renderer, all_lines("aaaa", "cccc")) == "\x1b[2;1Hcccc"
    assert written(renderer, spans(["aaaa", "cccc"], (0, 0, _WIDTH), (1, 0, _WIDTH))) == ""


def test_an_update_without_changes_is_dropped() -> None:
    renderer = DiffRenderer()
    written(renderer, all_lines("aaaa"))
    assert renderer.changed_parts(all_lines("aaaa"), _WIDTH, _CONSOLE) is None


def test_a_part_of_a_line_is_written_even_if_it_has_not_changed() -> None:
    renderer = DiffRenderer()
    written(renderer, all_lines("aaaa"))
    assert written(renderer, spans(["aaaa"], (0, 1, 3))).endswith("aa")


def test_a_line_of_which_a_part_was_written_is_written_completely_the_next_time() -> None:
    renderer = DiffRenderer()
    written(renderer, all_lines("aaaa"))
    written(renderer, spans(["abba"], (0, 1, 3)))
    assert written(renderer, all_lines("aaaa")) == "\x1b[1;1Haaaa"


def test_after_an_update_of_another_kind_everything_is_written_again() -> None:
    renderer = DiffRenderer()
    written(renderer, all_lines("aaaa"))
    assert written(renderer, RenderedUpdate("x")) == "x"
    assert written(renderer, all_lines("aaaa")) == "\x1b[1;1Haaaa"


def test_lines_that_were_forgotten_are_written_again() -> None:
    renderer = DiffRenderer()
    written(renderer, all_lines("aaaa"))
    renderer.forget()
    assert written(renderer, all_lines("aaaa")) == "\x1b[1;1Haaaa"


def test_everything_is_written_again_when_only_the_height_of_the_terminal_changes(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.resize(80, 30)
        screen.wait_for("storage-wizard")  # the first row, which is the same at every height
        screen.wait_for("Quit")
