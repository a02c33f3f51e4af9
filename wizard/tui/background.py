"""Work off the screen's thread. Daemon threads, so that leaving the program never waits for a socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from textual.message import Message
from textual.message_pump import MessagePump


class Crashed(Message):
    """Work in the background ended with an error of ours."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def in_background(pump: MessagePump, work: Callable[[], Iterable[Message]]) -> threading.Thread:
    """Runs `work` in a thread of its own, and posts each message that it gives to `pump` while that runs."""

    def run() -> None:
        try:
            for message in work():
                _post(pump, message)
        except BaseException as error:  # noqa: BLE001 - told on the screen's thread
            _post(pump, Crashed(error))

    thread = threading.Thread(target=run, name="background", daemon=True)
    thread.start()
    return thread


def _post(pump: MessagePump, message: Message) -> None:
    try:
        if pump.is_running:
            pump.post_message(message)
    except RuntimeError:
        return  # the screen has closed between the two lines
