"""Work in daemon threads, which are used again."""

from __future__ import annotations

import threading

import pytest

from wizard.s3.background import in_thread


def test_work_that_waits_for_other_work_has_a_thread_of_its_own() -> None:
    together = threading.Barrier(3, timeout=30)
    first, second = in_thread(together.wait), in_thread(together.wait)
    together.wait()
    assert {first.result(), second.result()} < {0, 1, 2}


def test_threads_are_used_again() -> None:
    threads = {in_thread(threading.current_thread).result() for _ in range(200)}
    assert len(threads) < 200
    assert all(thread.daemon for thread in threads)


def test_an_exception_is_one_of_the_future_and_the_thread_works_on() -> None:
    def fail() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        in_thread(fail).result()
    assert in_thread(lambda: 1).result() == 1


def test_a_thread_has_the_name_of_its_work() -> None:
    assert in_thread(lambda: threading.current_thread().name, "check list").result() == "check list"
