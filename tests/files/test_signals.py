"""Signals wait until the end of a block, and what was ignored stays ignored."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest

from wizard.files.signals import ENDING_SIGNALS, deferred_signals


@pytest.mark.parametrize("number", ENDING_SIGNALS)
def test_a_handler_is_called_after_the_block(number: int) -> None:
    received: list[str] = []
    before = signal.signal(number, lambda *_: received.append("handler"))
    handler = signal.getsignal(number)
    try:
        with deferred_signals():
            signal.raise_signal(number)
            signal.raise_signal(number)
            received.append("end of the block")
        assert received == ["end of the block", "handler"]
        assert signal.getsignal(number) is handler
    finally:
        signal.signal(number, before)


def test_nested_blocks_wait_for_the_outer_one() -> None:
    received: list[str] = []
    before = signal.signal(signal.SIGTERM, lambda *_: received.append("handler"))
    try:
        with deferred_signals():
            with deferred_signals():
                signal.raise_signal(signal.SIGTERM)
            received.append("end of the outer block")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert received == ["end of the outer block", "handler"]


def test_a_signal_is_delivered_after_an_error() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            _fail_after_a_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def _fail_after_a_signal(number: int) -> None:
    with deferred_signals():
        signal.raise_signal(number)
        raise OSError


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with deferred_signals():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_changes_no_handler() -> None:
    handlers: list[object] = []

    def use() -> None:
        with deferred_signals():
            handlers.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    _run_in_thread(use)
    assert handlers == [before]


def _run_in_thread(action: Callable[[], None]) -> None:
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


def test_the_default_action_follows_the_block() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with deferred_signals():
            signal.raise_signal(signal.SIGTERM)
            os.write(writer, b"end of the block")
        os._exit(0)
    os.close(writer)
    assert os.read(reader, 100) == b"end of the block"
    os.close(reader)
    assert os.waitpid(child, 0)[1] == signal.SIGTERM
