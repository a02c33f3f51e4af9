"""Runs of the full-screen wizard in this process, driven by Textual's Pilot."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Iterator, Mapping

from tests.chaos.execution import carry_out
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place, can_mount
from tests.chaos.schedule import Press, Schedule
from tests.chaos.stores import Stores
from tests.support.pilot import WizardPilot, run_wizard
from wizard.config import file as config_file
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.validation import active_runs
from wizard.validation.results import Report

_PATIENCE = 20.0  # seconds for the end


class PilotRuns:
    """Runs schedules of the kind `pilot`."""

    def __enter__(self) -> PilotRuns:
        self._stores = Stores()
        return self

    def __exit__(self, *_: object) -> None:
        self._stores.close()

    def run(self, plan: Schedule) -> list[str]:
        """What did not hold."""
        return carry_out(_PilotRun(plan), plan, self._stores, _execute)


def _execute(run: _PilotRun) -> None:
    with contextlib.chdir(run.place.folder), _environment(run.place.environment):
        asyncio.run(run.execute())


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class _PilotRun:
    place: Place

    def __init__(self, plan: Schedule) -> None:
        self._plan = plan
        self._shown: list[str] = []
        self._problems: list[str] = []
        self._passed: list[Report] = []

    def on_request(self, number: int) -> None:
        """What happens when a request arrives."""
        if number == self._plan.writer:
            self.place.write_as_other()

    async def execute(self) -> None:
        """Press the keys, and quit."""
        if self._plan.is_disk_full and can_mount():
            self.place.fill_disk()
        state = WizardState.open(self.place.path)
        async with run_wizard(state) as wizard:
            for press in self._plan.presses:
                await self._perform(wizard, press)
                if wizard.app.is_ending:
                    break
            await self._quit(wizard)
            wizard.app.drafts.end()
            self._shown.append(draft.update_on_exit(state))
            if thread := wizard.app.tasks.validation_thread:
                await asyncio.to_thread(thread.join, 1.2)  # as the program does
            self._shown += active_runs.what_may_be_left()
            self._shown += [finding.text for finding in wizard.app.tasks.leftovers]
            if wizard.app.first_error is not None:
                self._problems.append(f"the app failed: {wizard.app.first_error!r}")
        for text in active_runs.what_may_be_left():  # a run that has ended since then names it in its report
            self._shown.append(text)

    async def _perform(self, wizard: WizardPilot, press: Press) -> None:
        if press.size:
            await wizard.resize(*press.size)
        else:
            await wizard.press(press.key)
        end = time.monotonic() + press.patience
        while time.monotonic() < end and not wizard.app.is_ending and not self._is_idle(wizard):
            await asyncio.sleep(0.01)
        self._look(wizard)

    def _is_idle(self, wizard: WizardPilot) -> bool:
        thread = wizard.app.tasks.validation_thread
        return thread is None or not thread.is_alive()

    def _look(self, wizard: WizardPilot) -> None:
        if not wizard.app.is_ending:
            self._shown.append(wizard.text)
        report = wizard.state.last_report
        if report is not None and report.passed and not any(report is each for each in self._passed):
            self._passed.append(report)

    async def _quit(self, wizard: WizardPilot) -> None:
        end = time.monotonic() + _PATIENCE
        while not wizard.app.is_ending:
            if time.monotonic() > end:
                self._problems.append(f"it does not end: {wizard.text}")
                return
            await wizard.press("ctrl+c")
            self._look(wizard)

    # --- what must hold ---

    def outcome(self) -> Outcome:
        return Outcome("\n".join(self._shown), len(self._passed))

    def problems(self) -> Iterator[str]:
        """What does not hold of the app and the files."""
        yield from self._problems
        yield from self.place.problems(is_killed=False)
        with contextlib.suppress(config_file.ConfigError):
            validation = config_file.load(self.place.path).validation
            if validation and validation.passed and not self._passed:
                yield "the file says that the settings have passed, but no validation did"
