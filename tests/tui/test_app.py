"""The app: the order of the steps, saving, leaving, and requests to the store that change settings."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import re
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.screen import ModalScreen

from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faults import deny, hang, require_region
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.pilot import AMAZON, FORMS, WizardPilot, run_wizard, state_of_file
from tests.support.samples import sampled
from wizard.checks.all_checks import check_named
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session import draft
from wizard.session.demo import demo_store
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step
from wizard.tui.app import WizardApp
from wizard.tui.background import CheckEvent, Crashed
from wizard.tui.screens.bucket_picker import BucketPicker
from wizard.tui.screens.dialogs import ChoiceDialog, CreateBucketDialog, MessageDialog, ResumeDialog
from wizard.tui.screens.form import FoldToggle, FormScreen
from wizard.tui.screens.policy import PolicyDialog
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.screens.validate import ValidateScreen
from wizard.validation.results import Started


@pytest.mark.ci_only
async def test_the_demo_needs_only_enter(path: Path) -> None:
    with demo_store() as settings:
        state = WizardState.open(path)
        state.start_demo(settings)
        async with run_wizard(state) as pilot:
            assert "demo" in pilot.row("title")
            assert "and nothing else" in pilot.row("intro")
            for step in ("bucket", "keys", "endpoint", "advanced", "validate"):
                await pilot.enter(step)
            await pilot.until_validated()
            assert "Everything the registry needs works" in pilot.text
            await pilot.enter("save")
            assert not path.exists()
            await pilot.press("enter")
            await pilot.until(lambda: state.has_saved)
            await pilot.until(lambda: "saved (readable only by you, mode 0600)" in pilot.row("file-status"))
            assert "Enter Finish" in pilot.row("keys")
            assert "✓ Advanced  ✓ Validate  ▸ Save" in pilot.row("steps")
            await pilot.press("enter")
            await pilot.until_ended()
            assert pilot.app.return_code == 0
    file = config_file.load(path)
    assert path.stat().st_mode & 0o7777 == 0o600
    assert file.settings == settings
    assert file.validation is not None
    assert file.validation.passed


async def test_a_complete_file_needs_only_enter(store: LiveStore, path: Path) -> None:
    async with run_wizard(state_of_file(path, store.settings())) as pilot:
        for step in STEPS[1:6]:
            await pilot.enter(step.id)
        await pilot.until_validated()
        await pilot.enter("save")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)


@pytest.mark.ci_only
async def test_input_is_kept_when_moving_back_and_forth(new_state: WizardState) -> None:
    typed: Mapping[str, Mapping[str, str]] = {
        "bucket": {"bucket": "Images", "region": "eu-west-9", "rootdirectory": "/a//b"},
        "keys": {"accesskey": "half a key", "secretkey": "the other half"},
        "endpoint": {"regionendpoint": "http://"},
        "advanced": {"v4auth": "right", "skipverify": "left"},
    }
    async with run_wizard(new_state) as pilot:
        for step, values in typed.items():
            await pilot.go(step)
            for name, text in values.items():
                await pilot.fill(name, text)
        await pilot.press("f4")
        await pilot.fill("keyid", "alias/images")
        await pilot.fill("chunksize", "10 foo")
        settings, invalid_input = pilot.state.settings, dict(pilot.state.invalid_input)
        assert invalid_input == {"chunksize": "10 foo"}
        for step in reversed(FORMS[:-1]):
            await pilot.press("escape")
            await pilot.until_step(step)
        for step in FORMS[1:]:
            await pilot.press("enter")
            if pilot.step != step:  # an error, which the second Enter ignores
                await pilot.press("enter")
            await pilot.until_step(step)
            for name, text in typed[step].items():
                assert pilot.value(name) == (
                    text if name not in ("v4auth", "skipverify") else pilot.state.field_text(name)
                )
        assert (pilot.value("v4auth"), pilot.value("skipverify")) == ("off", "on")
        assert (pilot.value("keyid"), pilot.value("chunksize")) == ("alias/images", "10 foo")
        assert (pilot.state.settings, pilot.state.invalid_input) == (settings, invalid_input)


@pytest.mark.sample
@pytest.mark.parametrize("size", [(60, 18), (120, 36)], ids=["60x18", "120x36"])
async def test_all_steps_work_at_other_sizes(store: LiveStore, path: Path, size: tuple[int, int]) -> None:
    async with run_wizard(state_of_file(path, store.settings()), size) as pilot:
        for number, step in enumerate(STEPS):
            title = f"▸ {step.title}  {number + 1} of 7" if size[0] == 60 else f"▸ {step.title}"
            await pilot.until(lambda title=title: title in pilot.lines[1])  # type: ignore[misc]
            if step.id == "validate":
                await pilot.until_validated()
                await pilot.until_text("21 passed · 1 not run", "Everything the registry needs works")
                assert all(line.endswith("s") for line in pilot.lines if "✓ Read and" in line or "✓ Delete" in line)
            await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)


async def test_tasks_start_in_a_later_turn_of_the_loop(new_state: WizardState) -> None:
    """Textual lets them start at once where Python can do that: screens would be composed without their styles."""
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coroutine, **more: asyncio.Task(coroutine, loop=loop, **more))
    async with run_wizard(new_state):
        assert loop.get_task_factory() is None


async def test_an_event_of_a_check_that_arrives_after_the_end_is_dropped(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        app = pilot.app
    app._check_event(CheckEvent(0, Started(check_named("list"))))
    assert app.context.progress.started == {}


@pytest.mark.ci_only
async def test_resizing_keeps_the_input_and_the_focus(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.fill("bucket", "my ima")
        for size in ((60, 18), (120, 36), (40, 10), (80, 24)):
            await pilot.resize(*size)
            assert (pilot.step, pilot.focused, pilot.value("bucket")) == ("bucket", "bucket", "my ima")
        await pilot.press("g", "e", "s")
        assert pilot.state.settings.bucket == pilot.value("bucket") == "my images"
        assert pilot.message("bucket").startswith("✗ A space isn't allowed")


async def test_invalid_input_is_not_saved_and_its_field_is_shown(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    new_state.enter_text("chunksize", "10 foo")
    async with run_wizard(new_state) as pilot:
        await pilot.press("ctrl+s")
        await pilot.until(lambda: pilot.focused == "chunksize")
        await pilot.press("enter", "enter")
        assert (pilot.step, pilot.focused) == ("advanced", "chunksize")
        assert not new_state.path.exists()


async def test_ctrl_f_applies_a_fix_and_validates_again(new_state: WizardState) -> None:
    with FaultyStore(require_region("eu-west-1")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("bucket")
            await pilot.focus("region")
            await pilot.go("validate")
            await pilot.until_validated()
            assert "eu-west-1" in pilot.text
            assert "F7 Set the region to eu-west" in pilot.row("keys")
            await pilot.press("ctrl+f")
            await pilot.until(lambda: pilot.state.settings.region == "eu-west-1")
            pilot.app.drafts.end()
            kept = draft.find(new_state.path)
            assert kept is not None
            assert kept.settings.region == "eu-west-1"
            await pilot.until(lambda: pilot.state.report is not None and pilot.state.report.passed)
            await pilot.until_text("Everything the registry needs works")
            await pilot.go("bucket")
            assert pilot.value("region") == "eu-west-1"


async def test_a_missing_bucket_is_created_after_confirmation(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings(bucket="asked-for-first")
    async with run_wizard(new_state) as pilot:
        await pilot.go("validate")
        await pilot.until_validated()
        await pilot.until_text('Bucket "asked-for-first" doesn\'t exist', "F7 Create the bucket in us-east-1.")
        await pilot.press("ctrl+f")
        await pilot.until_text("Create the bucket?", '"asked-for-first" on 127.0.0.1 in region us-east-1?')
        await pilot.press("enter")  # the safe answer comes first
        assert "Create the bucket?" not in pilot.text
        await pilot.press("ctrl+f")
        await pilot.until_text("Create the bucket?")
        await pilot.press("down", "enter")
        await pilot.until(lambda: new_state.report is not None and new_state.report.passed)


async def test_a_missing_bucket_can_be_created_from_its_field(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings(bucket="asked-for-in-its-field")
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.until(lambda: "F7 Create the bucket in us-east-1." in pilot.message("bucket"))
        await pilot.press("ctrl+f")
        await pilot.until_text("Create the bucket?")
        await pilot.press("down", "enter")
        await pilot.until(lambda: "✓ bucket" in pilot.row("status"))


async def test_an_error_while_creating_a_bucket_is_shown(enforcing_moto: EnforcingMoto, new_state: WizardState) -> None:
    access, secret = enforcing_moto.iam_key("s3:CreateBucket")
    store = enforcing_moto.store()
    new_state.settings = store.settings(
        bucket="not-for-you", accesskey=access, secretkey=Secret(secret), redirect=False
    )
    async with run_wizard(new_state) as pilot:
        await pilot.go("validate")
        await pilot.until_validated()
        await pilot.press("ctrl+f")
        await pilot.until_text("Create the bucket?")
        await pilot.press("down", "enter")
        await pilot.until_text("The bucket was not created", "s3:CreateBucket")


@pytest.mark.ci_only
async def test_a_new_bucket_whose_public_access_is_not_blocked_is_reported_and_validated(
    new_state: WizardState,
) -> None:
    with FaultyStore(deny("PutPublicAccessBlock")) as store:
        new_state.settings = store.settings(bucket="open-to-all", redirect=False)
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            await pilot.press("ctrl+f")
            await pilot.until_text("Create the bucket?")
            await pilot.press("down", "enter")
            await pilot.until_text("The bucket was created", "s3:PutBucketPublicAccessBlock")
            await pilot.press("escape")
            await pilot.until_text("Everything the registry needs works")


@pytest.mark.ci_only
async def test_ctrl_r_validates_again(new_state: WizardState) -> None:
    with FaultyStore() as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            first_report, calls = pilot.state.report, len(store.calls)
            await pilot.press("ctrl+r")
            await pilot.until(lambda: pilot.state.report is not first_report)
            assert len(store.calls) >= 2 * calls - 1
            assert pilot.state.report is not None
            assert pilot.state.report.passed


async def test_returning_to_the_validate_step_validates_only_changed_settings(new_state: WizardState) -> None:
    with FaultyStore() as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            await pilot.until(lambda: pilot.state.is_reachability_current)
            calls = len(store.calls)
            await pilot.go("advanced")
            await pilot.enter("validate")
            assert (len(store.calls), pilot.row("step title").split()[1:4]) == (calls, ["21", "passed", "·"])
            await pilot.go("bucket")
            await pilot.fill("rootdirectory", "/elsewhere")
            await pilot.go("validate")
            await pilot.until(lambda: pilot.state.report is not None)
            assert len(store.calls) > calls


async def test_settings_that_failed_are_saved_only_after_confirmation(new_state: WizardState, path: Path) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            for answer in ("escape", "enter"):
                await pilot.press("ctrl+s")
                await pilot.until(lambda: isinstance(pilot.screen, ChoiceDialog))
                assert "Save without passing validation" in pilot.text
                assert "passed = false" in pilot.text
                await pilot.press(answer)
                await pilot.until(lambda: not isinstance(pilot.screen, ChoiceDialog))
                assert (pilot.step, path.exists()) == ("validate", False)
            await pilot.press("ctrl+s")
            await pilot.until(lambda: isinstance(pilot.screen, ChoiceDialog))
            await pilot.press("down", "enter")
            await pilot.until_step("save")
            assert "Saved without passing validation" in pilot.row("intro")
            assert pilot.row("file-status").startswith("! ")
    validation = config_file.load(path).validation
    assert validation is not None
    assert validation.passed is False
    assert tuple(validation.failed) == ("delete",)
    assert path.stat().st_mode & 0o7777 == 0o600


@pytest.mark.ci_only
async def test_a_file_saved_without_validation_can_be_saved_again_after_it(new_state: WizardState, path: Path) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "PutObject" in store.calls)
            await pilot.press("escape")
            await pilot.until_validated()
            await pilot.press("ctrl+s")
            await pilot.until_text("Save anyway?", "Validation was stopped")
            await pilot.press("down", "enter")
            await pilot.until_step("save")
            assert pilot.state.has_saved
            released.set()
            await pilot.press("escape")
            await pilot.until_step("validate")
            await pilot.press("ctrl+r")
            await pilot.until(lambda: pilot.state.report is not None and pilot.state.report.passed)
            await pilot.enter("save")
            assert "Enter Save" in pilot.row("keys")
            await pilot.press("enter")
            await pilot.until(lambda: "Enter Finish" in pilot.row("keys"))
    validation = config_file.load(path).validation
    assert validation is not None
    assert validation.passed


async def test_ctrl_s_on_the_first_step_validates_and_saves(
    store: LiveStore, new_state: WizardState, path: Path
) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.press("ctrl+s")
        await pilot.until(lambda: pilot.state.has_saved)
        await pilot.until_step("save")
        assert "Saved. Next steps:" in pilot.text
    validation = config_file.load(path).validation
    assert validation is not None
    assert validation.passed


async def test_ctrl_s_saves_nothing_when_the_validation_fails(new_state: WizardState, path: Path) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.press("ctrl+s")
        await pilot.until(lambda: pilot.focused == "bucket")
        await pilot.press("enter", "enter")  # continues although the name is missing
        await pilot.go("validate")
        await pilot.until_validated()
        assert "│ Check settings: " in pilot.text
        await pilot.press("ctrl+s")
        await pilot.until(lambda: isinstance(pilot.screen, ChoiceDialog))
        assert not path.exists()


@pytest.mark.ci_only
async def test_ctrl_s_during_a_validation_saves_when_it_passes_and_starts_no_second_one(
    new_state: WizardState, path: Path
) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "PutObject" in store.calls)
            await pilot.press("ctrl+s")
            await pilot.press("f1")
            await pilot.until(lambda: isinstance(pilot.screen, MessageDialog))
            released.set()
            await pilot.until(lambda: pilot.state.has_saved)
            await pilot.until_step("save")
            assert sum(call == "ListParts" for call in store.calls) == 1
            await pilot.press("escape")
            await pilot.until_step("validate")
            await pilot.press("escape")
            await pilot.until_step("advanced")
    assert path.exists()


async def test_a_file_that_others_can_read_is_saved_only_from_the_save_step(store: LiveStore, path: Path) -> None:
    async with run_wizard(state_of_file(path, store.settings(), mode=0o644)) as pilot:
        await pilot.press("ctrl+s")
        await pilot.until_step("save")
        assert "other users can read it" in pilot.row("file-status")
        assert not pilot.state.has_saved
        assert path.stat().st_mode & 0o777 == 0o644
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
        assert path.stat().st_mode & 0o777 == 0o600


async def test_an_error_while_saving_is_shown_and_saving_can_be_repeated(
    store: LiveStore, new_state: WizardState, path: Path
) -> None:
    new_state.settings = store.settings()
    path.mkdir()
    async with run_wizard(new_state) as pilot:
        await pilot.press("ctrl+s")
        await pilot.until_step("save")
        assert pilot.row("file-status").startswith("✗ ")
        assert "Enter Save" in pilot.row("keys")
        path.rmdir()
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
        assert pilot.row("file-status").startswith("✓ ")


async def test_a_file_that_became_invalid_meanwhile_is_never_overwritten(store: LiveStore, path: Path) -> None:
    state = state_of_file(path, store.settings(rootdirectory="/a"))
    async with run_wizard(state) as pilot:
        path.write_text("[[[", encoding="utf-8")
        await pilot.press("ctrl+s")
        await pilot.until_step("save")
        for _ in range(2):
            text = " ".join(pilot.text.split())
            assert "line 1" in text
            assert "Press Enter again" not in text
            await pilot.press("enter")
            await pilot.until(lambda: pilot.state.save_error != "")
        assert path.read_text(encoding="utf-8") == "[[["


async def test_a_file_that_was_deleted_meanwhile_is_created_after_confirmation(store: LiveStore, path: Path) -> None:
    state = state_of_file(path, store.settings(rootdirectory="/a"))
    async with run_wizard(state) as pilot:
        path.unlink()
        await pilot.press("ctrl+s")
        await pilot.until_step("save")
        assert "Press Enter again to create it." in " ".join(pilot.text.split())
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
    assert config_file.load(path).settings.rootdirectory == "/a"


async def test_a_file_that_changed_meanwhile_is_overwritten_only_after_confirmation(
    store: LiveStore, path: Path
) -> None:
    state = state_of_file(path, store.settings(rootdirectory="/a"))
    async with run_wizard(state) as pilot:
        config_file.save(path, store.settings(rootdirectory="/other"), None)
        await pilot.press("ctrl+s")
        await pilot.until_step("save")
        assert "changed by another program" in pilot.row("file-status")
        assert "Press Enter again to overwrite it" in " ".join(pilot.text.split())
        assert config_file.load(path).settings.rootdirectory == "/other"
        assert 'was "/other"' in pilot.row("changes")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
    assert config_file.load(path).settings.rootdirectory == "/a"
    assert config_file.load(path.with_name("storage.toml.bak")).settings.rootdirectory == "/other"


async def test_the_garbage_collector_is_enabled_after_the_first_screen(new_state: WizardState) -> None:
    """The program starts with the collector disabled, to be faster."""
    gc.disable()
    try:
        async with run_wizard(new_state) as pilot:
            await pilot.until(gc.isenabled)
    finally:
        gc.enable()


async def test_ctrl_q_leaves_at_once_without_unsaved_changes(path: Path) -> None:
    async with run_wizard(state_of_file(path, AMAZON)) as pilot:
        await pilot.press("ctrl+q")
        await pilot.until_ended()
        assert pilot.app.return_code == 0


async def test_ctrl_q_asks_once_about_unsaved_changes(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.fill("bucket", "images")
        for answer in ("escape", "enter"):
            await pilot.press("ctrl+q")
            await pilot.until_text("Quit without saving?", "will be kept as a draft")
            await pilot.press(answer)
            await pilot.until(lambda: not isinstance(pilot.screen, ChoiceDialog))
            assert (pilot.step, pilot.value("bucket"), pilot.app.is_ending) == ("bucket", "images", False)
        await pilot.press("ctrl+q")
        await pilot.until(lambda: isinstance(pilot.screen, ChoiceDialog))
        await pilot.press("ctrl+q")
        await pilot.until_ended()
        assert pilot.app.return_code == 0


@pytest.mark.sample
@pytest.mark.parametrize(
    ("home", "words"),
    [
        ("", ("will be kept as a draft", "Quit, keep draft")),
        ("/nonexistent", ("Your entries will be lost.", "Quit without saving", "Nothing is stored in")),
    ],
)
async def test_the_question_says_whether_a_draft_will_be_kept(
    new_state: WizardState, monkeypatch: pytest.MonkeyPatch, home: str, words: tuple[str, ...]
) -> None:
    if home:
        monkeypatch.setenv("HOME", home)
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.fill("bucket", "images")
        await pilot.press("ctrl+q")
        await pilot.until_text("Quit without saving?", *words)


async def test_the_answer_leave_ends_the_app_without_saving(new_state: WizardState, path: Path) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.fill("bucket", "images")
        await pilot.press("ctrl+q")
        await pilot.until(lambda: isinstance(pilot.screen, ChoiceDialog))
        await pilot.press("down", "enter")
        await pilot.until_ended()
    assert not path.exists()


@pytest.mark.sample
@pytest.mark.parametrize(
    ("step", "dialog"),
    sampled(
        [
            *((step.id, "") for step in STEPS),
            ("bucket", "f1"),
            ("bucket", "ctrl+q"),
            ("validate", "f1"),
            ("save", "ctrl+q"),
        ],
        5,
    ),
)
async def test_ctrl_c_twice_ends_the_app_from_every_screen(
    unreachable: Settings, new_state: WizardState, step: str, dialog: str
) -> None:
    new_state.settings = unreachable
    async with run_wizard(new_state) as pilot:
        await pilot.go(step)
        if dialog:
            await pilot.press(dialog)
            await pilot.until(lambda: isinstance(pilot.screen, ChoiceDialog | MessageDialog))
        await pilot.press("ctrl+c")
        await pilot.press("ctrl+c")
        await pilot.until_ended()


async def test_ctrl_c_in_the_save_dialog_asks_about_unsaved_changes(new_state: WizardState) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until_validated()
            await pilot.press("ctrl+s")
            await pilot.until_text("Save anyway?")
            await pilot.press("ctrl+c")
            await pilot.until_text("Quit without saving?")
            assert not pilot.app.is_ending
            await pilot.press("ctrl+c")
            await pilot.until_ended()


@pytest.mark.sample(3)
@pytest.mark.parametrize("step", STEPS[1:], ids=lambda step: step.id)
async def test_leaving_before_a_step_is_composed_is_not_a_crash(
    new_state: WizardState, capsys: pytest.CaptureFixture[str], step: Step
) -> None:
    async with run_wizard(new_state) as pilot:
        pilot.app.show_step(step)
        pilot.app.exit(0)
        await pilot.until_ended()
    assert pilot.app.first_error is None
    assert capsys.readouterr().err == ""


@pytest.mark.sample
@pytest.mark.parametrize(
    "dialog",
    [
        *(BucketPicker("minio.example", ""), CreateBucketDialog(AMAZON), MessageDialog("Help", Content("text"))),
        PolicyDialog(AMAZON, Path("storage.toml")),
    ],
    ids=lambda dialog: type(dialog).__name__,
)
async def test_leaving_before_a_dialog_is_composed_is_not_a_crash(
    new_state: WizardState, dialog: ModalScreen[Any]
) -> None:
    async with run_wizard(new_state) as pilot:
        pilot.app.push_screen(dialog)
        pilot.app.exit(0)
        await pilot.until_ended()
    assert pilot.app.first_error is None


@pytest.mark.sample
@pytest.mark.parametrize("how", ["by a key", "by a signal"])
async def test_leaving_stops_the_validation(new_state: WizardState, how: str) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new_state.settings = new_state.initial_settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "PutObject" in store.calls)
            if how == "by a key":
                await pilot.press("ctrl+c")
            else:
                os.kill(os.getpid(), signal.SIGHUP)
            await pilot.until_ended()
            await pilot.until(lambda: store.contents() == [])  # clean-up may continue in the background
            released.set()  # its thread ends only then
        assert pilot.app.tasks.validation_thread is not None
        assert pilot.app.tasks.is_stopped


def test_every_action_of_a_function_key_has_another_key() -> None:
    """Not every terminal sends function keys."""
    owners = (WizardApp, StepScreen, FormScreen, ValidateScreen, FoldToggle)
    keys: dict[str, set[str]] = {}
    for binding in (binding for owner in owners for binding in owner.BINDINGS):
        assert isinstance(binding, Binding)
        keys.setdefault(binding.action.removeprefix("screen."), set()).update(binding.key.split(","))
    assert [action for action, names in keys.items() if all(re.fullmatch(r"f\d+", name) for name in names)] == []
    assert "f1" in keys["help"]


async def test_a_local_folder_skips_the_steps_of_s3_and_is_saved_as_a_filesystem(
    new_state: WizardState, path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "registry"
    folder.mkdir()
    async with run_wizard(new_state) as pilot:
        await pilot.choose("provider", "filesystem")
        await pilot.until(lambda: pilot.state.settings.type == "filesystem")
        await pilot.enter("bucket")
        assert [field.declaration.name for field in pilot.form.visible_fields()] == ["rootdirectory"]
        await pilot.until(lambda: pilot.focused == "rootdirectory")
        assert pilot.value("rootdirectory") == "/var/lib/registry"
        assert "Local folder" in pilot.row("status")
        await pilot.fill("rootdirectory", str(folder))
        await pilot.enter("validate")
        await pilot.until_validated()
        assert "Everything the registry needs works" in pilot.row("intro")
        await pilot.press("escape")
        await pilot.until_step("bucket")
        await pilot.enter("validate")
        await pilot.enter("save")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
    assert 'type = "filesystem"' in path.read_text()
    assert config_file.load(path).settings == new_state.settings
    assert list(folder.iterdir()) == []


@pytest.mark.sample
@pytest.mark.parametrize(
    ("keys", "is_unchanged"),
    [(("end", "x"), True), (("end", *["backspace"] * 4, "x"), False)],
    ids=["the same settings", "other settings"],
)
async def test_input_that_became_invalid_during_the_validation_is_not_saved_and_its_field_is_shown(
    new_state: WizardState, path: Path, keys: tuple[str, ...], is_unchanged: bool
) -> None:
    """The chunk size is `10 MiB` at first. `10 MiBx` leaves the settings as they are, `10x` after `10` does not."""
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new_state.settings = validated = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.press("ctrl+s")
            await pilot.until(lambda: "PutObject" in store.calls)
            await pilot.go("advanced")
            await pilot.press("f4")
            await pilot.focus("chunksize")
            await pilot.press(*keys)
            assert (new_state.settings == validated) is is_unchanged
            await pilot.go("bucket")
            released.set()
            await pilot.until_validated()
            await pilot.until(lambda: pilot.focused == "chunksize")
            assert not path.exists()


async def test_settings_that_changed_during_the_validation_are_not_saved(new_state: WizardState, path: Path) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.press("ctrl+s")
            await pilot.until(lambda: "PutObject" in store.calls)
            await pilot.go("bucket")
            await pilot.fill("rootdirectory", "/not-validated")
            released.set()
            await pilot.until_validated()
            assert (pilot.step, new_state.report) == ("bucket", None)
            assert not path.exists()


@pytest.mark.ci_only
async def test_ctrl_s_after_a_change_during_a_validation_validates_and_saves_the_changed_settings(
    new_state: WizardState, path: Path
) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("validate")
            await pilot.until(lambda: "PutObject" in store.calls)
            await pilot.go("bucket")
            await pilot.fill("rootdirectory", "/changed")
            await pilot.press("ctrl+s")
            released.set()
            await pilot.until(lambda: new_state.has_saved)
    file = config_file.load(path)
    assert file.settings.rootdirectory == "/changed"
    assert file.validation is not None
    assert file.validation.passed


@pytest.mark.sample
@pytest.mark.parametrize(("keys", "is_resumed"), [(("enter",), True), (("down", "enter"), False)])
async def test_a_draft_is_offered_at_the_start(
    path: Path, unreachable: Settings, keys: tuple[str, ...], is_resumed: bool
) -> None:
    left = WizardState.open(path)
    left.settings, left.current_step = unreachable, "validate"
    draft.update_on_exit(left)
    state = WizardState.open(path)
    app = WizardApp(state, saved_draft=draft.find(path))
    async with app.run_test(size=(80, 24)) as textual_pilot:
        pilot = WizardPilot(app, textual_pilot)
        await pilot.until(lambda: isinstance(pilot.screen, ResumeDialog))
        await pilot.until_text("Resume your draft?", "access key and the secret key", "Esc Resume")
        await pilot.press(*keys)
        await pilot.until_step("keys" if is_resumed else "storage")
        assert (state.settings.bucket == unreachable.bucket) is is_resumed
        await pilot.until(lambda: pilot.focused == ("accesskey" if is_resumed else "registry"))
    assert (draft.find(path) is not None) is is_resumed


async def test_what_a_draft_does_not_keep_is_named_before_leaving_and_asked_for_first(path: Path) -> None:
    left = state_of_file(path, AMAZON)
    left.enter_text("chunksize", "ten")
    async with run_wizard(left) as pilot:
        await pilot.press("ctrl+q")
        await pilot.until_text("Your entries (except the keys, Chunk size)")
    left.current_step = "save"
    draft.update_on_exit(left)
    app = WizardApp(WizardState.open(path), saved_draft=draft.find(path))
    async with app.run_test(size=(80, 24)) as textual_pilot:
        pilot = WizardPilot(app, textual_pilot)
        await pilot.until(lambda: isinstance(pilot.screen, ResumeDialog))
        await pilot.until_text("Not in the draft", "Chunk size", "Resume at Advanced")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.focused == "chunksize")


@pytest.mark.sample
@pytest.mark.parametrize("key", ["ctrl+s", "f1", "ctrl+o"])
async def test_a_question_is_answered_before_anything_else(new_state: WizardState, key: str) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.fill("bucket", "images")
        await pilot.press("ctrl+q")
        await pilot.until(lambda: isinstance(pilot.screen, ChoiceDialog))
        question = pilot.screen
        await pilot.press(key)
        assert pilot.screen is question
        assert pilot.step == "bucket"


async def test_a_crash_in_the_background_ends_the_app(new_state: WizardState) -> None:
    error = ValueError("a bug")
    with contextlib.suppress(ValueError):  # `run_test` raises it again
        async with run_wizard(new_state) as pilot:
            pilot.app.post_message(Crashed(error))
            await pilot.until_ended()
            assert pilot.app.first_error is error


async def test_a_failed_task_ends_the_app(new_state: WizardState) -> None:
    async def fail() -> None:
        raise ValueError("a bug")

    with contextlib.suppress(ValueError):  # `run_test` raises it again
        async with run_wizard(new_state) as pilot:
            asyncio.get_running_loop().create_task(fail())
            await pilot.until_ended()
            assert str(pilot.app.first_error) == "a bug"


async def test_a_screen_is_laid_out_for_the_size_that_the_terminal_has_now(path: Path) -> None:
    """Otherwise a size from before that comes late leads to another layout, or two to one another without an end."""
    async with run_wizard(WizardState.open(path)) as pilot:
        screen = pilot.app.screen
        screen.post_message(Resize(Size(130, 40), Size(130, 40)))
        await pilot.settle()
        assert screen.find_widget(screen).region.size == pilot.app.size
