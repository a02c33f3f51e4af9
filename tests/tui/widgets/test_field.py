"""A field: its label, its control and its message."""

from __future__ import annotations

import time

import pytest

from tests.support.pilot import AMAZON, SECRET, WizardPilot, run_wizard
from wizard.session.state import WizardState

SIZES = pytest.mark.parametrize("size", [(80, 24), (60, 18)], ids=["80x24", "60x18"])


async def test_blanks_around_a_value_are_removed_when_the_field_is_left(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.focus("bucket")
        await pilot.press(" ", "i", "m", "g", " ")
        assert pilot.value("bucket") == " img "
        assert "Removed spaces." in pilot.message("bucket")
        await pilot.press("tab")
        await pilot.until(lambda: pilot.value("bucket") == "img")
        assert pilot.state.settings.bucket == "img"


async def test_f3_reveals_the_secret_for_three_seconds(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        await pilot.press("f3")
        await pilot.until_text(SECRET)
        shown = time.monotonic()
        await pilot.until(lambda: SECRET not in pilot.text)
        assert 1.5 < time.monotonic() - shown < 10  # wide bounds: other tests may keep the machine busy
        assert "•" * 40 in pilot.text


async def test_a_revealed_secret_is_hidden_when_its_step_is_left(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        await pilot.press("f3")
        await pilot.until_text(SECRET)
        await pilot.enter("endpoint")
        await pilot.press("escape")
        await pilot.until_step("keys")
        assert SECRET not in pilot.text


def assert_hangs(pilot: WizardPilot, name: str) -> None:
    """Asserts that each line of a message fits, and that those after the first one are indented as its text is."""
    message = pilot.field(name).query_one(".message")
    first, *others = pilot.message(name).split("\n")
    assert first.startswith("✗ ")
    assert others
    assert all(line.startswith("  ") for line in others)
    assert max(map(len, (first, *others))) <= message.size.width
    assert message.size.height == 1 + len(others)


@SIZES
async def test_a_long_message_keeps_its_indent_on_a_screen_that_is_new(
    new_state: WizardState, size: tuple[int, int]
) -> None:
    """The width of a new screen is known only after its first layout, and a scroll bar takes a column of it then."""
    new_state.settings = AMAZON.replace({"region": "no-such-region"})
    new_state.visited_settings.add("region")
    async with run_wizard(new_state, size) as pilot:
        await pilot.enter("bucket")
        await pilot.settle()
        assert_hangs(pilot, "region")


async def test_a_long_message_keeps_its_indent_beside_a_scroll_bar(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"region": "no-such-region"})
    new_state.visited_settings.add("region")
    async with run_wizard(new_state, (60, 30)) as pilot:
        await pilot.enter("bucket")
        for height in (14, 30):
            await pilot.resize(60, height)
            await pilot.settle()
            assert pilot.app.step_screen.query_one("#body").show_vertical_scrollbar is (height == 14)
            assert_hangs(pilot, "region")
