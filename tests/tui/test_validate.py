"""The Validate step."""

from __future__ import annotations

import time

from tests.support.faults import deny, hang
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.pilot import run_wizard
from tests.support.processes import load_factor
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui.screens.validate import ValidateScreen
from wizard.tui.widgets import check_rows


async def test_validate_and_save_fit_80_by_24(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.go("validate")
        await pilot.until_validated()
        pilot.assert_everything_fits()
        assert all(len(line) <= 80 for line in pilot.lines)
        assert pilot.app.step_screen.query_one("#checks").max_scroll_y == 0
        await pilot.enter("save")
        pilot.assert_everything_fits()
        assert all(step.title in pilot.lines[1] for step in STEPS)


async def test_the_rows_fill_in_and_the_verdict_is_that_all_checks_passed(
    store: LiveStore, new_state: WizardState
) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.go("validate")
        await pilot.until_text("Reach the store", "Read and write", "Large layers", "Redirects", "Clean up")
        await pilot.until_validated()
        assert "22 of 22" in pilot.row("step title")
        assert sum("✓ " in line for line in pilot.lines[5:20]) == 7
        assert "comes back byte by byte" in pilot.text
        assert "Nothing of this try is left behind." in pilot.text
        assert "Enter Next" in pilot.row("keys")
        assert "✗" not in pilot.text.replace(pilot.row("steps"), "")
        await pilot.press("space")
        await pilot.until_text("Settings make sense", "Trust its certificate")
        await pilot.press("down", "space")
        await pilot.until_text("Write an object", "s3:PutObject")
        await pilot.press("space", "up", "space")
        await pilot.until(lambda: "Write an object" not in pilot.text and "Settings make sense" not in pilot.text)


async def test_a_failure_is_shown_below_its_row(new_state: WizardState) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            assert any(line.startswith(" ✗ Delete") for line in pilot.lines)
            assert "✗ delete  " in pilot.text
            assert "s3:DeleteObject" in pilot.text
            assert "Nothing has been saved." in pilot.row("status")
            assert "^S Save anyway…" in pilot.row("keys")
            assert "Enter Next" not in pilot.row("keys")
            screen = pilot.app.step_screen
            assert isinstance(screen, ValidateScreen)
            assert screen.highlighted == "delete"
            await pilot.press("enter")
            await pilot.until_text("Delete", "s3:DeleteObject")
            assert pilot.step == "validate"


async def test_esc_stops_checks_that_hang(new_state: WizardState) -> None:
    with FaultyStore(hang("PutObject")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "PutObject" in store.calls)
            assert "Esc Stop" in pilot.row("keys")
            await pilot.press("enter", "ctrl+r", "ctrl+f")
            assert pilot.step == "validate"
            started = time.monotonic()
            await pilot.press("escape")
            await pilot.until_validated()
            assert (
                time.monotonic() - started < 5 * load_factor()
            )  # 0.4 s on an idle machine; the store answers only after 10 s
            assert "Stopped." in pilot.row("status")
            assert not pilot.state.report or not pilot.state.report.passed
            await pilot.press("escape")
            await pilot.until_step("advanced")


async def test_a_slow_check_is_named(new_state: WizardState) -> None:
    with FaultyStore(hang("PutObject")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "Waiting for the store in `write`" in pilot.row("status"))
            await pilot.press("escape")
            await pilot.until_validated()


async def test_the_highlighted_row_is_underlined_and_has_the_cursor(new_state: WizardState) -> None:
    with FaultyStore(deny("DeleteObjects")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            progress = pilot.app.context.progress
            highlighted = pilot.app.validate_screen.highlighted
            assert progress.has_findings(highlighted)
            for _ in range(2):
                rows = {
                    group: check_rows.row(progress, group, 78, highlighted=group == highlighted)
                    for group in progress.groups()
                }
                underlined = [
                    group for group, row in rows.items() if any("underline" in str(span.style) for span in row.spans)
                ]
                assert underlined == [highlighted]
                start = rows[highlighted].plain[:20]
                await pilot.until(lambda start=start: start in pilot.lines[pilot.app.cursor_position.y])  # type: ignore[misc]
                await pilot.press("up")
                highlighted = pilot.app.validate_screen.highlighted


async def test_f2_validates_from_every_step_but_not_below_a_dialog(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.press("f1", "f2")
        assert pilot.step == "bucket"
        await pilot.press("escape", "f2")
        await pilot.until_step("validate")
        await pilot.until_validated()
