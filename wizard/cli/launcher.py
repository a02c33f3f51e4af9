"""Starts the wizard with the user interface that suits the terminal."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.config import DEFAULT_FILE
from wizard.console.exit_status import CommandError
from wizard.console.stdio import print_message
from wizard.console.terminal import Appearance, Terminal, choose_colours, choose_ui_mode, is_light
from wizard.console.ui_mode import UiMode

if TYPE_CHECKING:
    import argparse

_DEMO_FILE = Path("demo-storage.toml")  # so that a demo does not replace real settings
_SIZE_TIMEOUT = 0.5  # seconds; `docker exec -it` sets the size a moment after the start
_SWITCH_INTERVAL = 0.0005  # seconds that the thread which writes to the terminal waits while another one computes
_TEXTUAL_VARIABLES = "TEXTUAL"  # they can write what is typed to files, press keys, and choose another driver
_SIZE_VARIABLES = ("COLUMNS", "LINES")  # Textual believes them more than the terminal, whose size can be another one


def launch(given: argparse.Namespace) -> int:
    """Runs the wizard; returns the exit status."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError(
            'the wizard needs a terminal. Use "ssh -t", "docker exec -it" or "kubectl exec -it" to get one. In '
            'scripts, use "storage-wizard configure" or "storage-wizard check".'
        )
    terminal = Terminal.current(wait=_SIZE_TIMEOUT)
    mode, reason = (UiMode(given.ui_mode), "") if given.ui_mode else choose_ui_mode(terminal)
    path = _DEMO_FILE if given.demo and given.config == DEFAULT_FILE else given.config
    if mode is UiMode.PLAIN:
        if reason:
            print_message(
                f"Using line prompts because {reason}. To use the full-screen wizard anyway, add --rich or --ascii."
            )
        from wizard.prompts import start as prompts  # imported here: only one of the user interfaces is needed

        return prompts.start(path, demo=given.demo, is_ascii=not terminal.is_utf8)
    for name in [name for name in os.environ if name.startswith(_TEXTUAL_VARIABLES)]:
        del os.environ[name]
    if terminal.columns and terminal.rows:
        for name in _SIZE_VARIABLES:
            os.environ.pop(name, None)
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.disable()  # until the first screen is shown: the objects that are created before it stay
    _import_event_loop()
    from wizard.tui import start as tui

    appearance = Appearance(
        choose_colours(terminal),
        is_light=is_light(terminal) if given.light is None else given.light,
        is_ascii=mode is UiMode.ASCII,
    )
    return tui.start(path, appearance, demo=given.demo, mouse=given.mouse)


def _import_event_loop() -> None:
    """Imports asyncio as in a Python without TLS: the screens need none, and `ssl` would take 5 ms of the start."""
    if "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # a documented way to make an import fail
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]
