"""Symbols and texts in Unicode and in ASCII."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.content import Content

from tests.support.pilot import run_wizard
from wizard.session.state import WizardState
from wizard.tui.terminal import glyphs
from wizard.tui.terminal.glyphs import GLYPHS, AsciiCells, Glyphs

SYMBOLS = (glyphs.PASSED, glyphs.FAILED, glyphs.WARNING, glyphs.SKIPPED, glyphs.BUSY)


@pytest.mark.parametrize("is_ascii", [True, False])
def test_status_symbols_have_the_same_width(is_ascii: bool) -> None:
    used = Glyphs(is_ascii)
    assert {cell_len(used.symbol(symbol)) for symbol in SYMBOLS} == {used.width}
    assert not is_ascii or all(used.symbol(symbol).isascii() for symbol in SYMBOLS)


def test_a_text_in_ascii_keeps_its_styles() -> None:
    text = Content.assemble(("✗ no", "$error"), " · ", ("ok…", "bold"))
    in_ascii = Glyphs(ascii=True).content(text)
    assert in_ascii.plain == "FAIL no - ok..."
    assert [in_ascii.plain[span.start : span.end] for span in in_ascii.spans] == ["FAIL no", "ok..."]


def test_a_text_is_not_changed_without_need() -> None:
    text = Content("✗")
    assert Glyphs().content(text) is text
    ascii_text = Content("no")
    assert Glyphs(ascii=True).content(ascii_text) is ascii_text


@pytest.mark.parametrize("char", ["✓", "─", "╭", "漢", "é", "…", "a"])
def test_a_cell_in_ascii_has_the_width_of_its_character(char: str) -> None:
    cell = char.translate(AsciiCells())
    assert cell.isascii()
    assert len(cell) == cell_len(char)


async def test_ctrl_t_switches_between_ascii_and_unicode(
    new_state: WizardState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GLYPHS, "ascii", False)
    async with run_wizard(new_state) as pilot:
        await pilot.press("ctrl+t")
        assert pilot.row("steps").startswith("> Storage")
        await pilot.press("ctrl+t")
        assert pilot.row("steps").startswith("▸ Storage")
