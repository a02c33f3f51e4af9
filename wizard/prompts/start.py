"""The line prompts: the steps of the screens for a screen reader, a serial line, a script."""

from __future__ import annotations

import io
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from wizard.config import file as config_file
from wizard.console.exit_status import ExitStatus
from wizard.prompts.console import Console, LeftError
from wizard.prompts.wizard import PromptWizard
from wizard.session import draft
from wizard.session.demo import DemoNotInstalledError, demo_store
from wizard.session.state import WizardState


def start(path: Path, *, demo: bool, is_ascii: bool) -> int:
    """Runs the wizard on a file; returns the exit status."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # what a terminal sends may be in another encoding than the locale's
    console = Console(is_ascii=is_ascii)
    with ExitStack() as opened:
        try:
            state = WizardState.open(path)
            if demo:
                state.start_demo(opened.enter_context(demo_store()))
        except (config_file.ConfigError, DemoNotInstalledError) as error:
            console.say(f"storage-wizard: {error}")
            return ExitStatus.USAGE
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, console.leave)
        try:
            return PromptWizard(state, console).run(None if demo else draft.find(path))
        except (LeftError, KeyboardInterrupt):
            return ExitStatus.INTERRUPTED
        finally:
            if draft.update_on_exit(state):
                console.farewell(draft.SAVED_NOTICE)
