"""The screens."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from wizard.config import file as config_file
from wizard.console.terminal import Appearance, Colours
from wizard.model.findings import Finding
from wizard.session import draft
from wizard.session.demo import DemoNotInstalledError, demo_store
from wizard.session.state import WizardState
from wizard.tui.app import WizardApp
from wizard.tui.terminal.glyphs import GLYPHS

_CLEAN_UP = 1.2  # seconds that checks which were stopped may take away what they made, where the store answers
_USAGE = 2


def start(path: Path, look: Appearance, *, demo: bool, mouse: bool) -> int:
    """Runs the wizard on a file; returns the exit status."""
    GLYPHS.ascii = look.is_ascii
    _tell_textual(look.colours)
    with ExitStack() as opened:
        try:
            state = WizardState.open(path)
            if demo:
                state.start_demo(opened.enter_context(demo_store()))
        except (config_file.ConfigError, DemoNotInstalledError) as error:
            print(f"storage-wizard: {error}", file=sys.stderr)  # noqa: T201
            return _USAGE
        app = WizardApp(state, look, None if demo else draft.find(path))
        try:
            status = app.run(mouse=mouse)
        finally:
            is_kept = draft.settle(state)
        if app.checks is not None:
            app.checks.join(_CLEAN_UP)
        _farewell(state, is_kept, app.left_behind)
        if app.broken_by is not None:
            raise app.broken_by
        return status or app.return_code or 0


def _tell_textual(colours: Colours) -> None:
    """Textual takes an empty NO_COLOR for one that is set, and asks nothing else."""
    os.environ.pop("NO_COLOR", None)
    if colours is Colours.NONE:
        os.environ["NO_COLOR"] = "1"


def _farewell(state: WizardState, is_kept: bool, left_behind: Finding | None) -> None:
    """What stays in the terminal once the screens are gone, where it is still there itself."""
    lines = []
    if state.has_saved:
        lines = [f"Saved {state.path}."]
        lines += [f"{step.text} {step.command}".strip() for step in state.next_steps()]
    if is_kept:
        lines += ["What you have entered is kept as a draft, without secrets: start again to go on."]
    if left_behind is not None:
        lines += [left_behind.text]
    with suppress(OSError):
        print("".join(f"{line}\n" for line in lines), end="", file=sys.stderr, flush=True)  # noqa: T201
