"""Time limits for calls to a store."""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from wizard.s3.background import in_thread
from wizard.s3.errors import Abandoned, ConnectionFailed

_T = TypeVar("_T")
_POLL_SECONDS = 0.05  # between two looks at whether the program is to end


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits of one call, in seconds: for connecting, and for the wait between two packets of an answer."""

    connect: float = 5.0
    read: float = 10.0

    @property
    def total(self) -> float:
        """The limit for a complete call, from the name lookup to the last byte."""
        return self.connect + self.read


def run_with_timeout(seconds: float, operation: str, work: Callable[[], _T], stop: threading.Event | None = None) -> _T:
    """Runs `work` in a thread; returns its result or raises its exception.

    Raises `ConnectionFailed` when it takes longer than `seconds`, and `Abandoned` when `stop` is set meanwhile. The
    limits of a socket are not enough for that: they start again with each packet, and a store can send one byte at a
    time. The thread is left to end by itself.
    """
    outcome = in_thread(work, operation)
    deadline = time.monotonic() + seconds
    while not concurrent.futures.wait([outcome], _wait_seconds(deadline, stop)).done:
        if stop is not None and stop.is_set():
            raise Abandoned(operation)
        if time.monotonic() >= deadline:
            raise ConnectionFailed(operation, (TimeoutError(),), timed_out=True)
    try:
        return outcome.result()
    except TimeoutError as error:  # of `work` itself
        raise ConnectionFailed(operation, (error,), timed_out=True) from None


def _wait_seconds(deadline: float, stop: threading.Event | None) -> float:
    left = max(0.0, deadline - time.monotonic())
    return left if stop is None else min(left, _POLL_SECONDS)
