"""Runs the full-screen wizard, and prints a summary after it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.config import file as config_file
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.signals import end_at_once_on_signals
from wizard.console.stdio import print_message
from wizard.console.terminal import Appearance, Colours
from wizard.model.findings import Finding
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.text.sanitize import sanitize
from wizard.tui.app import WizardApp
from wizard.tui.store_tasks import StoreTasks
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.terminal.output import FarewellStream
from wizard.validation import active_runs

if TYPE_CHECKING:
    from wizard.session.found import Found

_CLEAN_UP_TIMEOUT = 0.85  # seconds that a stopped validation has for removing its objects from the store
_FAREWELL_TIMEOUT = 0.3  # seconds that the terminal has for accepting everything that is printed after the screens


def start(path: Path, appearance: Appearance, *, demo: bool, mouse: bool) -> int:
    """Runs the wizard on a settings file. Returns the exit status; raises the error that has ended the app, if any."""
    GLYPHS.ascii = appearance.is_ascii
    _set_no_color(appearance.colours)
    with ExitStack() as resources:
        try:
            state = WizardState.open(path)
            if demo:
                _start_demo(state, resources)
        except (config_file.ConfigError, CommandError) as error:
            print_message(f"storage-wizard: {error}")
            return ExitStatus.USAGE
        resources.enter_context(end_at_once_on_signals())  # after the app, whose own handlers come first
        search = None if demo or state.saved else _search
        app = WizardApp(state, appearance, None if demo else draft.find(path), search)
        try:
            status = app.run(mouse=mouse)
        finally:
            resources.enter_context(end_at_once_on_signals())  # again: the end of asyncio's loop has reset one
            app.drafts.end()
            draft_notice = draft.update_on_exit(state)
            _bound_messages()
        with _named_if_ended_at_once(app.tasks):
            until = time.monotonic() + _CLEAN_UP_TIMEOUT
            for thread in filter(None, (app.tasks.validation_thread, app.tasks.verification_thread)):
                thread.join(max(0.0, until - time.monotonic()))
            _print_summary(state, draft_notice, app.tasks.leftovers, app.put_policy_command)
            if app.tasks.removed:
                print_message(app.tasks.removed)
            for line in _left_in_registry(app.tasks):
                print_message(line)
        for text in active_runs.what_may_be_left():
            print_message(text)
        if app.first_error is not None:
            raise app.first_error
        return status or app.return_code or 0


@contextlib.contextmanager
def _named_if_ended_at_once(tasks: StoreTasks) -> Iterator[None]:
    """Lets a signal name what has been left by what has ended, until that is printed."""

    def leftovers() -> str:
        return "\n".join([*(finding.text for finding in tasks.leftovers), *_left_in_registry(tasks)])

    active_runs.register(leftovers)
    try:
        yield
    finally:
        active_runs.unregister(leftovers)


def _left_in_registry(tasks: StoreTasks) -> list[str]:
    return [f"left behind in the registry: {name}" for name in tasks.left_in_registry]


def _search() -> list[Found]:
    from wizard.session.found import search  # imported here: it is called once the first screen is shown

    return search()


def _start_demo(state: WizardState, resources: ExitStack) -> None:
    from wizard.session.demo import DemoNotInstalledError, demo_store  # imported here: its server takes 20 ms to import

    try:
        state.start_demo(resources.enter_context(demo_store()))
    except DemoNotInstalledError as error:
        raise CommandError(str(error)) from None


def _bound_messages() -> None:
    """Lets no message wait for a terminal that accepts no output. This holds until the end of the program."""
    stream = sys.__stderr__
    if stream is not None and sys.stderr is stream and stream.isatty():
        sys.stderr = FarewellStream(stream.fileno(), stream.encoding, _FAREWELL_TIMEOUT)


def _set_no_color(colours: Colours) -> None:
    """Sets NO_COLOR as `colours` says: Textual reads no other variable, and counts an empty value as set."""
    os.environ.pop("NO_COLOR", None)
    if colours is Colours.NONE:
        os.environ["NO_COLOR"] = "1"


def _print_summary(
    state: WizardState,
    draft_notice: str,
    leftovers: Sequence[Finding],
    put_policy_command: str,
) -> None:
    if state.has_saved:
        print_message(f"Saved {sanitize(state.path)}.")
        if state.is_saved:  # images are copied before the registry restarts
            for remark in state.image_remarks():
                print_message(remark)
            if move := state.move_images():
                print_message("\n".join(move))
        for step in state.next_steps():
            print_message("\n".join(filter(None, step)))
    if put_policy_command:  # in one piece, unlike in its dialog
        print_message(f"To attach the policy: {put_policy_command}")
    if draft_notice:
        print_message(draft_notice)
    for finding in leftovers:
        print_message(finding.text)
