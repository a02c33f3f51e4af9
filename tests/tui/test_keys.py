"""The keys of the actions: the same in the bindings and the help, and each with a function key."""

from __future__ import annotations

import re

import pytest
from textual.binding import Binding

from tests.support.pilot import run_wizard
from wizard.session.state import WizardState
from wizard.tui.app import WizardApp
from wizard.tui.keys import KEYS, POLICY_KEYS, help_rows, label
from wizard.tui.screens.form import FormScreen
from wizard.tui.screens.policy import PolicyDialog
from wizard.tui.screens.save import SaveScreen
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.screens.validate import ValidateScreen
from wizard.tui.screens.verify import VerifyScreen

ACTIONS = {
    "help": "help",
    "reveal": "reveal",
    "fix": "apply_fix",
    "validate": "validate",
    "save": "save",
    "ascii": "ascii",
    "redraw": "redraw",
    "suspend": "suspend_process",
    "leave": "leave",
    "more": "toggle_fold",
    "buckets": "list_choices",
    "write_back": "write_back",
    "policy": "show_policy",
    "verify": "verify",
}
BOUND = [
    binding
    for cls in (WizardApp, StepScreen, FormScreen, ValidateScreen, SaveScreen, VerifyScreen)
    for binding in cls.BINDINGS
    if isinstance(binding, Binding)
]


def is_function_key(key: str) -> bool:
    return re.fullmatch(r"f\d+", key) is not None


# The key that suspends is the shell's, and F11 twice redraws, too.
@pytest.mark.parametrize("name", sorted(KEYS.keys() - {"suspend", "redraw"}))
def test_each_action_has_a_function_key(name: str) -> None:
    assert any(map(is_function_key, KEYS[name].binding.split(",")))


def test_the_table_has_each_key_once() -> None:
    keys = [key for action in KEYS.values() for key in action.binding.split(",")]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", KEYS)
def test_each_action_is_bound_to_its_keys(name: str) -> None:
    assert {binding.key for binding in BOUND if binding.action == ACTIONS[name]} == {KEYS[name].binding}


def test_no_screen_binds_another_function_key_or_key_with_ctrl() -> None:
    keys = {key for binding in BOUND for key in binding.key.split(",")}
    known = {key for action in KEYS.values() for key in action.binding.split(",")}
    assert {key for key in keys if is_function_key(key) or key.startswith("ctrl+")} == known


def test_the_help_names_every_key() -> None:
    named = {name for keys, _ in help_rows() for name in re.split(", | or ", keys)}
    assert named >= {
        label(key) for action in (*KEYS.values(), *POLICY_KEYS.values()) for key in action.binding.split(",")
    }


def test_the_dialog_of_the_policy_has_function_keys() -> None:
    bound = {binding.key for binding in PolicyDialog.BINDINGS if isinstance(binding, Binding)}
    assert bound >= {keys.binding for keys in POLICY_KEYS.values()}
    assert all(keys.also for keys in POLICY_KEYS.values())


@pytest.mark.sample
@pytest.mark.parametrize("key", ["f12", "ctrl+q", "ctrl+c"])
async def test_each_key_that_leaves_ends_the_program(new_state: WizardState, key: str) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.press(key)
        await pilot.until(lambda: pilot.app.is_ending)
