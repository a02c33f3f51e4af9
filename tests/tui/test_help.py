"""The help of F1."""

from __future__ import annotations

import re

import pytest
from textual.widgets import Static

from tests.support.pilot import WizardPilot, run_wizard
from tests.support.samples import sampled
from wizard.catalog.providers import providers
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session.state import WizardState
from wizard.tui.screens.dialogs import MessageDialog


@pytest.mark.sample
@pytest.mark.parametrize(
    ("step", "name", "heading"),
    sampled(
        [
            ("storage", "provider", "Storage  (provider)"),
            ("bucket", "region", "Region  (region)"),
            ("keys", "secretkey", "Secret key  (secretkey)"),
            ("endpoint", "regionendpoint", "Region endpoint  (regionendpoint)"),
            ("advanced", "redirect", "Redirect pulls  (redirect)"),
        ],
        2,
    ),
)
async def test_f1_shows_help_on_the_focused_field(new_state: WizardState, step: str, name: str, heading: str) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go(step)
        await pilot.focus(name)
        for closing_key in ("escape", "enter", "f1"):
            await pilot.press("f1")
            await pilot.until_text(heading)
            assert " ".join(DECLARATIONS[name].about.split()[:4]) in pilot.text
            await pilot.press(closing_key)
            await pilot.until(lambda: not isinstance(pilot.screen, MessageDialog))
            assert (pilot.step, pilot.focused) == (step, name)


@pytest.mark.sample
@pytest.mark.parametrize("step", ["validate", "save"])
async def test_f1_shows_help_on_a_step_without_fields(unreachable: Settings, new_state: WizardState, step: str) -> None:
    new_state.settings = unreachable
    async with run_wizard(new_state) as pilot:
        await pilot.go(step)
        await pilot.press("f1")
        await pilot.until(lambda: isinstance(pilot.screen, MessageDialog))
        assert ("every S3 call" if step == "validate" else "replaced atomically") in pilot.text


async def test_the_help_on_the_endpoint_has_the_notes_on_the_provider_with_their_sources(
    new_state: WizardState,
) -> None:
    provider = next(provider for provider in providers().values() if provider.notes)
    new_state.set_value("provider", provider.id)
    async with run_wizard(new_state, (80, 60)) as pilot:
        await pilot.go("endpoint")
        await pilot.press("f1")
        await pilot.until_text(provider.title, provider.notes[0].source[:40])
        await pilot.press("down", "up")
        assert isinstance(pilot.screen, MessageDialog)


async def test_an_unknown_region_leads_to_the_regions_of_the_store(new_state: WizardState) -> None:
    async with run_wizard(new_state, (80, 60)) as pilot:
        await pilot.go("bucket")
        await pilot.fill("region", "us-east-1xx")
        assert "F1 lists the regions." in " ".join(pilot.message("region").split())
        await pilot.press("f1")
        await pilot.until_text("Regions", "us-east-1 (N. Virginia), us-east-2 (Ohio), ", "ap-northeast-1 (Tokyo)")


async def test_the_help_says_what_enter_does_now(unreachable: Settings, new_state: WizardState) -> None:
    new_state.settings = unreachable
    async with run_wizard(new_state) as pilot:
        await pilot.press("f1")
        await pilot.until(lambda: isinstance(pilot.screen, MessageDialog))
        assert ("Enter", "next step") in rows_of_keys(pilot)
        await pilot.press("escape")
        await pilot.go("validate")
        await pilot.until_validated()
        await pilot.press("f1")
        await pilot.until(lambda: isinstance(pilot.screen, MessageDialog))
        assert ("Enter", "go to Region endpoint") in rows_of_keys(pilot)
        assert ("Enter", "next step") not in rows_of_keys(pilot)


def rows_of_keys(pilot: WizardPilot) -> list[tuple[str, ...]]:
    """The keys and their effects in the help that is shown."""
    text = str(pilot.screen.query_one(".dialog-text Static", Static).render())
    return [tuple(re.split(r"  +", line, maxsplit=1)) for line in text.splitlines()]
