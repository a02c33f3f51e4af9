"""Keys and pastes are handled one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual import events
from textual.keys import _character_to_key

from tests.support.live_store import LiveStore
from tests.support.pilot import AMAZON
from tests.support.samples import sampled
from tests.support.terminals import Terminal, terminal
from wizard.config import file as config_file
from wizard.tui.terminal.key_queue import KeyQueue


class DeliveredKeys:
    """A key queue whose app has other work before it comes to the next key; `names` are the delivered ones."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._later: list[Callable[[], Awaitable[None]]] = []
        self.app = SimpleNamespace(is_running=False, is_ending=False, call_later=self._later.append)
        self._queue = KeyQueue(cast(Any, self.app), self._deliver)

    async def _deliver(self, event: events.Event) -> None:
        assert isinstance(event, events.Key)
        self.names.append(event.key)

    async def press(self, *keys: str) -> None:
        """Press keys before the app has time for any of them."""
        for key in keys:
            await self._queue.handle(events.Key(key, key if len(key) == 1 else None))

    async def deliver_all(self) -> None:
        """Let the app do its other work."""
        while self._later:
            await self._later.pop(0)()


class NewScreen:
    """A screen that gets its widgets only after the app's loop has had some turns."""

    is_attached = is_running = True
    focused = None

    def __init__(self) -> None:
        self._turns = 5

    @property
    def is_mounted(self) -> bool:
        self._turns -= 1
        return self._turns < 0

    def call_later(self, done: Callable[[], None]) -> bool:
        done()
        return True


async def test_keys_are_delivered_in_the_order_of_their_arrival() -> None:
    keys = DeliveredKeys()
    await keys.press("a", "enter", "b")
    await keys.deliver_all()
    assert keys.names == ["a", "enter", "b"]


async def test_a_key_is_delivered_only_after_the_app_has_handled_the_one_before_it() -> None:
    keys = DeliveredKeys()
    await keys.press("a", "b")
    assert keys.names == ["a"]


async def test_a_key_is_delivered_only_after_a_new_screen_has_its_widgets() -> None:
    keys, screen = DeliveredKeys(), NewScreen()
    keys.app.is_running, keys.app.screen_stack, keys.app.screen = True, [screen], screen
    pressed = asyncio.create_task(keys.press("enter"))
    await asyncio.sleep(0)
    assert keys.names == []
    await pressed
    assert keys.names == ["enter"]
    assert screen.is_mounted


async def test_no_key_is_delivered_once_the_app_is_ending() -> None:
    keys = DeliveredKeys()
    await keys.press("a", "b", "c")
    keys.app.is_ending = True
    await keys.deliver_all()
    assert keys.names == ["a"]


async def test_ctrl_c_and_ctrl_q_do_not_wait_for_the_keys_before_them() -> None:
    for key in ("ctrl+c", "ctrl+q"):
        keys = DeliveredKeys()
        await keys.press("a", "b", key)
        assert keys.names == ["a", key]
        await keys.deliver_all()
        assert keys.names == ["a", key, "b"]


async def test_a_key_that_a_widget_forwards_does_not_wait_again() -> None:
    """It would wait for itself: its widget is handling it."""
    keys = DeliveredKeys()
    await keys.press("a", "b")
    forwarded = events.Key(_character_to_key("x"), "x")
    forwarded._set_forwarded()
    await keys._queue.handle(forwarded)
    assert keys.names == ["a", "x"]


@pytest.mark.ci_only
def test_all_steps_can_be_typed_ahead(store: LiveStore, tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Amazon S3")
        steps = [
            "\x1b[C\x1b[C\x1b[C \tother\r",
            f"{store.bucket}\t\t/ahead",
            f"{store.access_key}\t{store.secret_key}",
            store.endpoint,
            "",
        ]
        # Home begins each step: text right after Enter would be taken for a paste of several lines.
        screen.press("\r\x1b[H".join([*steps, ""]).encode())
        screen.wait_for("Everything the registry needs works")
        screen.press(b"\r\r")
        screen.wait_for("mode 0600")
        screen.press(b"\r")
        assert screen.wait_for_exit() == 0
    settings = config_file.load(tmp_path / "storage.toml").settings
    assert (settings.registry, settings.bucket, settings.rootdirectory) == ("distribution-2", store.bucket, "/ahead")
    assert (settings.accesskey, settings.secretkey.reveal()) == (store.access_key, store.secret_key)
    assert (settings.regionendpoint, settings.v4auth, settings.secure) == (store.endpoint, True, False)


# Lines that are pasted without brackets

SECRET_LINE = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def open_keys_step(screen: Terminal) -> None:
    for words in ("Amazon S3", "Choose the bucket for your images"):
        screen.wait_for(words)
        screen.press(b"\r")
    screen.wait_for("The access key and secret key that")
    screen.read_until_quiet()


@pytest.mark.ci_only
@pytest.mark.sample
@pytest.mark.parametrize("end", sampled(["\r", "\n", "\r\n"], 2))
@pytest.mark.parametrize("more", sampled(["", "a third line"], 2))
def test_a_second_line_goes_to_the_next_field_of_the_step_although_the_step_is_complete(
    tmp_path: Path, end: str, more: str
) -> None:
    """A third line goes nowhere: the step has no more fields."""
    config_file.save(tmp_path / "storage.toml", AMAZON, None)
    with terminal(tmp_path, "-m", "wizard") as screen:
        open_keys_step(screen)
        screen.press(b"\x15")  # deletes the access key to the left
        screen.press(b"\x0b")
        screen.press(end.join(["AKIAIOSFODNN7EXAMPL2", SECRET_LINE[:-1] + "2", *([more] if more else [])]).encode())
        screen.wait_for("AKIAIOSFODNN7EXAMPL2")
        screen.read_until_quiet()
        screen.press(b"\x0c")
        screen.wait_for("The access key and secret key that")
        screen.read_until_quiet()
        assert SECRET_LINE[:30].encode() not in screen.stream
        assert b"third" not in screen.stream
        screen.press(b"\x1b[H\r")
        screen.wait_for("The address to which the registry sends its requests")
        assert SECRET_LINE[:30].encode() not in screen.stream


@pytest.mark.ci_only
def test_a_second_line_at_the_last_field_goes_nowhere(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", AMAZON, None)
    with terminal(tmp_path, "-m", "wizard") as screen:
        open_keys_step(screen)
        screen.press(b"\t")
        screen.press(f"\x15{SECRET_LINE}\nother line".encode())
        screen.read_until_quiet()
        screen.press(b"\x0c")
        screen.wait_for("The access key and secret key that")
        screen.read_until_quiet()
        assert b"other line" not in screen.stream
        assert b"The address to which the registry sends its requests" not in screen.stream


@pytest.mark.ci_only
def test_a_second_line_goes_past_choices(tmp_path: Path) -> None:
    """On the first step there is no text field below the choices."""
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"first\nother line   with spaces")
        screen.read_until_quiet()
        screen.press(b"\r")
        screen.wait_for("Choose the bucket for your images")
        screen.read_until_quiet()
        assert b"other line" not in screen.stream


def test_the_value_of_each_line_is_kept(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"\r")
        screen.wait_for("Choose the bucket for your images")
        screen.press(b"images\neu-west-1\n/registry")
        screen.wait_for("/registry")
        assert b"images" in screen.stream
        assert b"eu-west-1" in screen.stream
