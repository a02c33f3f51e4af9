"""The screens in any order of keys, beside a plain model: what is typed is shown, kept and never lost.

The session behind them has its own model: `tests/session/test_state_machine.py`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, strategies
from hypothesis import settings as with_settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.support.pilot import FORMS, WizardPilot, run_wizard
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.rules.clean_input import clean_input
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.session.steps import applicable_steps, step_named
from wizard.tui.widgets.choices import Choice

_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY1"
_TEXTS = ("", "images", "My_Bucket", "eu-central-1", "https://minio.example:9000", "ftp://x", "10 MiB", "ten", _SECRET)
_SIZES = ((80, 24), (60, 18), (120, 40))
_FOLDERS = itertools.count()


class _Screens(RuleBasedStateMachine):
    """`step` is the step that must be shown, and `typed` the text that each field must have."""

    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.path = self.folder / str(next(_FOLDERS)) / "storage.toml"
        self.path.parent.mkdir()
        self.typed: dict[str, str] = {}
        self.step = "storage"
        self._runner = asyncio.Runner()
        self._start(WizardState.open(self.path))

    def _start(self, state: WizardState) -> None:
        self._resources = AsyncExitStack()
        self.wizard: WizardPilot = self._do(self._resources.enter_async_context(run_wizard(state)))

    def _do(self, action: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(action)

    def teardown(self) -> None:
        self._do(self._resources.aclose())
        self._runner.close()

    def _press(self, *keys: str) -> None:
        self._do(self.wizard.press(*keys))

    @property
    def _settings(self) -> Settings:
        return self.wizard.state.settings

    def _fields(self) -> list[str]:
        if self.step not in FORMS:
            return []
        return [field.declaration.name for field in self.wizard.form.visible_fields() if field.display]

    @property
    def is_on_form(self) -> bool:
        """Whether a step with fields is shown, without a dialog."""
        return self.step in FORMS and self.wizard.screen is self.wizard.app.step_screen

    # --- typing and choosing ---

    @precondition(lambda self: self.is_on_form)
    @rule(index=strategies.integers(0, 20), text=strategies.sampled_from(_TEXTS))
    def type_text(self, index: int, text: str) -> None:
        names = [name for name in self._fields() if not isinstance(self.wizard.field(name).control, Choice)]
        if not names:
            return
        name = names[index % len(names)]
        if text == _SECRET and DECLARATIONS[name].kind is not Kind.SECRET:
            return
        self._do(self.wizard.fill(name, text))
        self.typed = {name: clean_input(DECLARATIONS[name], text)[0]}  # what follows from it may change other fields
        assert self.wizard.state.field_text(name) == self.typed[name]

    @precondition(lambda self: self.is_on_form)
    @rule(key=strategies.sampled_from(["left", "right", "up", "down", "home", "end", "pagedown", "pageup", "tab"]))
    def move_the_cursor(self, key: str) -> None:
        before = self._settings, dict(self.wizard.state.invalid_input)
        self._press(key)
        assert (self._settings, self.wizard.state.invalid_input) == before

    @precondition(lambda self: self.is_on_form)
    @rule()
    def choose(self) -> None:
        if isinstance(self.wizard.screen.focused, Choice):
            self._press("space")
            self.typed.clear()

    # --- going to and fro ---

    def _neighbour(self, by: int) -> str:
        steps = [step.id for step in applicable_steps(self._settings)]
        return steps[max(0, min(len(steps) - 1, steps.index(self.step) + by))]

    @precondition(lambda self: self.is_on_form)
    @rule()
    def enter(self) -> None:
        following = self._neighbour(1)
        self._press("enter")
        shown = self.wizard.step
        assert shown in (self.step, following)
        if shown == self.step and isinstance(self.wizard.screen.focused, Choice):
            self.typed.clear()  # Enter chooses what the cursor is on
        self.step = shown

    @rule()
    def escape(self) -> None:
        if self.wizard.screen is not self.wizard.app.step_screen:
            self._press("escape")  # closes a dialog
            return
        expected = self._neighbour(-1)
        self._press("escape")
        assert self.wizard.step in (expected, self.step)  # in the filter of the stores, Esc ends that
        self.step = self.wizard.step

    @rule()
    def read_the_help(self) -> None:
        before, focused = self._settings, self.wizard.focused
        self._press("f1")
        self._press("f1")
        assert (self._settings, self.wizard.focused) == (before, focused)

    # --- the terminal ---

    @rule(size=strategies.sampled_from(_SIZES))
    def resize(self, size: tuple[int, int]) -> None:
        self._do(self.wizard.resize(*size))

    # --- leaving ---

    @rule(resumes=strategies.booleans())
    def leave_and_start_again(self, *, resumes: bool) -> None:
        before, was_dirty = self.wizard.state, self.wizard.state.is_dirty
        self._do(self._resources.aclose())
        self.wizard.app.drafts.end()
        notice = draft.update_on_exit(before)
        assert notice.startswith(draft.SAVED_NOTICE) == was_dirty, notice
        found, state = draft.find(self.path), WizardState.open(self.path)
        self.typed.clear()
        if found is not None and resumes:
            found.resume(state)
            kept = [name for name in DECLARATIONS if name not in ("accesskey", "secretkey", *found.left_out)]
            assert [state.settings.value(name) for name in kept] == [before.settings.value(name) for name in kept]
        draft.delete(self.path)
        self.step = "storage"
        self._start(state)

    # --- what is always true ---

    @invariant()
    def the_step_of_the_model_is_shown(self) -> None:
        assert self.wizard.step == self.step
        assert step_named(self.step) in applicable_steps(self._settings)

    @invariant()
    def what_was_typed_is_in_its_field(self) -> None:
        for name, text in self.typed.items():
            assert self.wizard.state.field_text(name) == text
            if name in self._fields():
                assert self.wizard.value(name) == text

    @invariant()
    def no_secret_is_shown_and_no_file_was_written(self) -> None:
        assert _SECRET not in self.wizard.text
        assert not self.path.exists()

    @invariant()
    def a_step_with_a_refused_value_has_no_tick(self) -> None:
        gap = self.wizard.state.first_gap()
        if gap is not None and self.wizard.app.size.width >= 80:  # narrow terminals show no titles
            steps = [step for step in applicable_steps(self._settings) if gap in (*step.settings, *step.more)]
            assert all(f"✓ {step.heading(self._settings)[0]}" not in self.wizard.row("steps") for step in steps)


@pytest.mark.ci_only
def test_the_screens_follow_the_model_in_any_order_of_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Screens(_Screens):
        folder = tmp_path

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Screens,
        settings=with_settings(deadline=None, max_examples=40, stateful_step_count=40, suppress_health_check=checks),
    )
