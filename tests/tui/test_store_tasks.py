"""The requests to the store: when they start, and whose results count."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.message import Message

from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faults import hang
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.pilot import AMAZON, TIMEOUT, join_background_threads, run_wizard
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.tui.background import BucketsListed, CheckEvent, QuickCheckDone
from wizard.tui.screen_context import ScreenContext
from wizard.tui.store_tasks import StoreTasks
from wizard.validation.reachability import ReachabilityStatus
from wizard.validation.results import Event


async def test_a_quick_check_uses_the_settings_from_before_the_pause(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.until(lambda: new_state.is_reachability_current)
        new_state.forget_reachability()
        pilot.app.tasks.schedule_quick_check()
        new_state.settings = AMAZON.replace({"region": ""})  # it has no address, so a check of it would fail
        await pilot.until(lambda: new_state.reachability_settings == store.settings())


async def test_the_store_is_checked_once_typing_pauses(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings(bucket="")
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        assert "answers" not in pilot.row("status")
        await pilot.fill("bucket", store.bucket)
        assert "…" in pilot.row("status")
        await pilot.until(lambda: "✓ 127.0.0.1 answers" in pilot.row("status"))
        assert "✓ keys accepted" in pilot.row("status")
        assert f"✓ bucket {store.bucket}"[:20] in pilot.row("status")
        await pilot.press("x")
        assert "✓" not in pilot.row("status")


async def test_a_wrong_secret_is_shown_below_its_field(enforcing_moto: EnforcingMoto, new_state: WizardState) -> None:
    key, _ = enforcing_moto.iam_key()
    new_state.settings = enforcing_moto.store().settings(accesskey=key, secretkey=Secret("x" * 40))
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        await pilot.until(lambda: "✗ keys refused" in pilot.row("status"))
        assert "✓ 127.0.0.1 answers" in pilot.row("status")
        assert pilot.message("secretkey").startswith("✗ ")


async def test_a_missing_bucket_is_shown_below_its_field(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings(bucket="does-not-exist")
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.until(lambda: "✗ no bucket does-not-exist" in pilot.row("status"))
        assert "✓ keys accepted" in pilot.row("status")
        assert pilot.message("bucket").startswith("✗ ")
        assert "does-not-exist" in pilot.message("bucket")


async def test_an_endpoint_that_does_not_answer_is_shown_below_its_field(
    unreachable: Settings, new_state: WizardState
) -> None:
    new_state.settings = unreachable
    async with run_wizard(new_state) as pilot:
        await pilot.go("endpoint")
        await pilot.until(lambda: "✗ 127.0.0.1: connection refused" in pilot.row("status"))
        assert pilot.message("regionendpoint").startswith("! ")


async def test_a_result_for_settings_that_have_changed_since_is_dropped(new_state: WizardState) -> None:
    released = threading.Event()
    with FaultyStore(hang(released=released)) as store:
        new_state.settings = store.settings()
        async with run_wizard(new_state) as pilot:
            await pilot.go("bucket")
            await pilot.until(lambda: bool(store.calls))
            await pilot.fill("bucket", "")  # settings with an error are not checked
            released.set()
            join_background_threads()
            await pilot.until(lambda: not pilot.app.context.is_checking_store)
            await pilot.press("tab")
            assert pilot.state.reachability is None
            assert "✓" not in pilot.row("status")


async def test_the_store_is_not_checked_while_a_rule_finds_an_error(moto: Moto, new_state: WizardState) -> None:
    with FaultyStore() as store:
        new_state.settings = store.settings(bucket="no")
        async with run_wizard(new_state) as pilot:
            await pilot.go("bucket")
            assert not pilot.app.context.is_checking_store
            await pilot.fill("bucket", store.bucket)
            await pilot.until(lambda: "answers" in pilot.row("status"))
            assert len(store.calls) == 1
            await pilot.go("keys")
            await pilot.go("bucket")
            assert len(store.calls) == 1
    del moto


# --- results of requests that were replaced ---


class Tasks:
    """Store tasks without an app; the test posts their results. `messages` are those of their threads."""

    def __init__(self, settings: Settings) -> None:
        self.messages: list[Message] = []
        self.context = ScreenContext(WizardState(Path("storage.toml"), settings))
        pump = SimpleNamespace(is_running=True, post_message=self.messages.append)
        self.tasks = StoreTasks(cast(Any, pump), self.context)

    def validate(self) -> list[CheckEvent]:
        """Runs a validation to its end; returns its events, which are not recorded yet."""
        self.messages.clear()
        self.tasks.start_validation()
        assert self.tasks.validation_thread is not None
        self.tasks.validation_thread.join(TIMEOUT)
        return [message for message in self.messages if isinstance(message, CheckEvent)]


def test_events_of_a_validation_that_was_replaced_are_dropped(unreachable: Settings) -> None:
    tasks = Tasks(unreachable)
    replaced, latest = tasks.validate(), tasks.validate()
    assert [tasks.tasks.record_check_event(event) for event in replaced] == [False] * len(replaced)
    progress = tasks.context.progress
    assert (progress.started, progress.results, progress.report) == ({}, {}, None)
    assert tasks.context.state.report is None
    assert all(tasks.tasks.record_check_event(event) for event in latest)
    assert tasks.context.state.report is progress.report is not None


def test_a_validation_stops_the_one_that_it_replaces(unreachable: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    cancels: list[threading.Event] = []

    def run(_settings: Settings, *, cancel: threading.Event) -> Iterator[Event]:
        cancels.append(cancel)
        yield from ()

    monkeypatch.setattr("wizard.validation.runner.run_checks", run)
    tasks = Tasks(unreachable)
    tasks.validate()
    tasks.validate()
    assert [cancel.is_set() for cancel in cancels] == [True, False]


@pytest.mark.sample
@pytest.mark.parametrize("is_latest", [True, False])
def test_only_the_latest_list_of_buckets_is_current(unreachable: Settings, is_latest: bool) -> None:
    tasks = Tasks(unreachable)
    tasks.tasks.list_buckets(unreachable)
    join_background_threads()
    (listed,) = tasks.messages
    assert isinstance(listed, BucketsListed)
    if not is_latest:
        tasks.tasks.cancel_listing()
    assert tasks.tasks.is_current_listing(listed) is is_latest


def test_the_result_of_a_quick_check_that_was_replaced_is_dropped(unreachable: Settings) -> None:
    tasks = Tasks(AMAZON.replace({"bucket": ""}))  # its errors keep a new check from starting
    tasks.tasks.schedule_quick_check()
    replaced = QuickCheckDone(1, unreachable, ReachabilityStatus(endpoint=True))
    tasks.tasks.schedule_quick_check()
    assert not tasks.tasks.record_quick_check(replaced)
    assert tasks.context.state.reachability is None
    latest = QuickCheckDone(2, unreachable, ReachabilityStatus(endpoint=False))
    assert tasks.tasks.record_quick_check(latest)
    assert tasks.context.state.reachability is latest.status


@pytest.mark.parametrize("missing", [(), ("secretkey",), ("accesskey", "secretkey")])
def test_the_store_is_not_asked_before_the_keys_of_a_draft_were_entered_again(missing: tuple[str, ...]) -> None:
    """With blank keys the credentials of this machine would be used."""
    state = WizardState(Path("storage.toml"), AMAZON)
    state.resume(AMAZON.replace({"accesskey": "", "secretkey": Secret()}), "bucket", missing, ())
    context = ScreenContext(state)
    pump = SimpleNamespace(set_timer=lambda *_: None)
    StoreTasks(cast(Any, pump), context).schedule_quick_check()
    assert context.is_checking_store is not bool(missing)
