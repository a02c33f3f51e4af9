"""Drives the full-screen wizard with keys, and reads what its screen shows.

Nothing sleeps for a fixed time: `WizardPilot.until` waits for a condition.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, step_named
from wizard.tui.app import WizardApp
from wizard.tui.screens.form import FormScreen
from wizard.tui.widgets.choices import Choice
from wizard.tui.widgets.field import Field
from wizard.tui.widgets.text_block import TextBlock

TIMEOUT = 20.0  # seconds
FORMS = ("storage", "bucket", "keys", "endpoint", "advanced")  # the steps with fields
AMAZON = Settings(
    provider="aws",
    bucket="images",
    region="us-east-1",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    v4auth=True,
)
SECRET = AMAZON.secretkey.reveal()

_ROWS = {
    "title": ("header", 0),
    "steps": ("header", 1),
    "step title": ("intro", 0),
    "status": ("footer", 0),
    "keys": ("footer", 1),
}


class WizardPilot:
    """A user in front of the wizard."""

    def __init__(self, app: WizardApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.state = app.state
        self._pilot = pilot

    # What the screen shows

    @property
    def screen(self) -> Screen[object]:
        return self.app.screen

    @property
    def step(self) -> str:
        """The id of the step that is shown, which may be below a dialog."""
        return self.app.step_screen.step.id

    @property
    def form(self) -> FormScreen:
        """The step that is shown, which must have fields."""
        screen = self.app.step_screen
        assert isinstance(screen, FormScreen)
        return screen

    @property
    def lines(self) -> list[str]:
        """The rows of the screen, as they are painted."""
        rows = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in rows]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def row(self, name: str) -> str:
        """A row of the frame by its name in `_ROWS`, or a complete text block of the step by its id."""
        block, index = _ROWS.get(name, (name, None))
        text = str(self.app.step_screen.query_one(f"#{block}", TextBlock).render())
        return text if index is None else text.split("\n")[index]

    def field(self, name: str) -> Field:
        """The field of a setting."""
        return self.app.step_screen.query_one(f"#field-{name}", Field)

    def value(self, name: str) -> str:
        """The value that a field shows."""
        control = self.field(name).control
        assert isinstance(control, Input | Choice)
        return control.value

    def label(self, name: str) -> str:
        """The label of a field, and what stands beside it."""
        return str(self.field(name).query_one(".label", TextBlock).render())

    def message(self, name: str) -> str:
        """The message under a field."""
        return str(self.field(name).query_one(".message", TextBlock).render())

    @property
    def focused(self) -> str:
        """The name of the setting whose field has the focus, or the id of another widget that has it."""
        screen = self.app.step_screen
        field = screen.focused_field() if isinstance(screen, FormScreen) else None
        return field.declaration.name if field else str(self.screen.focused and self.screen.focused.id)

    def assert_everything_fits(self) -> None:
        """Asserts that no message of the step is cut, and that the step does not scroll."""
        step = self.app.step_screen
        body = step.query_one("#body")
        assert body.max_scroll_y == 0, self.text
        assert not body.show_vertical_scrollbar
        assert body.virtual_size.height <= body.size.height
        for message in step.query(".message"):
            if message.region.height:
                needed = message.get_content_height(message.size, self.app.size, message.size.width)
                assert message.region.height >= needed, self.text
                assert body.region.contains_region(message.region), self.text

    # What a user does

    async def press(self, *keys: str) -> None:
        """Presses keys; each one after everything that the one before it caused is done."""
        for key in keys:
            self.post_key(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Types a text as fast as a terminal delivers it."""
        for char in text:
            self.post_key(char)
        await self.settle()

    def post_key(self, key: str) -> None:
        """Delivers a key, by its character or by its name, and does not wait."""
        name = _character_to_key(key) if len(key) == 1 else key
        character = key if len(key) == 1 else {"space": " "}.get(key)
        self.app.post_message(events.Key(name, character))

    async def settle(self) -> None:
        """Waits until all keys are handled and their messages have gone down to the widgets and up again."""
        await self._handle_messages()
        while self.app.key_queue.is_busy and not self.app.is_ending:
            await asyncio.sleep(0.001)
        for _ in range(3):
            await self._handle_messages()
            if self.app.is_ending or not self._has_work():
                break

    def _has_work(self) -> bool:
        """Whether a widget has messages to handle, or the screen has something to do after them."""
        screen = self.screen
        pumps = [self.app, screen, *screen.walk_children()]
        return bool(screen._callbacks or screen._dirty_widgets or screen._layout_required) or any(
            pump.message_queue_size for pump in pumps
        )

    async def _handle_messages(self) -> None:
        handled = asyncio.Event()
        self.app.call_later(handled.set)
        with contextlib.suppress(TimeoutError):
            while not (handled.is_set() or self.app.is_ending):
                await asyncio.wait_for(handled.wait(), 0.05)
        if not self.app.is_ending:
            await self._pilot.pause(0)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until a condition is true."""
        end, pause = time.monotonic() + TIMEOUT, 0.004
        while not condition():
            assert time.monotonic() < end, f"the condition did not become true on this screen:\n{self.text}"
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.05)  # conditions are often texts, for which the whole screen is painted

    async def until_text(self, *texts: str) -> None:
        """Waits until the screen shows all of these texts."""
        await self.until(lambda: all(text in self.text for text in texts))

    async def until_step(self, step_id: str) -> None:
        """Waits until a step is shown without a dialog."""
        step = step_named(step_id)
        await self.until(
            lambda: (
                self.step == step_id
                and self.screen is self.app.step_screen
                and f"▸ {step.heading(self.state.settings)[0]}" in self.text
            )
        )
        await self.settle()

    async def go(self, step_id: str) -> None:
        """Shows a step, without the steps before it."""
        self.app.show_step(step_named(step_id))
        await self.until_step(step_id)

    async def enter(self, step_id: str) -> None:
        """Presses Enter, which must lead to this step."""
        await self.press("enter")
        await self.until_step(step_id)

    async def focus(self, name: str) -> None:
        """Focuses the field of a setting."""
        self.screen.set_focus(self.field(name).control)
        await self.until(lambda: self.focused == name)

    async def fill(self, name: str, text: str) -> None:
        """Types a text in place of the value of a field. For a choice, `text` is a key after which Space chooses."""
        await self.focus(name)
        if isinstance(self.field(name).control, Choice):
            keys = {"space": ("space",), "left": ("left", "space"), "right": ("right", "space")}
            await self.press(*keys.get(text, ()))
        else:
            await self.press("end", "ctrl+u")
            await self.type(text)

    async def choose(self, name: str, value: str) -> None:
        """Chooses a value that is in view, with the cursor and Space."""
        await self.focus(name)
        control = self.field(name).control
        assert isinstance(control, Choice)
        control.move_to(list(control.shown).index(value))
        await self.press("space")

    async def click(self, widget: Widget, offset: tuple[int, int]) -> None:
        """Clicks on a widget at an offset from its top left corner."""
        await self._pilot.click(widget, offset=offset)
        await self.settle()

    async def paste(self, text: str) -> None:
        """Pastes a text as the terminal delivers it."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Gives the terminal another size."""
        await self._pilot.resize_terminal(width, height)
        await self.settle()

    async def until_validated(self) -> None:
        """Waits until the validation has ended."""
        await self.until(lambda: self.app.context.progress.report is not None)
        await self.settle()

    async def until_ended(self) -> None:
        """Waits until the app ends."""
        await self.until(lambda: self.app.is_ending)


@asynccontextmanager
async def run_wizard(
    state: WizardState, size: tuple[int, int] = (80, 24), *, app: WizardApp | None = None
) -> AsyncIterator[WizardPilot]:
    """Runs the wizard until its first step is shown. `app` replaces the usual app."""
    app = app or WizardApp(state)
    async with app.run_test(size=size) as pilot:
        wizard = WizardPilot(app, pilot)
        await wizard.until_step(STEPS[0].id)
        yield wizard
    join_background_threads()


def join_background_threads() -> None:
    """Waits for requests that are still running, as their store is about to stop."""
    for thread in threading.enumerate():
        if thread.name == "background":
            thread.join(TIMEOUT)


def state_of_file(path: Path, settings: Settings, mode: int = 0o600) -> WizardState:
    """The state of a wizard that was started with a file of these settings."""
    config_file.save(path, settings, None)
    path.chmod(mode)
    return WizardState.open(path)


async def read_to_the_end(pilot: WizardPilot, area: str) -> str:
    """Everything that an area shows while it is scrolled with PageDown, as one line."""
    await pilot.settle()
    scrolled = pilot.app.step_screen.query_one(area)
    pages: list[str] = []
    while True:
        pages += pilot.lines[scrolled.region.y : scrolled.region.bottom]
        if scrolled.scroll_y >= scrolled.max_scroll_y:
            break
        await pilot.until(lambda: "PageDown" in pilot.row("status"))  # it follows the layout
        await pilot.press("pagedown")
    return " ".join(re.sub(r"[│▁-█]", " ", " ".join(pages)).split())
