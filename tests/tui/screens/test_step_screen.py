"""What all steps have in common."""

from __future__ import annotations

import pytest

from tests.support.pilot import AMAZON, run_wizard
from tests.support.samples import sampled
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, step_named


@pytest.mark.sample
@pytest.mark.parametrize("step", sampled([step.id for step in STEPS[1:]], 3))
async def test_a_step_may_be_updated_before_it_has_its_widgets(
    unreachable: Settings, new_state: WizardState, step: str
) -> None:
    """Results of requests may arrive between the push of a new screen and its first painting."""
    new_state.settings = unreachable
    async with run_wizard(new_state) as pilot:
        pilot.app.show_step(step_named(step))
        pilot.app.step_screen.update_view()
        pilot.app.step_screen.show_notice("a notice")
        await pilot.until_step(step)
        assert pilot.app.first_error is None


async def test_a_wide_terminal_shows_a_preview_of_the_file_beside_the_form(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state, (120, 36)) as pilot:
        await pilot.go("bucket")
        await pilot.fill("bucket", "other")
        await pilot.until_text("Preview of storage.toml", 'bucket = "other"', "(hidden, 40 characters)")
        assert 'accesskey = "AKIA…MPLE"' in pilot.text
        await pilot.resize(119, 36)
        await pilot.until(lambda: "Preview of" not in pilot.text)
