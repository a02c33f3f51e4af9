"""A field: its label, its control and its message."""

from __future__ import annotations

import time

from tests.support.pilot import AMAZON, SECRET, run_wizard
from wizard.session.state import WizardState


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
