"""The full-screen wizard with a crash: `python -m tests.program.crashing_wizard WHERE`, where WHERE is in `_CRASHES`.

Each error has the secret key as its text, and in a local variable of its frame.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from textual.message import Message

from wizard.cli import main as cli
from wizard.tui import start as tui
from wizard.tui.app import WizardApp
from wizard.tui.background import run_in_thread


class CrashingWizard(WizardApp):
    CSS_PATH = str(Path(tui.__file__).with_name("wizard.tcss"))

    def on_mount(self) -> None:
        _CRASHES[sys.argv[1]](self)

    def crash(self) -> None:
        secret_in_local = self.state.settings.secretkey.reveal()
        raise ValueError(secret_in_local)

    def crash_in_background(self) -> None:
        def work() -> Iterator[Message]:
            self.crash()
            yield Message()

        run_in_thread(self, work)

    def crash_in_two_threads(self) -> None:
        self.crash_in_background()
        self.crash_in_background()

    def crash_in_task(self) -> None:
        async def work() -> None:
            self.crash()

        # asyncio reports the error of a task that nothing awaits once no reference to the task is left.
        asyncio.get_running_loop().create_task(work())

    def crash_on_input(self) -> None:
        """Crash in the thread that reads the terminal."""
        assert self._driver is not None
        self._driver.process_message = lambda message: self.crash()  # type: ignore[method-assign]  # noqa: ARG005

    def crash_with_rich_error(self) -> None:
        """Rich would print the secret in place of this error."""
        error = ValueError(self.state.settings.secretkey.reveal())
        error.__rich__ = self.state.settings.secretkey.reveal  # type: ignore[attr-defined]
        raise error


_CRASHES: dict[str, Callable[[CrashingWizard], None]] = {
    "handler": CrashingWizard.crash,
    "rich": CrashingWizard.crash_with_rich_error,
    "thread": CrashingWizard.crash_in_background,
    "two threads": CrashingWizard.crash_in_two_threads,
    "task": CrashingWizard.crash_in_task,
    "input": CrashingWizard.crash_on_input,
}

if __name__ == "__main__":
    tui.WizardApp = CrashingWizard  # type: ignore[attr-defined]
    sys.exit(cli.main([]))
