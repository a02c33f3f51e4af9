"""Choices on one line and in a grid."""

from __future__ import annotations

from tests.support.pilot import AMAZON, run_wizard
from wizard.session.state import WizardState
from wizard.tui.screens.form import FoldToggle
from wizard.tui.widgets.choices import GridChoice


async def test_up_and_down_leave_a_grid_only_at_its_edges(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.focus("registry")
        await pilot.press("right")
        assert pilot.value("registry") == "distribution-2"
        await pilot.press("down")
        assert (pilot.focused, pilot.value("registry")) == ("registry", "gitlab")
        await pilot.press("down")
        assert (pilot.focused, pilot.value("registry")) == ("provider", "gitlab")
        await pilot.press("down", "end")
        assert pilot.value("provider") == "filesystem"
        await pilot.press("home")
        assert pilot.value("provider") == "aws"
        await pilot.press("up")
        assert (pilot.focused, pilot.value("provider")) == ("registry", "aws")


async def test_space_and_arrows_change_a_switch(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.focus("redirect")
        for key, is_on in (("space", False), ("space", True), ("right", False), ("right", False), ("left", True)):
            await pilot.press(key)
            assert pilot.state.settings.redirect is is_on
            assert f"Redirect pulls     {'● on   ○ off' if is_on else '○ on   ● off'}" in pilot.text


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
