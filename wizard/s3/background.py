"""Work in threads that the end of the program does not wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")


def in_thread(work: Callable[[], _T], name: str = "") -> Future[_T]:
    """Starts `work` in a daemon thread. The future has its result or its exception."""
    outcome: Future[_T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised by outcome.result()
            outcome.set_exception(error)

    threading.Thread(target=run, name=name or None, daemon=True).start()
    return outcome
