"""Works run side by side: as many as the processor can serve, and none after a stop."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from wizard.validation.side_by_side import MOST, each_as_it_ends

TIMEOUT = 30.0  # seconds


def test_each_result_comes_as_its_work_ends() -> None:
    is_second_done = threading.Event()

    def first() -> str:
        assert is_second_done.wait(TIMEOUT)
        return "first"

    results = []
    for result in each_as_it_ends([first, lambda: "second"], threading.Event()):
        results.append(result)
        is_second_done.set()
    assert results == [(1, "second"), (0, "first")]


def test_turns_are_long_while_works_run_and_as_before_at_the_end() -> None:
    turns = [turn for _, turn in each_as_it_ends([sys.getswitchinterval] * 2, threading.Event())]
    assert turns == pytest.approx([0.05, 0.05])
    assert sys.getswitchinterval() == pytest.approx(0.005)  # Python's own


def test_works_that_wait_for_a_store_run_side_by_side_up_to_a_limit() -> None:
    together, running = threading.Barrier(MOST, timeout=TIMEOUT), []

    def work() -> int:
        running.append(True)
        count = len(running)
        together.wait()
        running.pop()
        return count

    counts = [count for _, count in each_as_it_ends([work] * (2 * MOST), threading.Event())]
    assert len(counts) == 2 * MOST
    assert max(counts) <= MOST


def test_works_that_keep_a_processor_busy_are_few() -> None:
    """Their threads would only wait for each other."""
    running, lock, counts = 0, threading.Lock(), list[int]()

    def work() -> None:
        nonlocal running
        with lock:
            running += 1
            counts.append(running)
        until = time.thread_time() + 0.04
        while time.thread_time() < until:
            pass
        with lock:
            running -= 1

    assert len(list(each_as_it_ends([work] * 40, threading.Event()))) == 40
    assert statistics.mean(counts) < MOST / 2


def test_after_a_stop_no_thread_starts_and_each_work_has_a_result() -> None:
    stop = threading.Event()

    def work(number: int) -> tuple[int, str]:
        stop.set()
        return number, threading.current_thread().name

    works: list[Callable[[], tuple[int, str]]] = [partial(work, number) for number in range(100)]
    results = dict(each_as_it_ends(works, stop))
    assert [results[number][0] for number in range(100)] == list(range(100))
    assert results[99][1] == threading.main_thread().name


def test_an_exception_stops_the_others() -> None:
    stop, was_stopped = threading.Event(), threading.Event()

    def waiting() -> None:
        assert stop.wait(TIMEOUT)
        was_stopped.set()

    def failing() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        list(each_as_it_ends([waiting, failing], stop))
    assert was_stopped.is_set()
