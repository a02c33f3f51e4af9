"""Work in background threads posts its results to the app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from textual.message import Message

from tests.support.pilot import TIMEOUT
from wizard.session.buckets import BucketCreation
from wizard.tui.background import BucketCreated, Crashed, run_in_thread

CREATION = BucketCreation("The bucket was created")


class Pump:
    """The messages that were posted to it; with an error, none can be posted."""

    def __init__(self, *, is_running: bool = True, error: Exception | None = None) -> None:
        self.messages: list[Message] = []
        self._error = error
        self.is_running = is_running

    def post_message(self, message: Message) -> None:
        if self._error:
            raise self._error
        self.messages.append(message)

    def run(self, *results: Message, error: BaseException | None = None) -> list[Message]:
        """Runs work that yields results, and raises an error at its end."""

        def work() -> Iterator[Message]:
            yield from results
            if error:
                raise error

        thread = run_in_thread(cast(Any, self), work)
        assert thread.daemon
        thread.join(TIMEOUT)
        assert not thread.is_alive()
        return self.messages


def test_each_result_is_posted() -> None:
    results = BucketCreated(CREATION), BucketCreated(CREATION)
    assert Pump().run(*results) == [*results]


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(1)], ids=["exception", "exit"])
def test_an_error_is_posted_after_the_results_before_it(error: BaseException) -> None:
    result = BucketCreated(CREATION)
    first, second = Pump().run(result, error=error)
    assert first is result
    assert isinstance(second, Crashed)
    assert second.error is error


def test_nothing_is_posted_to_an_app_that_has_ended() -> None:
    assert Pump(is_running=False).run(BucketCreated(CREATION)) == []


def test_an_app_that_ends_while_a_result_is_posted_is_not_an_error() -> None:
    assert Pump(error=RuntimeError("Event loop is closed")).run(BucketCreated(CREATION)) == []
