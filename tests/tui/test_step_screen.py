"""What all steps have in common."""

from __future__ import annotations

from tests.support.pilot import AMAZON, run_wizard
from wizard.session.state import WizardState


async def test_a_wide_terminal_shows_a_preview_of_the_file_beside_the_form(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state, (120, 36)) as pilot:
        await pilot.go("bucket")
        await pilot.fill("bucket", "other")
        await pilot.until_text("storage.toml, as it will be", 'bucket = "other"', "(hidden, 40 characters)")
        assert 'accesskey = "AKIA…MPLE"' in pilot.text
        await pilot.resize(119, 36)
        await pilot.until(lambda: "as it will be" not in pilot.text)
