"""Runs the line prompts, and keeps a draft of what was not saved."""

from __future__ import annotations

import io
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from wizard.config import file as config_file
from wizard.console.exit_status import ExitStatus
from wizard.files.signals import ENDING_SIGNALS
from wizard.prompts.console import Console, InputEndedError
from wizard.prompts.wizard import PromptWizard
from wizard.session import draft
from wizard.session.demo import DemoNotInstalledError, demo_store
from wizard.session.state import WizardState


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
        try:
            return PromptWizard(state, console).run(None if demo else draft.find(path))
        except (InputEndedError, KeyboardInterrupt):
            return ExitStatus.INTERRUPTED
        finally:
            if notice := draft.update_on_exit(state):
                console.say_if_possible(notice)
