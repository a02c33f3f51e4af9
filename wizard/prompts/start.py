"""Runs the line prompts, and keeps a draft of what was not saved."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from wizard.config import file as config_file
from wizard.console.exit_status import ExitStatus
from wizard.console.signal_delivery import timely_signals
from wizard.console.signals import GRACE, end_at_once
from wizard.files.signals import ENDING_SIGNALS
from wizard.prompts.console import Console, InputEndedError
from wizard.prompts.wizard import PromptWizard
from wizard.session import draft
from wizard.session.demo import DemoNotInstalledError, demo_store
from wizard.session.state import WizardState
from wizard.validation import active_runs


def start(path: Path, *, demo: bool, is_ascii: bool) -> int:
    """Runs the line prompts on a settings file; returns the exit status."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        # A terminal can send another encoding than that of the locale. The console refuses such lines.
        sys.stdin.reconfigure(errors="surrogateescape")
    console = Console(is_ascii=is_ascii)
    with ExitStack() as stack:
        try:
            state = WizardState.open(path)
            if demo:
                state.start_demo(stack.enter_context(demo_store()))
        except (config_file.ConfigError, DemoNotInstalledError) as error:
            console.say(f"storage-wizard: {error}")
            return ExitStatus.USAGE
        for number in ENDING_SIGNALS:
            if number != signal.SIGINT and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, console.on_signal)
        stack.enter_context(_ends_in_time(state, console))
        stack.enter_context(timely_signals())
        wizard = PromptWizard(state, console)
        try:
            return wizard.run(None if demo else draft.find(path))
        except (InputEndedError, KeyboardInterrupt):
            return ExitStatus.INTERRUPTED
        finally:
            console.is_ending.set()
            wizard.drafts.end()
            if notice := draft.update_on_exit(state):
                console.say_if_possible(notice)


@contextlib.contextmanager
def _ends_in_time(state: WizardState, console: Console) -> Iterator[None]:
    """Ends the program `GRACE` seconds after a signal, and keeps a draft, also if the terminal accepts no output."""
    has_ended = threading.Event()

    def keep_draft() -> str:
        return draft.update_on_exit(state)

    def end() -> None:
        console.is_ending.wait()
        if not has_ended.wait(GRACE):
            end_at_once(console.signal or signal.SIGINT)

    active_runs.register(keep_draft)
    threading.Thread(target=end, name="end", daemon=True).start()
    try:
        yield
    finally:
        has_ended.set()
        active_runs.unregister(keep_draft)
