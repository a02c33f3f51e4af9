"""The signals that end the program while the app runs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from wizard.console.exit_status import exit_status_of
from wizard.files.signals import ENDING_SIGNALS


class EndingSignals:
    """Ends the app on each signal that ends a program. Only for the main thread."""

    def __init__(self) -> None:
        self._previous: dict[int, Any] = {}  # handlers by signal

    def handle(self, loop: asyncio.AbstractEventLoop, end: Callable[[int], None]) -> None:
        """Lets each signal call `end` in `loop`, with the exit status. What is ignored stays so, as SIGHUP by nohup.

        The loop alone loses a signal while many keys arrive, because its pipe is full (`socket.send` fails). With a
        handler of its own it wakes up, for every signal. One is enough, and each takes far longer to set than ours.
        """

        def on_signal(number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(end, exit_status_of(number))

        handlers = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
        self._previous = {number: handler for number, handler in handlers.items() if handler != signal.SIG_IGN}
        for number in [*self._previous][:1]:
            loop.add_signal_handler(number, lambda: None)
        for number in self._previous:
            signal.signal(number, on_signal)

    def restore(self) -> None:
        """Lets the signals do what they did before."""
        for number, handler in self._previous.items():
            signal.signal(number, handler)
