"""The Validate step."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from tests.support.certificates import Certificates
from tests.support.faults import clock_skew, deny, hang, mismatch_signature, require_region
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.pilot import AMAZON, WizardPilot, read_to_the_end, run_wizard
from tests.support.processes import load_factor
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui.screens.validate import ValidateScreen
from wizard.tui.widgets import check_rows

SIZES = pytest.mark.parametrize("size", [(80, 24), (60, 18)], ids=["80x24", "60x18"])
WRONG_SECRET = Secret("x" * 36 + "t123")


async def validate(pilot: WizardPilot) -> None:
    """Shows the result of a validation."""
    await pilot.go("validate")
    await pilot.until_validated()


async def test_validate_and_save_fit_80_by_24(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await validate(pilot)
        pilot.assert_everything_fits()
        assert all(len(line) <= 80 for line in pilot.lines)
        assert pilot.app.step_screen.query_one("#checks").max_scroll_y == 0
        await pilot.enter("save")
        pilot.assert_everything_fits()
        assert all(step.title in pilot.lines[1] for step in STEPS)


async def test_the_rows_fill_in_and_say_what_holds_now(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.go("validate")
        await pilot.until_text("Reach the store", "Read and write", "Large layers", "Pull by redirect", "Clean up")
        await pilot.until_validated()
        assert "certificate" not in pilot.text
        assert "21 passed · 1 not run" in pilot.row("step title")  # plain http has no certificate
        assert "Everything the registry needs works: push, pull and delete." in pilot.row("intro")
        assert sum("✓ " in line for line in pilot.lines[5:20]) == 7
        assert "for everything   Images can be pushed and come back identical." in pilot.text
        assert "Enter Next" in pilot.row("keys")
        assert "✗" not in pilot.text.replace(pilot.row("steps"), "")
        await pilot.press("space")
        await pilot.until_text("Check settings", "Verify TLS certificate")
        await pilot.press("down", "space")
        await pilot.until_text("Write an object", "s3:PutObject")
        await pilot.press("space", "up", "space")
        await pilot.until(lambda: "Write an object" not in pilot.text and "Check settings" not in pilot.text)


async def test_with_much_room_the_details_are_shown(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state, (120, 40)) as pilot:
        await validate(pilot)
        assert "Write an object" in pilot.text
        assert "s3:PutObject" in pilot.text
        await pilot.press("down", "space")
        await pilot.until(lambda: "Write an object" not in pilot.text)


async def test_saving_anyway_is_in_view_beside_a_fix_at_60_by_18(new_state: WizardState) -> None:
    with FaultyStore(require_region("eu-west-1")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state, (60, 18)) as pilot:
            await validate(pilot)
            assert pilot.row("keys") == "Enter Correct   F7 Apply fix   F10 Save anyway…   F1 Help"
            assert "Enter Go to Region" in pilot.text


@pytest.mark.sample
@SIZES
async def test_a_failure_says_what_is_wrong_and_what_to_do(new_state: WizardState, size: tuple[int, int]) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state, size) as pilot:
            await validate(pilot)
            assert "Failed: These keys aren't allowed to delete" in pilot.row("intro")
            assert "Allow s3:DeleteObject for these keys in the store's policy." in pilot.row("intro")
            assert "of 22" not in pilot.row("step title")
            assert any(line.startswith(" ✗ Delete ") for line in pilot.lines)
            assert "Enter Next" not in pilot.row("keys")
            assert pilot.row("keys").startswith(
                "Enter Go to Access key   F6 Policy   F10 Save anyway…"
                if size[0] > 60
                else "Enter Correct   F6 Policy   F10 Save"
            )
            screen = pilot.app.step_screen
            assert isinstance(screen, ValidateScreen)
            assert screen.checks.highlighted == "delete"
            text = await read_to_the_end(pilot, "#checks")
            assert "Delete objects: These keys aren't allowed to delete" in text
            assert "To fix: Allow s3:DeleteObject for these keys in the store's policy." in text
            assert "F6 Show the policy that is needed" in text
            await pilot.press("f6")
            await pilot.until_text("IAM policy for bucket")


@pytest.mark.sample
@SIZES
async def test_enter_leads_to_the_field_that_is_wrong_and_f2_validates_again(
    new_state: WizardState, size: tuple[int, int]
) -> None:
    with FaultyStore(mismatch_signature("v4"), mismatch_signature("v2")) as store:
        new_state.settings = store.settings(secretkey=WRONG_SECRET)
        async with run_wizard(new_state, size) as pilot:
            await validate(pilot)
            assert "Enter Go to Secret key" in pilot.row("keys")
            await pilot.enter("keys")
            assert pilot.focused == "secretkey"
            assert pilot.message("secretkey").startswith("✗ 40 characters, ends in t123. ")
            assert "F2 Validate" in pilot.row("keys")
            await pilot.type("the new secret key")
            assert pilot.state.settings.secretkey.reveal() == "the new secret key"
            await pilot.press("f2")
            await pilot.until_step("validate")
            await pilot.until(lambda: pilot.state.report is not None)


async def test_enter_validates_again_after_a_failure_that_no_field_corrects(new_state: WizardState) -> None:
    with FaultyStore(clock_skew(3600)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await validate(pilot)
            first = pilot.state.report
            assert "Enter Validate again" in pilot.row("keys")
            await pilot.press("enter")
            await pilot.until(lambda: pilot.state.report is not None and pilot.state.report is not first)
            assert pilot.step == "validate"


async def test_a_problem_outside_the_settings_marks_no_field_as_wrong(
    new_state: WizardState, certificates: Certificates
) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await validate(pilot)
            assert pilot.row("keys").startswith("Enter Validate again   F7 Last resort")
            assert "Enter Validate again" in await read_to_the_end(pilot, "#checks")
            await pilot.go("endpoint")
            assert pilot.message("regionendpoint").startswith("! The TLS certificate of ")
            assert "✗" not in pilot.row("steps").replace("✗ Validate", "")


async def test_a_store_that_is_down_may_have_the_right_address(unreachable: Settings, new_state: WizardState) -> None:
    new_state.settings = unreachable
    async with run_wizard(new_state) as pilot:
        await validate(pilot)
        assert "Enter Go to Region endpoint" in pilot.row("keys")
        assert "✗" not in pilot.row("steps")
        assert "✓ Endpoint" not in pilot.row("steps")
        await pilot.enter("endpoint")
        assert pilot.message("regionendpoint").startswith("! Connection refused")


@pytest.mark.ci_only
@pytest.mark.parametrize("key", ["ctrl+r", "f2"])
async def test_a_validation_can_be_started_from_every_step(store: LiveStore, new_state: WizardState, key: str) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        for step in ("bucket", "save"):
            await pilot.go(step)
            before = pilot.state.report
            await pilot.press(key)
            await pilot.until_step("validate")
            await pilot.until(lambda before=before: pilot.state.report not in (None, before))  # type: ignore[misc]
            assert pilot.state.report
            assert pilot.state.report.passed


@pytest.mark.sample
@pytest.mark.parametrize(
    ("changes", "key", "field", "keys"),
    [
        ({"bucket": ""}, "f2", "bucket", "F2 or Ctrl+R to validate."),
        ({"secretkey": Secret()}, "ctrl+r", "secretkey", "F2 or Ctrl+R to validate."),
        ({"bucket": "", "secretkey": Secret()}, "f10", "bucket", "F10 or Ctrl+S to save."),
    ],
)
async def test_what_is_missing_is_asked_for_before_a_validation(
    store: LiveStore, new_state: WizardState, changes: dict[str, Value], key: str, field: str, keys: str
) -> None:
    new_state.settings = store.settings(**changes)
    async with run_wizard(new_state) as pilot:
        await pilot.go("endpoint")
        await pilot.press(key)
        await pilot.until(lambda: pilot.focused == field)
        assert pilot.message(field).startswith("✗ ")
        assert pilot.row("status") == f"Correct this first, then press {keys}"
        assert pilot.app.context.progress.started_at == 0
        await pilot.type("x")
        assert not pilot.row("status").startswith("Correct this first")


async def test_what_a_fix_has_corrected_is_not_asked_for_any_longer(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"region": "us east 1"})
    async with run_wizard(new_state) as pilot:
        await pilot.go("endpoint")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: pilot.row("status").startswith("Correct this first"))
        await pilot.press("f7")
        await pilot.until(lambda: not pilot.row("status").startswith("Correct this first"))
        assert new_state.first_gap() is None


@pytest.mark.sample
@SIZES
async def test_an_untrusted_certificate_says_how_to_trust_it_and_its_fix_asks_first(
    new_state: WizardState, certificates: Certificates, size: tuple[int, int]
) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state, size) as pilot:
            await validate(pilot)
            assert ("F7 Last resort" if size[0] > 60 else "F7 Apply fix…   F10 Save anyway…") in pilot.row("keys")
            text = await read_to_the_end(pilot, "#checks")
            assert "SSL_CERT_FILE" in text
            assert "F7 Last resort: turn off TLS verification. (asks first)" in text
            assert text.index("SSL_CERT_FILE") < text.index("F7 Last resort: turn off TLS verification.")
            await pilot.press("ctrl+f")
            await pilot.until_text("This lowers security.", "impersonate the")
            await pilot.press("enter")  # the safe answer comes first
            await pilot.until_step("validate")
            assert not pilot.state.settings.skipverify
            await pilot.go("endpoint")
            await pilot.press("f7")
            await pilot.until_text("This lowers security.")
            await pilot.press("down", "enter")
            await pilot.until(lambda: pilot.state.settings.skipverify)


@pytest.mark.sample
@SIZES
async def test_a_long_message_can_be_read_at_its_field(
    new_state: WizardState, certificates: Certificates, size: tuple[int, int]
) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state, size) as pilot:
            await validate(pilot)
            await pilot.go("endpoint")
            assert pilot.focused == "regionendpoint"
            assert ("F7 Last resort: turn off TLS" if size[0] > 60 else "F7 Apply fix…") in pilot.row("keys")
            text = await read_to_the_end(pilot, "#body")
            assert "SSL_CERT_FILE" in text
            assert "F7 Last resort: turn off TLS verification. (asks first)" in text


async def test_esc_stops_checks_that_hang(new_state: WizardState) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
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
            assert "Stopped." in pilot.row("intro")
            assert not pilot.state.report or not pilot.state.report.passed
            await pilot.press("escape")
            await pilot.until_step("advanced")
            released.set()


async def test_what_remains_after_a_stop_is_said_once_the_test_data_is_removed(new_state: WizardState) -> None:
    released = threading.Event()
    with FaultyStore(hang("CreateMultipartUpload", released)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "CreateMultipartUpload" in store.calls)
            await pilot.press("escape")
            await pilot.until_validated()
            assert "Stopped. Removing the test data …" in pilot.row("intro")
            assert "may remain" not in pilot.text
            assert len(pilot.app.tasks.leftovers) == 1  # for an exit now
            released.set()
            await pilot.until(lambda: "Stopped. No test data was left behind." in pilot.row("intro"))
            assert pilot.app.tasks.leftovers == []
            assert "✓ Clean up" in pilot.text


async def test_what_each_of_two_validations_has_left_is_named_at_the_end(new_state: WizardState) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await validate(pilot)
            await pilot.press("ctrl+r")
            await pilot.until(lambda: len(pilot.app.tasks.leftovers) == 2)
            texts = [finding.text for finding in pilot.app.tasks.leftovers]
        folders = {key.partition("/_uploads/")[0] for key in store.contents()}
        assert len(folders) == 2
        assert all(any(folder in text for text in texts) for folder in folders)


@pytest.mark.sample
async def test_with_a_failure_each_group_says_what_it_proves_and_what_needs_it(new_state: WizardState) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await validate(pilot)
            await pilot.press(*["pageup"] * 3)
            text = await read_to_the_end(pilot, "#checks")
            for proof, needed in (
                ("Images can be pushed and come back identical.", "everything"),
                ("Large layers and resumed uploads work.", "push, pull"),
            ):
                assert f"{proof} {needed}" in text
            assert "for push, delete Checks that deleted data is really deleted." in text


async def test_a_slow_check_and_its_store_are_named(new_state: WizardState) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "Waiting for 127.0.0.1: write an object (" in pilot.row("status"))
            assert "done" in pilot.row("step title")
            await pilot.press("escape")
            await pilot.until_validated()
            released.set()


async def test_the_highlighted_row_is_underlined_and_has_the_cursor(new_state: WizardState) -> None:
    with FaultyStore(deny("DeleteObjects")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await validate(pilot)
            progress = pilot.app.context.progress
            highlighted = pilot.app.validate_screen.checks.highlighted
            assert progress.has_findings(highlighted)
            for _ in range(2):
                rows = {
                    group: check_rows.row(progress, group, 78, highlighted=group == highlighted)
                    for group in progress.groups
                }
                underlined = [
                    group for group, row in rows.items() if any("underline" in str(span.style) for span in row.spans)
                ]
                assert underlined == [highlighted]
                start = rows[highlighted].plain[:18]
                await pilot.until(lambda start=start: start in pilot.lines[pilot.app.cursor_position.y])  # type: ignore[misc]
                await pilot.press("up")
                highlighted = pilot.app.validate_screen.checks.highlighted


async def test_f2_validates_from_every_step_but_not_below_a_dialog(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.press("f1", "f2")
        assert pilot.step == "bucket"
        await pilot.press("escape", "f2")
        await pilot.until_step("validate")
        await pilot.until_validated()


async def test_the_counts_stand_apart_from_the_title_on_a_small_screen(new_state: WizardState) -> None:
    with FaultyStore(deny("DeleteObjects")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state, (60, 18)) as pilot:
            await validate(pilot)
            progress = pilot.app.context.progress
            assert progress.report is not None
            progress.report = replace(progress.report, seconds=1e20)  # does not fit
            pilot.app.validate_screen.update_view()
            assert pilot.row("step title").startswith("Validate  ")
            assert pilot.row("step title").endswith("not run")
