"""The help of the focused field in the free rows below the fields."""

from __future__ import annotations

import pytest

from tests.support.pilot import AMAZON, run_wizard
from wizard.session.state import WizardState
from wizard.tui.widgets.help_panel import HelpPanel


@pytest.mark.sample
@pytest.mark.parametrize(
    ("step", "name", "words"),
    [
        ("bucket", "region", ("── Region ──", "AWS console: S3 > Buckets", "Example: eu-west-1")),
        ("keys", "accesskey", ("── Access key ──", "an IAM role (the permissions", "AWS console: IAM")),
        ("endpoint", "regionendpoint", ("── Region endpoint ──", "Amazon S3: blank.")),
        ("advanced", "redirect", ("── Redirect pulls ──", "Off: the registry")),
    ],
)
async def test_the_help_of_the_focused_field_is_in_view(
    new_state: WizardState, step: str, name: str, words: tuple[str, ...]
) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go(step)
        await pilot.focus(name)
        await pilot.until_text(*words)
        pilot.assert_everything_fits()


async def test_the_heading_stays_in_its_row_while_the_focus_moves(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        rows = set()
        for name in ("bucket", "region", "rootdirectory"):
            await pilot.focus(name)
            rows |= {y for y, line in enumerate(pilot.lines) if line.lstrip().startswith("── ")}
        assert len(rows) == 1


async def test_the_help_stays_while_the_keys_have_the_focus(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("endpoint")
        await pilot.press("tab")
        assert pilot.focused == "footer"
        assert "── Region endpoint ──" in pilot.text


async def test_the_help_gives_way_to_f1_where_there_is_no_room(new_state: WizardState) -> None:
    async with run_wizard(new_state, (60, 18)) as pilot:
        await pilot.go("bucket")
        assert pilot.app.step_screen.query_one(HelpPanel).shown == ""
        assert "F1 " in pilot.row("keys")
        await pilot.go("endpoint")
        await pilot.until_text("── Region endpoint ──", "… F1 shows all of it.")
