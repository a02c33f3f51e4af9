"""Work in background threads, and the messages that report its results.

The threads are daemons, so that leaving the program never waits for a socket.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from wizard.catalog.policy import Policy
    from wizard.model.findings import Finding
    from wizard.model.settings import Settings
    from wizard.session.buckets import BucketCreation
    from wizard.session.found import Found
    from wizard.session.importing import TakenOver
    from wizard.session.write_back import Change
    from wizard.validation.reachability import ReachabilityStatus
    from wizard.validation.results import Event


class Crashed(Message):
    """Background work has failed because of a bug."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class QuickCheckDone(Message):
    """The result of quick check number `run`, of `settings`."""

    def __init__(self, run: int, settings: Settings, status: ReachabilityStatus) -> None:
        super().__init__()
        self.run = run
        self.settings = settings
        self.status = status


class BucketCreated(Message):
    """The creation of a bucket has ended."""

    def __init__(self, creation: BucketCreation) -> None:
        super().__init__()
        self.creation = creation


class BucketsListed(Message):
    """The result of listing number `run`: the names of the buckets, or why they cannot be listed."""

    def __init__(self, run: int, result: list[str] | Finding) -> None:
        super().__init__()
        self.run = run
        self.result = result


class SearchDone(Message):
    """What was found on this machine to start from."""

    def __init__(self, found: list[Found]) -> None:
        super().__init__()
        self.found = found


class TakenOverDone(Message):
    """The settings of what was found, or `problem` says why they cannot be imported."""

    def __init__(self, found: Found, taken: TakenOver | None, problem: str = "") -> None:
        super().__init__()
        self.found = found
        self.taken = taken
        self.problem = problem


class ChangePlanned(Message):
    """What changes in a file, with notes on who could have written it, or `problem` says why nothing can."""

    def __init__(self, change: Change | None, problem: str = "", notes: Sequence[str] = ()) -> None:
        super().__init__()
        self.change = change
        self.problem = problem
        self.notes = notes


class PolicyRead(Message):
    """The policy that an IAM user has; None if there is none. `problem` says why it cannot be read.

    `owner` is the user with its account, as the question names it.
    """

    def __init__(self, user: str, policy: Policy | None, problem: str = "", owner: str = "") -> None:
        super().__init__()
        self.user = user
        self.policy = policy
        self.problem = problem
        self.owner = owner or f"the user {user}"


class PolicyAttached(Message):
    """The policy is attached to an IAM user, or `problem` says why not."""

    def __init__(self, user: str, problem: str = "") -> None:
        super().__init__()
        self.user = user
        self.problem = problem


class CheckEvent(Message):
    """An event of validation number `run`."""

    def __init__(self, run: int, event: Event) -> None:
        super().__init__()
        self.run = run
        self.event = event


class VerificationEvent(Message):
    """An event of the verification of a registry, number `run`."""

    def __init__(self, run: int, event: Event) -> None:
        super().__init__()
        self.run = run
        self.event = event


def run_in_thread(pump: MessagePump, work: Callable[[], Iterable[Message]]) -> threading.Thread:
    """Runs `work` in a thread, and posts each message that it yields to `pump` while that is running."""

    def run() -> None:
        try:
            for message in work():
                _post(pump, message)
        except BaseException as error:  # noqa: BLE001 - raised again on the app's thread
            _post(pump, Crashed(error))

    thread = threading.Thread(target=run, name="background", daemon=True)
    thread.start()
    return thread


def _post(pump: MessagePump, message: Message) -> None:
    try:
        if pump.is_running:
            pump.post_message(message)
    except RuntimeError:
        return  # the event loop was closed after `is_running` was read
