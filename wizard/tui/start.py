"""Runs the full-screen wizard, and prints what stays in the terminal afterwards."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from wizard.config import file as config_file
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import print_message
from wizard.console.terminal import Appearance, Colours
from wizard.model.findings import Finding
from wizard.session import draft
from wizard.session.demo import DemoNotInstalledError, demo_store
from wizard.session.state import WizardState
from wizard.tui.app import WizardApp
from wizard.tui.terminal.glyphs import GLYPHS

_CLEAN_UP_TIMEOUT = 1.2  # seconds that stopped checks get to remove their objects from a store that answers


def start(path: Path, appearance: Appearance, *, demo: bool, mouse: bool) -> int:
    """Runs the wizard on a settings file; returns the exit status. Raises the error that ended the app, if any."""
    GLYPHS.ascii = appearance.is_ascii
    _set_no_color(appearance.colours)
    with ExitStack() as opened:
        try:
            state = WizardState.open(path)
            if demo:
                state.start_demo(opened.enter_context(demo_store()))
        except (config_file.ConfigError, DemoNotInstalledError) as error:
            print_message(f"storage-wizard: {error}")
            return ExitStatus.USAGE
        app = WizardApp(state, appearance, None if demo else draft.find(path))
        try:
            status = app.run(mouse=mouse)
        finally:
            is_kept = draft.update_on_exit(state)
        if app.tasks.validation_thread is not None:
            app.tasks.validation_thread.join(_CLEAN_UP_TIMEOUT)
        _print_farewell(state, is_kept, app.tasks.leftovers)
        if app.first_error is not None:
            raise app.first_error
        return status or app.return_code or 0


def _set_no_color(colours: Colours) -> None:
    """Textual decides by NO_COLOR alone, and treats an empty value as set."""
    os.environ.pop("NO_COLOR", None)
    if colours is Colours.NONE:
        os.environ["NO_COLOR"] = "1"


def _print_farewell(state: WizardState, is_kept: bool, leftovers: Finding | None) -> None:
    if state.has_saved:
        print_message(f"Saved {state.path}.")
        for step in state.next_steps():
            print_message(f"{step.text} {step.command}".strip())
    if is_kept:
        print_message(draft.SAVED_NOTICE)
    if leftovers is not None:
        print_message(leftovers.text)
