"""Choices on one line and in a grid."""

from __future__ import annotations

import pytest

from tests.support.pilot import AMAZON, run_wizard
from wizard.catalog.registries import REGISTRIES
from wizard.session.state import WizardState
from wizard.tui.screens.form import FoldToggle
from wizard.tui.terminal.glyphs import AsciiCells
from wizard.tui.widgets.choices import GridChoice


async def test_moving_the_cursor_chooses_nothing(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        before = pilot.state.settings
        for key in ("right", "down", "up", "end", "home", "down", "down", "right", "end", "up", "tab", "shift+tab"):
            await pilot.press(key)
            assert pilot.state.settings is before
        assert "● DTR, MSR 2" in pilot.text
        assert "● Amazon S3" in pilot.text


async def test_the_cursor_and_the_chosen_option_have_different_marks(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        assert "▸● DTR, MSR 2" in pilot.text
        await pilot.press("right")
        assert " ● DTR, MSR 2" in pilot.text
        assert "▸○ MSR 3" in pilot.text
        await pilot.press("tab")
        assert " ● DTR, MSR 2" in pilot.text
        assert "▸● Amazon S3" in pilot.text


async def test_up_and_down_leave_a_grid_only_at_its_edges(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        for key, focused in (("down", "registry"), ("down", "provider"), ("down", "provider"), ("up", "provider")):
            await pilot.press(key)
            assert pilot.focused == focused
        await pilot.press("up")
        assert pilot.focused == "registry"


@pytest.mark.sample
@pytest.mark.parametrize("key", ["space", "enter"])
async def test_space_and_enter_choose_what_is_under_the_cursor(new_state: WizardState, key: str) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        await pilot.press("right")
        assert pilot.label("registry").rstrip() == "Registry   2 of 8: MSR 3"
        assert pilot.message("registry") == REGISTRIES["msr-3"].summary
        assert "Enter Choose" in pilot.row("keys")
        await pilot.press(key)
        assert pilot.state.settings.registry == "msr-3"
        assert "● MSR 3" in pilot.text
        assert pilot.label("registry").rstrip() == "Registry"
        assert pilot.message("registry") == "MSR 3 selected."
        assert "Enter Next" in pilot.row("keys")
        await pilot.enter("bucket")


async def test_the_cursor_returns_to_what_is_chosen_when_the_focus_leaves(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        await pilot.press("right", "tab", "shift+tab")
        assert pilot.label("registry").rstrip() == "Registry"
        await pilot.enter("bucket")
        assert pilot.state.settings.registry == "dtr"


async def test_space_switches_and_arrows_only_move(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    keys = (("space", False), ("space", True), ("right", True), ("right", True), ("space", False), ("left", False))
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.focus("redirect")
        for key, is_on in (*keys, ("enter", True)):
            await pilot.press(key)
            assert pilot.state.settings.redirect is is_on
            assert f"Redirect pulls    {'● on   ○ off' if is_on else '○ on   ● off'}" in pilot.text


async def test_a_choice_on_one_line_shows_what_is_chosen_beside_the_cursor(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.press("f4")
        await pilot.focus("objectacl")
        await pilot.press("right")
        assert "‹ public-read ›  2 of 7   ● private" in pilot.text
        assert pilot.state.settings.objectacl == "private"
        await pilot.press("enter")
        assert "‹ public-read ›  2 of 7\n" in pilot.text
        assert pilot.state.settings.objectacl == "public-read"


async def test_in_ascii_an_asterisk_marks_only_what_is_chosen(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        marked = [line for line in pilot.text.translate(AsciiCells()).splitlines() if "*" in line]
        assert [line[:23] for line in marked] == [" >* DTR, MSR 2       o ", "  * Amazon S3          "]


async def test_a_click_selects_an_option_of_a_grid(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        registries = pilot.field("registry").control
        assert isinstance(registries, GridChoice)
        column = registries.size.width // registries.columns
        await pilot.click(registries, (column + 2, 0))
        assert pilot.state.settings.registry == list(registries.options)[1]


async def test_a_click_selects_the_next_option_of_a_line(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.click(pilot.field("redirect").control, (2, 0))
        assert pilot.state.settings.redirect is False


async def test_a_click_unfolds_the_other_settings(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.click(pilot.form.query_one(FoldToggle), (2, 0))
        assert pilot.focused == "forcepathstyle"
