"""How long a store may take."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from wizard.s3.errors import ConnectionFailed

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long one call may take, in seconds: to connect, and between two packets of an answer."""

    connect: float = 5.0
    read: float = 10.0

    @property
    def both(self) -> float:
        """For what is a single call, from the name's lookup to the last byte."""
        return self.connect + self.read


def run_with_timeout(seconds: float, operation: str, work: Callable[[], _T]) -> _T:
    """What `work` gives or raises; `NoAnswer` when that takes longer, as with a store that drips its answer.

    Nobody waits any longer for `work` then; it ends whenever it ends.
    """
    outcome: Future[_T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where the outcome is asked for
            outcome.set_exception(error)

    threading.Thread(target=run, name=operation, daemon=True).start()
    try:
        return outcome.result(seconds)
    except TimeoutError as error:
        if outcome.done():
            raise
        raise ConnectionFailed(operation, error, timed_out=True) from None
