"""Work in threads that the end of the program does not wait for."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")
_Jobs = queue.SimpleQueue[Callable[[], None]]
_idle: list[_Jobs] = []  # those of threads that have nothing to do


def in_thread(work: Callable[[], _T], name: str = "") -> Future[_T]:
    """Does `work` in a daemon thread. The future has its result or its exception.

    Threads are used again: a validation needs some thirty, and to start them took a twentieth of its time.
    """
    outcome: Future[_T] = Future()

    def run() -> None:
        threading.current_thread().name = name or "background"
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised by outcome.result()
            outcome.set_exception(error)

    try:
        jobs = _idle.pop()
    except IndexError:
        jobs = queue.SimpleQueue()
        threading.Thread(target=_do_all, args=(jobs,), daemon=True).start()
    jobs.put(run)
    return outcome


def _do_all(jobs: _Jobs) -> None:
    while True:
        jobs.get()()
        threading.current_thread().name = "idle"
        _idle.append(jobs)
