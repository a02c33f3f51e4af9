"""Handles keys in order, even when a slow connection delivers many at once.

Textual gives a key to the widget that has the focus when the key arrives, and runs a binding at once. Of `images⏎` in
one read, Enter would be handled before the letters, and all of `images⇥eu-west-1` would be typed into one field. Here a
key waits until everything that the key before it caused is done.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.message_pump import MessagePump
from textual.screen import Screen

from wizard.tui.terminal.textual_internals import AppAdapter

_QUIT_KEYS = ("ctrl+c", "ctrl+q")  # these must work even while the key before them is being handled
_IDLE_TIMEOUT = 0.25  # seconds to wait for a busy widget
_MOUNT_TIMEOUT = 2.0  # seconds to wait for a screen to get its widgets


class KeyQueue:
    """The keys and pastes of one app, in the order of their arrival. `deliver` handles one of them."""

    def __init__(self, app: AppAdapter, deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[events.Key | events.Paste] = deque()
        self.is_busy = False

    async def handle(self, event: events.Event) -> None:
        """Delivers an event; a key or a paste is delivered after those before it."""
        if not isinstance(event, events.Key | events.Paste) or _skips_queue(event):
            await self._deliver(event)
            return
        self._waiting.append(event)
        if not self.is_busy:
            self.is_busy = True
            await self._deliver_next()

    async def _deliver_next(self) -> None:
        if self._app.is_ending:  # its screens lose their widgets
            self._waiting.clear()
        if self._waiting:
            await self._until_app_is_idle()
            await self._deliver(self._waiting.popleft())
            await self._until_app_is_idle()
            self._app.call_later(self._deliver_next)
        else:
            self.is_busy = False

    async def _until_app_is_idle(self) -> None:
        """Waits until the screen is in view and the focused widget has handled its messages."""
        if not self._app.is_running or not self._app.screen_stack:
            return
        screen = self._app.screen
        await _until_mounted(screen)
        await _until_idle(screen)
        for node in screen.focused.ancestors_with_self if screen.focused else ():
            await _until_idle(node)
            if node is screen:
                return


def _skips_queue(event: events.Key | events.Paste) -> bool:
    """Whether an event does not wait: it quits the program, or it was queued already and a widget has forwarded it."""
    return event.is_forwarded or (isinstance(event, events.Key) and event.key in _QUIT_KEYS)


async def _until_mounted(screen: Screen[object]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_MOUNT_TIMEOUT):
            while screen.is_attached and not screen.is_mounted:
                await asyncio.sleep(0)


async def _until_idle(pump: MessagePump) -> None:
    done = asyncio.Event()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_IDLE_TIMEOUT):
            while not pump.is_running:
                await asyncio.sleep(0)
            if pump.call_later(done.set):
                await done.wait()
