"""Keys in their order, also when a slow line hands over many at once.

Textual gives each key to the widget that has the focus when the key arrives, and acts on a binding at once: of
`images⏎` in one piece the Enter would come before the letters, and of `images⇥eu-west-1` all would stand in one field.
Here a key waits until what the one before it has set going is done.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque

from textual import events
from textual.message_pump import MessagePump

from wizard.tui.terminal.diff_renderer import FrugalApp

_AT_ONCE = ("ctrl+c", "ctrl+q")
_PATIENCE = 0.25  # seconds for a widget that is busy


class OrderlyApp(FrugalApp):
    """An app that takes one key after the other."""

    def __init__(self, *, ansi: bool = False) -> None:
        super().__init__(ansi=ansi)
        self._ahead: deque[events.Key | events.Paste] = deque()
        self._is_taking = False

    async def on_event(self, event: events.Event) -> None:
        """As Textual has it, but for input that waits its turn."""
        if not isinstance(event, events.Key | events.Paste) or _comes_at_once(event):
            await super().on_event(event)
            return
        self._ahead.append(event)
        if not self._is_taking:
            self._is_taking = True
            await self._take()

    async def _take(self) -> None:
        """One key, and the next once the app has done what this one has led to."""
        if self._ahead:
            await self._settle()
            await super().on_event(self._ahead.popleft())
            await self._settle()
            self.call_later(self._take)
        else:
            self._is_taking = False

    async def _settle(self) -> None:
        """Waits until the screen has come into view, and what has the focus has passed on what it was given."""
        if not self.is_running or not self.screen_stack:
            return
        screen = self.screen
        await _until_idle(screen)
        for node in screen.focused.ancestors_with_self if screen.focused else ():
            await _until_idle(node)
            if node is screen:
                return


def _comes_at_once(event: events.Key | events.Paste) -> bool:
    """Whether it has had its turn, as what a widget leaves comes up here again, or leads out."""
    return event.is_forwarded or (isinstance(event, events.Key) and event.key in _AT_ONCE)


async def _until_idle(pump: MessagePump) -> None:
    done = asyncio.Event()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while not pump.is_running:
                await asyncio.sleep(0)
            if pump.call_later(done.set):
                await done.wait()
