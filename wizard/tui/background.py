"""Work off the screen's thread, in daemon threads so that leaving never waits for a socket, and what it tells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from wizard.catalog.policy import Policy
    from wizard.model.findings import Finding
    from wizard.model.settings import Settings
    from wizard.validation.results import Event, ReachabilityStatus


class Crashed(Message):
    """Work in the background ended with an error of ours."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class QuickCheckDone(Message):
    """A look at the store has come back; `run` tells whether it is the latest."""

    def __init__(self, run: int, settings: Settings, seen: ReachabilityStatus) -> None:
        super().__init__()
        self.run = run
        self.settings = settings
        self.seen = seen


class BucketCreated(Message):
    """A bucket was made, or `problem` kept it from being made."""

    def __init__(self, problem: Finding | None) -> None:
        super().__init__()
        self.problem = problem


class BucketsListed(Message):
    """The buckets of the store, or why they may not be listed."""

    def __init__(self, run: int, found: list[str] | Finding) -> None:
        super().__init__()
        self.run = run
        self.found = found


class PolicyRead(Message):
    """The policy that a user has, or why it cannot be told."""

    def __init__(self, before: Policy | None, problem: str = "") -> None:
        super().__init__()
        self.before = before
        self.problem = problem


class PolicyAttached(Message):
    """The policy is on the user, or `problem` kept it from being put there."""

    def __init__(self, problem: str = "") -> None:
        super().__init__()
        self.problem = problem


class CheckEvent(Message):
    """Something happened in a validation."""

    def __init__(self, run: int, event: Event) -> None:
        super().__init__()
        self.run = run
        self.event = event


def run_in_thread(pump: MessagePump, work: Callable[[], Iterable[Message]]) -> threading.Thread:
    """Runs `work` in a thread of its own, and posts each message that it gives to `pump` while that runs."""

    def run() -> None:
        try:
            for message in work():
                _post(pump, message)
        except BaseException as error:  # noqa: BLE001 - told on the screen's thread
            _post(pump, Crashed(error))

    thread = threading.Thread(target=run, name="background", daemon=True)
    thread.start()
    return thread


def _post(pump: MessagePump, message: Message) -> None:
    try:
        if pump.is_running:
            pump.post_message(message)
    except RuntimeError:
        return  # the screen has closed between the two lines
