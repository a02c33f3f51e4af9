"""Random input of a user: the app never crashes or hangs, and what was entered can be kept and saved."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.pilot import AMAZON, WizardPilot, run_wizard
from tests.support.ports import closed_port
from tests.support.samples import sampled
from wizard.config import file as config_file
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session import draft
from wizard.session.state import KEYS, WizardState
from wizard.session.steps import STEPS
from wizard.tui.terminal.glyphs import GLYPHS

_KEYS = [
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *("space", "backspace", "delete", "ctrl+u", "ctrl+k", "ctrl+w", "ctrl+a", "ctrl+e", "ctrl+x", "ctrl+v", "super+c"),
    *("ctrl+f", "ctrl+r", "ctrl+s", "ctrl+o", "ctrl+p", "ctrl+t", "ctrl+l", "ctrl+g", "ctrl+y", "ctrl+d", "ctrl+z"),
    *("f1", "f2", "f3", "f4", "f5", "f6", "f12", "shift+left", "shift+end", "insert", "ctrl+home", "ctrl+shift+left"),
    *("a", "Z", "0", "-", "/", ".", ":", "[", "]", "'", '"', "\\", "$", "%", "é", "漢", "ب", "\u202e", "\ufffd", "😀"),
]
_FREQUENT_KEYS = ["enter", "tab", "down", "space", "ctrl+f"]  # they lead to more parts of the program
_PASTES = ["", "\n", " \t\n", "images\nregion\n", "[red]x[/x][/]$error", "\x1b[31m\x07", "http://[::1", "a" * 2_000]
_SIZES = [(80, 24), (40, 12), (20, 5), (1, 1), (130, 30)]
_ACTIONS_PER_STEP = 12


class Action(NamedTuple):
    """`kind` is step, paste, size or key."""

    kind: str
    value: str | tuple[int, int]


def random_actions(seed: int) -> list[Action]:
    """Some actions in each step of the wizard."""
    choose = random.Random(seed)
    actions = []
    for step in STEPS:
        actions.append(Action("step", step.id))
        for _ in range(_ACTIONS_PER_STEP):
            match choose.randrange(20):
                case 0:
                    actions.append(Action("paste", choose.choice(_PASTES)))
                case 1:
                    actions.append(Action("size", choose.choice(_SIZES)))
                case number:
                    actions.append(Action("key", choose.choice(_FREQUENT_KEYS if number < 7 else _KEYS)))
    return actions


async def perform(pilot: WizardPilot, action: Action) -> None:
    match action:
        case Action("step", str(step_id)):
            pilot.app.show_step(next(step for step in STEPS if step.id == step_id))
            await pilot.settle()
        case Action("paste", str(text)):
            await pilot.paste(text)
        case Action("key", str(key)):
            await pilot.press(key)
        case Action("size", (int(width), int(height))):
            await pilot.resize(width, height)


@pytest.mark.ci_only
@pytest.mark.parametrize("seed", sampled(range(2), 2))
async def test_random_input_does_not_crash_the_app(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever store is selected, nothing leaves this machine: the proxy for all stores is a closed port."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(GLYPHS, "ascii", False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with closed_port() as port:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "AWS_ENDPOINT_URL_IAM"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY")
        settings = AMAZON.replace({"provider": "other", "regionendpoint": f"http://127.0.0.1:{port}"})
        state = WizardState(tmp_path / "storage.toml", settings, Settings())
        performed: list[Action] = []
        async with run_wizard(state) as pilot:
            for action in random_actions(seed):
                performed.append(action)
                await perform(pilot, action)
                assert pilot.app.first_error is None, performed
                if pilot.app.is_ending:
                    break
            assert state.has_saved or not pilot.app.is_ending, performed
            if not pilot.app.is_ending:
                await pilot.resize(80, 24)
                await pilot.press("ctrl+c", "ctrl+c")
            await pilot.until_ended()
            assert {"bucket", "keys", "endpoint", "advanced"} <= pilot.app.context.visited
            assert pilot.app.first_error is None
        assert pilot.app.return_code == 0
    assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE) == state.is_dirty
    if state.is_dirty and state.settings.type == "s3":
        saved_draft = draft.find(state.path)
        assert saved_draft is not None
        kept = [name for name in DECLARATIONS if name not in (*KEYS, *saved_draft.left_out)]
        assert [saved_draft.settings.value(name) for name in kept] == [state.settings.value(name) for name in kept]
    if state.has_saved:
        assert config_file.load(state.path).settings == state.saved
