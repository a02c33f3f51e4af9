"""A signal that comes just before a system call that blocks is handled at once, not after the call."""

from __future__ import annotations

import signal
import threading

from tests.support.late_signals import raise_and_read
from wizard.console.signal_delivery import timely_signals


def test_a_handler_runs_although_the_main_thread_waits() -> None:
    is_handled = threading.Event()
    previous = signal.signal(signal.SIGTERM, lambda *_: is_handled.set())
    try:
        with timely_signals():
            assert raise_and_read(signal.SIGTERM, is_handled) == b"handled"
    finally:
        signal.signal(signal.SIGTERM, previous)


def test_the_previous_state_is_restored() -> None:
    before = signal.getsignal(signal.SIGURG), signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(before[1])
    with timely_signals():
        signal.raise_signal(signal.SIGURG)
    assert (signal.getsignal(signal.SIGURG), signal.set_wakeup_fd(-1)) == before
    signal.set_wakeup_fd(before[1])
    assert "signal delivery" not in [thread.name for thread in threading.enumerate()]
