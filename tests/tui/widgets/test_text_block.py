"""Texts that come from outside are shown as they are."""

from __future__ import annotations

from pathlib import Path

from tests.support.faults import error
from tests.support.faulty_store import FaultyStore
from tests.support.pilot import AMAZON, run_wizard, state_of_file
from wizard.session.state import WizardState
from wizard.tui.screens.dialogs import MessageDialog

_MARKUP = "[red]x[/x][/]$error"


async def test_markup_in_settings_is_shown_as_text(path: Path) -> None:
    settings = AMAZON.replace(
        {"bucket": _MARKUP, "accesskey": f"{_MARKUP}1", "rootdirectory": _MARKUP, "region": _MARKUP}
    )
    state = state_of_file(path.with_name("[b]o[x].toml"), settings)
    async with run_wizard(state, (120, 40)) as pilot:
        assert "[b]o[x].toml" in pilot.row("title")
        for step in ("bucket", "keys", "endpoint", "advanced", "validate", "save"):
            await pilot.go(step)
            if step == "validate":
                await pilot.until_validated()
            if step in ("bucket", "keys"):
                assert _MARKUP in pilot.text
            if step != "validate":
                assert f'"{_MARKUP}"' in pilot.text or step == "save"
        await pilot.press("f1")
        await pilot.until(lambda: isinstance(pilot.screen, MessageDialog))


async def test_markup_in_a_message_of_the_store_is_shown_as_text(new_state: WizardState) -> None:
    message = "[red]No[/x] way[/]"
    with FaultyStore(error("*", 418, "[b]Odd[/b]", message)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            assert "[red]No[/x]" in " ".join(pilot.text.split())
            assert "[b]Odd[/b]" in pilot.text
