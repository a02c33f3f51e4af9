"""The list of all actions, which Tab and Enter open."""

from __future__ import annotations

import re

import pytest

from tests.support.pilot import AMAZON, WizardPilot, run_wizard
from tests.support.samples import sampled
from wizard.model.secret import Secret
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui.keys import KEYS, POLICY_KEYS, label
from wizard.tui.screens.action_menu import ActionMenu, open_action_menu
from wizard.tui.screens.bucket_picker import BucketPicker
from wizard.tui.screens.policy import PolicyDialog
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.widgets.key_row import KeyRow
from wizard.tui.widgets.name_list import NameList

EVERYWHERE = {"help", "validate", "save", "ascii", "redraw", "suspend", "leave"}
POSSIBLE = {
    "storage": EVERYWHERE,
    "bucket": EVERYWHERE | {"buckets"},
    "keys": EVERYWHERE | {"reveal", "policy"},
    "endpoint": EVERYWHERE,
    "advanced": EVERYWHERE | {"more"},
    "validate": EVERYWHERE,
    "save": EVERYWHERE,
}


_STEP_KEYS = {"Enter": "next", "Esc": "back"}


async def open_menu(pilot: WizardPilot) -> dict[str, int]:
    """Open the list with Tab and Enter alone; returns the index of each action."""
    for _ in range(10):
        if isinstance(pilot.screen.focused, KeyRow):
            break
        await pilot.press("tab")
    await pilot.press("enter")
    await pilot.until(lambda: isinstance(pilot.screen, ActionMenu) and bool(pilot.screen.query(NameList)))
    await pilot.until_text(
        "Help for this field" if isinstance(pilot.app.screen_stack[-2], StepScreen) else "▸ Switch policy"
    )
    labels = pilot.screen.query_one(NameList).names
    keys_of_labels = [(re.findall(r"\((.*)\)$", text) or [""])[0] for text in labels]
    names = {label(keys.first): name for name, keys in {**KEYS, **POLICY_KEYS}.items()} | _STEP_KEYS
    return {names[keys]: index for index, keys in enumerate(keys_of_labels)}


async def choose(pilot: WizardPilot, action: str) -> None:
    """Choose an action with Tab and Enter alone."""
    index = (await open_menu(pilot))[action]
    await pilot.press(*["tab"] * index, "enter")


def test_every_action_is_possible_somewhere() -> None:
    assert set().union(*POSSIBLE.values()) | {"fix", "write_back", "verify"} == set(KEYS)


@pytest.mark.sample
@pytest.mark.parametrize("step", sampled([step.id for step in STEPS], 3))
async def test_each_step_lists_the_actions_that_are_possible_there(new_state: WizardState, step: str) -> None:
    new_state.settings = AMAZON.replace({"regionendpoint": "http://127.0.0.1:1"})
    async with run_wizard(new_state) as pilot:
        await pilot.go(step)
        await pilot.until(lambda: step != "validate" or pilot.state.report is not None)
        listed = set(await open_menu(pilot)) - {"fix"}
        assert listed - {"next", "back"} == POSSIBLE[step]
        assert "next" in listed
        assert ("back" in listed) == (step != "storage")


async def test_the_next_and_the_previous_step_are_listed(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"bucket": "images"})
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await choose(pilot, "next")
        await pilot.until_step("keys")
        await choose(pilot, "back")
        await pilot.until_step("bucket")


async def test_a_fix_is_listed_where_one_is_offered(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.fill("region", "us-east-1a")
        await choose(pilot, "fix")
        await pilot.until(lambda: pilot.state.settings.region == "us-east-1")


async def test_the_selected_action_is_run(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"bucket": "images"})
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        ascii_before = GLYPHS.ascii
        await choose(pilot, "ascii")
        await pilot.until(lambda: GLYPHS.ascii is not ascii_before)
        await choose(pilot, "ascii")
        await pilot.until(lambda: GLYPHS.ascii is ascii_before)
        await choose(pilot, "policy")
        await pilot.until(lambda: isinstance(pilot.screen, PolicyDialog))
        await pilot.settle()
        await choose(pilot, "switch")
        await pilot.until_text("The policy from the DTR docs.")
        await choose(pilot, "user")
        await pilot.until_text("Uses your own AWS CLI credentials")
        await pilot.press("escape", "escape")
        await choose(pilot, "leave")
        await pilot.until_text("Quit without saving?")


async def test_the_buckets_can_be_listed(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"regionendpoint": "http://127.0.0.1:1"})
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await choose(pilot, "buckets")
        await pilot.until(lambda: isinstance(pilot.screen, BucketPicker))


async def test_esc_closes_the_list_and_nothing_is_run(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"secretkey": Secret("another")})
    async with run_wizard(new_state) as pilot:
        await open_menu(pilot)
        await pilot.press("escape")
        await pilot.until_step("storage")
        assert pilot.row("keys").startswith("Enter All actions")
        await pilot.press("shift+tab")
        assert pilot.row("keys").startswith("Enter Next")


@pytest.mark.sample
@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
async def test_every_action_fits(new_state: WizardState, size: tuple[int, int]) -> None:
    new_state.settings = AMAZON.replace({"region": "us-east-1a"})
    async with run_wizard(new_state, size) as pilot:
        await pilot.go("keys")
        for _ in range(2):
            labels = await open_menu(pilot)
            for index, text in enumerate(pilot.screen.query_one(NameList).names):
                assert text in pilot.text, index
                await pilot.press("down")
            assert len(labels) > 5
            await pilot.press("escape")
            await pilot.go("bucket")


async def test_a_second_list_does_not_open_above_the_first(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        below = pilot.app.screen
        for _ in range(2):
            open_action_menu(below, KEYS)
        await pilot.settle()
        assert pilot.app.screen_stack[-2:] == [below, pilot.screen]
        await pilot.press("enter")
        assert pilot.app.first_error is None


async def test_enter_closes_a_list_without_actions(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        open_action_menu(pilot.app.screen, {})
        await pilot.until(lambda: isinstance(pilot.screen, ActionMenu))
        await pilot.press("enter")
        await pilot.until(lambda: not isinstance(pilot.screen, ActionMenu))
        assert pilot.app.first_error is None
