"""The dialog that lists the buckets of a store."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.faults import deny, hang
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.pilot import run_wizard, state_of_file
from tests.support.processes import load_factor
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts
from wizard.session.state import WizardState
from wizard.tui.background import BucketsListed
from wizard.tui.screens.bucket_picker import BucketPicker
from wizard.tui.screens.needed import NeededDialog
from wizard.tui.widgets.name_list import NameList


async def test_a_bucket_of_the_store_can_be_selected(moto: Moto, path: Path) -> None:
    store, other = moto.store(), moto.create_bucket()
    async with run_wizard(state_of_file(path, store.settings())) as pilot:
        await pilot.enter("bucket")
        await pilot.press("ctrl+o")
        await pilot.until(lambda: store.bucket in pilot.text or " of " in pilot.text)
        await pilot.type(other)
        await pilot.until_text("1 of ")
        await pilot.press("enter")
        await pilot.until_step("bucket")
        assert pilot.value("bucket") == other
        assert pilot.state.settings.bucket == other


async def test_esc_keeps_the_bucket(moto: Moto, path: Path) -> None:
    store = moto.store()
    async with run_wizard(state_of_file(path, store.settings())) as pilot:
        await pilot.enter("bucket")
        await pilot.press("f5")
        await pilot.until_text(" of ")
        await pilot.press("down", "escape")
        assert pilot.value("bucket") == store.bucket


async def test_a_key_without_permission_to_list_buckets_gets_an_explanation(path: Path) -> None:
    with FaultyStore(deny("ListBuckets")) as server:
        async with run_wizard(state_of_file(path, server.settings())) as pilot:
            await pilot.enter("bucket")
            await pilot.press("ctrl+o")
            await pilot.until_text("s3:ListAllMyBuckets")
            await pilot.press("escape")
            assert pilot.step == "bucket"


async def test_esc_does_not_wait_for_a_store_that_hangs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patience = 1.0 * load_factor()  # seconds; the test ends only after them
    monkeypatch.setattr("wizard.s3.buckets._TIMEOUTS", Timeouts(connect=patience, read=patience))
    with FaultyStore(hang("ListBuckets")) as server:
        async with run_wizard(state_of_file(path, server.settings())) as pilot:
            await pilot.enter("bucket")
            await pilot.press("ctrl+o")
            await pilot.until_text("Waiting for")
            await pilot.press("escape")
            assert pilot.screen is pilot.app.step_screen


async def test_ten_thousand_names_are_filtered_quickly(new_state: WizardState) -> None:
    """In 10 ms of CPU time, as other tests may run beside this one. `tests.benchmarks` measures the time of a key."""
    async with run_wizard(new_state) as pilot:
        picker = BucketPicker("minio.example", "")
        pilot.app.push_screen(picker)
        await pilot.until(lambda: bool(picker.query(NameList)))
        picker.show_result([f"images-{n:05}-{n * 7919 % 10_000:04}" for n in range(10_000)])
        await pilot.until_text("10000 of 10000")
        seconds = []
        for length in range(1, 5):
            started = time.thread_time()
            picker.query_one(Input).value = "7919"[:length]
            picker._apply_filter()
            seconds.append(time.thread_time() - started)
        await pilot.until(lambda: "10000 of" not in pilot.text)
        assert statistics.median(seconds) < 0.01
        assert len(picker.query_one(NameList).names) < 100
        await pilot.press("pagedown", "up", "down")
        assert picker.query_one(NameList).index == 1


async def test_settings_with_an_error_are_not_asked_for_their_buckets(new_state: WizardState) -> None:
    new_state.set_value("provider", "minio")  # it has no endpoint yet
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.press("ctrl+o")
        await pilot.until_text("Can't list buckets yet", "Region endpoint")
        assert isinstance(pilot.screen, NeededDialog)
        await pilot.press("enter")
        assert isinstance(pilot.screen, NeededDialog)


async def test_a_store_without_buckets_says_so(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        picker = BucketPicker("minio.example", "")
        pilot.app.push_screen(picker)
        await pilot.until_text("Waiting for minio.example")
        picker.show_result([])
        await pilot.until_text("These keys cannot see any buckets.")
        await pilot.press("enter", "down")
        assert pilot.screen is picker


async def test_the_list_of_an_older_request_is_not_shown(
    unreachable: Settings, new_state: WizardState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dialog was closed and opened again before the store answered."""
    monkeypatch.setattr("wizard.tui.store_tasks.run_in_thread", lambda *_: None)
    new_state.settings = unreachable
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        runs = []
        for _ in range(2):
            await pilot.press("f5")
            await pilot.until_text("Waiting for")
            runs.append(pilot.app.tasks._listing)
            if len(runs) == 1:
                await pilot.press("escape")
        pilot.app.post_message(BucketsListed(runs[0], ["bucket-of-an-older-request"]))
        await pilot.settle()
        assert "older" not in pilot.text
        pilot.app.post_message(BucketsListed(runs[1], ["bucket-of-the-latest-request"]))
        await pilot.until_text("bucket-of-the-latest-request")


async def test_what_is_missing_is_asked_for_and_then_the_buckets_are_listed(
    store: LiveStore, new_state: WizardState
) -> None:
    new_state.settings = store.settings(regionendpoint="", accesskey="", bucket="typed-before", forcepathstyle=True)
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.press("f5")
        await pilot.until(lambda: isinstance(pilot.screen, NeededDialog))
        assert pilot.lines[-1].strip() == "Enter List buckets   Tab Next field   Esc Cancel"
        await pilot.type(store.endpoint)
        await pilot.press("tab")
        await pilot.type(store.access_key)
        await pilot.press("enter")
        await pilot.until(lambda: isinstance(pilot.screen, BucketPicker))
        await pilot.until_text(" of ")
        await pilot.press("escape")
        assert pilot.value("bucket") == "typed-before"


async def test_blank_keys_without_credentials_are_asked_for(
    store: LiveStore, new_state: WizardState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    new_state.settings = store.settings(accesskey="", secretkey=Secret())
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.press("f5")
        await pilot.until(lambda: isinstance(pilot.screen, NeededDialog))
        await pilot.until_text("Both keys are blank", "Access key", "Secret key")


async def test_a_name_that_no_bucket_has_can_be_used_as_typed(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.press("f5")
        await pilot.until_text(" of ")
        await pilot.type("not-there-yet")
        await pilot.until_text("Enter uses the name as typed.")
        await pilot.press("enter")
        await pilot.until(lambda: new_state.settings.bucket == "not-there-yet")


async def test_the_current_bucket_is_selected_first(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.press("f5")
        await pilot.until_text(f"▸ {store.bucket}")
