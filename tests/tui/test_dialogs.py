"""What opens over a step: the buckets to choose from, the policy, and what was entered last time."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from tests.support.faults import deny, hang
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.tui.test_wizard import UiMode, new, offline, path, walk_of, wizard
from wizard.catalog import policy
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui.screens.bucket_picker import BucketPicker, NameList
from wizard.tui.screens.dialogs import ResumeDialog
from wizard.tui.screens.policy import PolicyDialog

__all__ = ["new", "offline", "path"]  # fixtures

# The buckets


async def test_a_bucket_is_chosen_from_those_that_there_are(moto: Moto, path: Path) -> None:
    store, other = moto.store(), moto.create_bucket()
    async with wizard(walk_of(path, store.settings())) as face:
        await face.enter("bucket")
        await face.press("ctrl+o")
        await face.until(lambda: store.bucket in face.text or " of " in face.text)
        await face.type(other)
        await face.until_text("1 of ")
        await face.press("enter")
        await face.until_step("bucket")
        assert face.value("bucket") == other
        assert face.state.settings.bucket == other


async def test_esc_leaves_the_bucket_as_it_was(moto: Moto, path: Path) -> None:
    store = moto.store()
    async with wizard(walk_of(path, store.settings())) as face:
        await face.enter("bucket")
        await face.press("f5")
        await face.until_text(" of ")
        await face.press("down", "escape")
        assert face.value("bucket") == store.bucket


async def test_a_key_that_may_not_list_buckets_gets_a_sentence(path: Path) -> None:
    with FaultyStore(deny("ListBuckets")) as server:
        async with wizard(walk_of(path, server.settings())) as face:
            await face.enter("bucket")
            await face.press("ctrl+o")
            await face.until_text("s3:ListAllMyBuckets")
            await face.press("escape")
            assert face.step == "bucket"


async def test_esc_does_not_wait_for_a_store_that_hangs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.s3.buckets._TIMEOUTS", Timeouts(connect=1.0, read=1.0))  # for the end of the test alone
    with FaultyStore(hang("ListBuckets")) as server:
        async with wizard(walk_of(path, server.settings())) as face:
            await face.enter("bucket")
            await face.press("ctrl+o")
            await face.until_text("Waiting for")
            await face.press("escape")
            assert face.screen is face.app.step_screen


async def test_ten_thousand_names_are_filtered_within_a_key(new: WizardState) -> None:
    """In 10 ms, of this thread's own, as other tests run beside it; to the first byte the benchmarks measure it."""
    async with wizard(new) as face:
        shown = BucketPicker("minio.example")
        face.app.push_screen(shown)
        await face.until(lambda: bool(shown.query(NameList)))
        shown.show_result([f"images-{n:05}-{n * 7919 % 10_000:04}" for n in range(10_000)])
        await face.until_text("10000 of 10000")
        took = []
        for length in range(1, 5):
            began = time.thread_time()
            shown.query_one(Input).value = "7919"[:length]
            shown._apply_filter()
            took.append(time.thread_time() - began)
        await face.until(lambda: "10000 of" not in face.text)
        assert max(took) < 0.01
        assert len(shown.query_one(NameList).names) < 100
        await face.press("pagedown", "up", "down")
        assert shown.query_one(NameList).index == 1


# The policy


@pytest.fixture
def administrator(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """IAM with the admin's own credentials."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    client = moto.client("iam")
    yield client
    client.close()


async def at_keys(face: UiMode) -> None:
    await face.go("keys")
    await face.press("ctrl+p")
    await face.until(lambda: isinstance(face.screen, PolicyDialog))
    await face.settle()


async def test_the_policy_is_written_beside_the_file(store: LiveStore, path: Path) -> None:
    async with wizard(walk_of(path, store.settings())) as face:
        await at_keys(face)
        assert "PushPullDelete" in face.text or '"List"' in face.text
        await face.press("enter")
        await face.until_text("Written. Then: aws iam put-user-policy")
        written = json.loads(Path(f"{policy.NAME}.json").read_text(encoding="utf-8"))
        assert written == policy.least_privilege(face.state.settings)
        await face.press("ctrl+d", "enter")
        await face.until_text("Written.")
        written = json.loads(Path(f"{policy.NAME}.json").read_text(encoding="utf-8"))
        assert written == policy.documented(face.state.settings)
        await face.press("escape")
        assert face.step == "keys"


async def test_the_policy_is_put_on_a_user_after_the_difference_was_shown(
    administrator: Any, store: LiveStore, path: Path
) -> None:
    user = f"registry-{uuid.uuid4().hex[:8]}"
    async with wizard(walk_of(path, store.settings())) as face:
        await at_keys(face)
        await face.press("ctrl+u")
        await face.type(user)
        await face.press("enter")
        await face.until_text("There is no IAM user")
        administrator.create_user(UserName=user)
        await face.press("enter")
        await face.until_text("This is what changes.", "+{")
        assert administrator.list_user_policies(UserName=user)["PolicyNames"] == []
        await face.press("enter")
        await face.until_text(f"{policy.NAME} is on {user}")
    there = administrator.get_user_policy(UserName=user, PolicyName=policy.NAME)["PolicyDocument"]
    assert there == policy.least_privilege(store.settings())


# What was entered last time


def test_a_draft_keeps_all_but_the_secret(path: Path, offline: Settings) -> None:
    state = WizardState.open(path)
    state.settings = offline.replace({"regionendpoint": "https://user:canary@minio:9000"})
    state.enter_text("chunksize", "ten")
    state.current_step = "endpoint"
    assert draft.update_on_exit(state)
    found = draft.find(path)
    assert found is not None
    assert found.settings == state.settings.replace({"secretkey": Secret(), "regionendpoint": ""})
    assert (found.texts, found.current_step, found.lacks_secret) == ({"chunksize": "ten"}, "endpoint", True)
    (file,) = Path("~/.local/state/storage-wizard").expanduser().iterdir()
    assert file.stat().st_mode & 0o7777 == 0o600
    assert "canary" not in file.read_text(encoding="utf-8")
    assert offline.secretkey.reveal() not in file.read_text(encoding="utf-8")
    other = WizardState.open(path)
    found.resume(other)
    assert other.settings.bucket == offline.bucket
    assert "Enter it again" in other.notes["secretkey"]


def test_a_draft_goes_once_it_is_saved(path: Path, offline: Settings) -> None:
    state = WizardState.open(path)
    state.settings = offline
    assert draft.update_on_exit(state)
    assert draft.find(path) is not None
    assert state.save()
    assert not draft.update_on_exit(state)
    assert draft.find(path) is None


def test_a_secret_that_the_file_holds_serves(path: Path, offline: Settings) -> None:
    config_file.save(path, offline, None)
    state = WizardState.open(path)
    state.set_value("bucket", "others")
    assert draft.update_on_exit(state)
    again = WizardState.open(path)
    found = draft.find(path)
    assert found is not None
    found.resume(again)
    assert again.settings == offline.replace({"bucket": "others"})


@pytest.mark.parametrize("text", ["", "x", "version = 9", "[draft]\nstep = 5\ntexts = 3", "[storage]\ntype = 1"])
def test_a_draft_that_makes_no_sense_is_none(path: Path, offline: Settings, text: str) -> None:
    state = WizardState.open(path)
    state.settings = offline
    draft.update_on_exit(state)
    (file,) = Path("~/.local/state/storage-wizard").expanduser().iterdir()
    file.write_text(text, encoding="utf-8")
    found = draft.find(path)
    assert found is None or found.current_step == STEPS[0].id


@pytest.mark.parametrize(("keys", "goes_on"), [(("enter",), True), (("down", "enter"), False)])
async def test_the_next_start_offers_to_go_on(
    path: Path, offline: Settings, keys: tuple[str, ...], goes_on: bool
) -> None:
    state = WizardState.open(path)
    state.settings, state.current_step = offline, "endpoint"
    draft.update_on_exit(state)
    from wizard.tui.app import WizardApp

    again = WizardState.open(path)
    app = WizardApp(again, saved_draft=draft.find(path))
    async with app.run_test(size=(80, 24)) as pilot:
        face = UiMode(app, pilot)
        await face.until(lambda: isinstance(face.screen, ResumeDialog))
        await face.until_text("Go on where you were?", "enter the secret key again")
        await face.press(*keys)
        await face.until_step("endpoint" if goes_on else "storage")
        assert (again.settings.bucket == offline.bucket) is goes_on
    assert (draft.find(path) is not None) is goes_on
