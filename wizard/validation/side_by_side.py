"""Runs several validations at the same time: as many as keep the processor busy, and no more."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import TypeVar

from wizard.s3.background import in_thread

_T = TypeVar("_T")
_TICK = 0.05  # seconds between two looks at the load, and at signals
_END = 2.0  # seconds that runs get to clean up after a crash
FEWEST, MOST = 2, 16  # runs at the same time; each starts threads of its own, and holds up to 17 connections
_BUSY = 1.1  # of the time of one processor: what the kernel does for a connection needs no turn in Python
_LONGEST_TURN = 0.05  # seconds in Python before a thread is asked to let others run; each request is a chance, too
_NAP, _TURN = 0.001, 0.003  # seconds; a thread that wakes up later than by `_TURN` has had to wait for others


def each_as_it_ends(works: Sequence[Callable[[], _T]], stop: threading.Event) -> Iterator[tuple[int, _T]]:
    """The index and the result of each work, as it ends.

    A work must end within a second after `stop` is set, and at once if it starts after that. If the caller closes the
    iterator, or a work raises an exception, `stop` is set and the others get time to end.
    """
    waiting, running, width = iter(enumerate(works)), 0, _Width()
    ended: queue.SimpleQueue[tuple[int, Future[_T]]] = queue.SimpleQueue()
    usual_turn = sys.getswitchinterval()
    sys.setswitchinterval(_LONGEST_TURN)
    try:
        while True:
            while running < width.now and not stop.is_set() and (following := next(waiting, None)):
                running += 1
                _start(*following, ended)
            if not running:
                break
            if (end := _next(ended)) is not None:
                running -= 1
                yield end[0], end[1].result()
            width.adapt()
        for index, work in waiting:  # after `stop`
            yield index, work()
    finally:
        sys.setswitchinterval(usual_turn)
        stop.set()
        until = time.monotonic() + _END
        while running and time.monotonic() < until:
            running -= _next(ended) is not None


def _start(index: int, work: Callable[[], _T], ended: queue.SimpleQueue[tuple[int, Future[_T]]]) -> None:
    in_thread(work, f"run {index}").add_done_callback(lambda outcome: ended.put((index, outcome)))


def _next(ended: queue.SimpleQueue[tuple[int, Future[_T]]]) -> tuple[int, Future[_T]] | None:
    """What has ended. Polls: a signal that comes right before a wait is only handled after it."""
    try:
        return ended.get(timeout=_TICK)
    except queue.Empty:
        return None


class _Width:
    """How many runs there may be now: one less while they have all that a processor can do, else one more.

    More threads would only wait for each other, as one at a time runs Python. A store on the same machine keeps the
    processor busy with three or four runs, a distant one with all `MOST`.
    """

    def __init__(self) -> None:
        self.now = FEWEST
        self._at, self._used = time.monotonic(), time.process_time()

    def adapt(self) -> None:
        """Changes `now`, once in each `_TICK`."""
        if (passed := time.monotonic() - self._at) < _TICK:
            return
        used = time.process_time() - self._used
        self._at, self._used = self._at + passed, self._used + used
        is_crowded = used > _BUSY * passed or _must_wait()
        self.now = max(self.now - 1, FEWEST) if is_crowded else min(self.now + 1, MOST)


def _must_wait() -> bool:
    """Whether this thread has to wait for its turn, also because of other programs."""
    asleep_at = time.monotonic()
    time.sleep(_NAP)
    return time.monotonic() - asleep_at - _NAP > _TURN
