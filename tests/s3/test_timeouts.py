"""Work with a time limit: its result, its exception, or `ConnectionFailed`."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from wizard.s3.errors import ConnectionFailed
from wizard.s3.timeouts import Timeouts, run_with_timeout


def test_a_complete_call_can_take_both_limits() -> None:
    assert Timeouts(connect=2.0, read=3.0).total == 5.0


def test_the_result_is_returned() -> None:
    assert run_with_timeout(30, "ListObjects", lambda: 42) == 42


def test_an_exception_is_raised() -> None:
    def fail() -> None:
        raise KeyError("key")

    with pytest.raises(KeyError, match="key"):
        run_with_timeout(30, "ListObjects", fail)


def test_the_thread_is_named_after_the_operation() -> None:
    assert run_with_timeout(30, "ListObjects", lambda: threading.current_thread().name) == "ListObjects"


def test_work_that_takes_too_long_is_a_timeout() -> None:
    released = threading.Event()
    with pytest.raises(ConnectionFailed) as caught:
        run_with_timeout(0.01, "ListObjects", released.wait)
    released.set()
    assert caught.value.operation == "ListObjects"
    assert caught.value.timed_out
    assert [type(cause) for cause in caught.value.causes] == [TimeoutError]


def test_a_timeout_of_the_work_itself_is_a_timeout() -> None:
    def fail() -> None:
        raise TimeoutError("in the work")

    with pytest.raises(ConnectionFailed) as caught:
        run_with_timeout(30, "ListObjects", fail)
    assert caught.value.timed_out
    assert str(caught.value.causes[0]) == "in the work"


def test_a_result_just_after_the_limit_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work ends between the end of the wait and any later look at whether it is done."""
    released = threading.Event()

    class LateFuture(Future[bool]):
        def done(self) -> bool:
            released.set()
            self.result()
            return super().done()

    monkeypatch.setattr("concurrent.futures.Future", LateFuture)
    with pytest.raises(ConnectionFailed) as caught:
        run_with_timeout(0.01, "ListObjects", released.wait)
    released.set()
    assert caught.value.timed_out
