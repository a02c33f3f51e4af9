"""Text inputs: pasting, copying and cutting."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.support.pilot import AMAZON, SECRET, run_wizard
from wizard.model.secret import Secret
from wizard.session.state import WizardState


@pytest.mark.sample
@pytest.mark.parametrize(
    ("pasted", "note"),
    [
        (f"{SECRET}\n", "Removed line breaks."),
        (f"\r\n{SECRET[:20]}\r\n{SECRET[20:]}\r\n", "Removed line breaks."),
        (f'"{SECRET}"', "Removed quotes."),
        (f"  {SECRET} ", "Removed spaces."),
    ],
    ids=["line break", "wrapped", "quotes", "blanks"],
)
async def test_a_pasted_secret_is_cleaned_and_a_note_says_so(new_state: WizardState, pasted: str, note: str) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        await pilot.focus("secretkey")
        await pilot.paste(pasted)
        await pilot.until(lambda: note in pilot.message("secretkey"))
        assert "40 characters, ends in EKEY." in pilot.message("secretkey")
        assert pilot.state.settings.secretkey == Secret(SECRET)
        assert pilot.value("secretkey") == SECRET
        assert "•" * 40 in pilot.text
        assert SECRET not in pilot.text
        assert SECRET not in pilot.app.export_screenshot()


async def test_copy_and_cut_leave_the_clipboard_empty(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        for name in ("secretkey", "accesskey"):
            await pilot.focus(name)
            control = pilot.field(name).control
            assert isinstance(control, Input)
            control.select_all()
            await pilot.press("super+c")
            assert control.value
            await pilot.press("ctrl+x")
            await pilot.until(lambda control=control: control.value == "")  # type: ignore[misc]
            assert pilot.app.clipboard == ""
        assert (pilot.state.settings.accesskey, pilot.state.settings.secretkey) == ("", Secret())
