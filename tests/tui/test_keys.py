"""Any keys in any order: never a crash, never a hang, and what was entered can always be kept and saved."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.ports import closed_port
from tests.tui.test_wizard import AMAZON, UiMode, wizard
from wizard.config import file as config_file
from wizard.model.settings import Settings
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui.terminal.glyphs import GLYPHS

_KEYS = [
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *("space", "backspace", "delete", "ctrl+u", "ctrl+k", "ctrl+w", "ctrl+a", "ctrl+e", "ctrl+x", "ctrl+v", "super+c"),
    *("ctrl+f", "ctrl+r", "ctrl+s", "ctrl+o", "ctrl+p", "ctrl+t", "ctrl+l", "ctrl+g", "ctrl+y", "ctrl+d", "ctrl+z"),
    *("f1", "f2", "f3", "f4", "f5", "f6", "f12", "shift+left", "shift+end", "insert", "ctrl+home", "ctrl+shift+left"),
    *("a", "Z", "0", "-", "/", ".", ":", "[", "]", "'", '"', "\\", "$", "%", "é", "漢", "ب", "\u202e", "\ufffd", "😀"),
]
_PASTES = ["", "\n", " \t\n", "images\nregion\n", "[red]x[/x][/]$error", "\x1b[31m\x07", "http://[::1", "a" * 2_000]
_OFTEN = ["enter", "tab", "down", "space", "ctrl+f"]  # what leads further
_SIZES = [(80, 24), (40, 12), (20, 5), (1, 1), (130, 30)]


def _deeds(seed: int, count: int) -> list[tuple[str, str]]:
    """What somebody does in each step, by a die: a key, a paste, another size of the terminal."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        if number % (count // len(STEPS)) == 0:
            found.append(("step", str(number // (count // len(STEPS)))))
        match dice.randrange(20):
            case 0:
                found.append(("paste", dice.choice(_PASTES)))
            case 1:
                found.append(("size", str(dice.randrange(len(_SIZES)))))
            case number:
                found.append(("key", dice.choice(_OFTEN if number < 7 else _KEYS)))
    return found


async def _do(face: UiMode, deed: tuple[str, str]) -> None:
    match deed:
        case ("paste", text):
            await face.paste(text)
        case ("step", number):
            face.app.show_step(STEPS[int(number)])
            await face.settle()
        case ("size", number):
            await face.resize(*_SIZES[int(number)])
        case (_, key):
            await face.press(key)


@pytest.mark.parametrize("seed", range(2))
async def test_any_keys_lead_to_no_crash(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever store is chosen, nothing leaves this machine: the proxy for all of them is a closed port."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(GLYPHS, "ascii", False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with closed_port() as port:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "AWS_ENDPOINT_URL_IAM"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY")
        settings = AMAZON.replace({"provider": "other", "regionendpoint": f"http://127.0.0.1:{port}"})
        state = WizardState(tmp_path / "storage.toml", settings, Settings())
        done: list[tuple[str, str]] = []
        async with wizard(state) as face:
            for deed in _deeds(seed, 84):
                done.append(deed)
                await _do(face, deed)
                assert face.app._exception is None, done
                if face.app._exit:
                    break
            assert state.has_saved or not face.app._exit, done
            if not face.app._exit:
                await face.resize(80, 24)
                await face.press("ctrl+c", "ctrl+c")
            await face.ended()
            assert {"bucket", "keys", "endpoint", "advanced"} <= face.app.context.visited
            assert face.app._exception is None
        assert face.app.return_code == 0
    kept = draft.update_on_exit(state)
    assert kept is state.is_dirty
    if kept and state.settings.type == "s3":
        found = draft.find(state.path)
        assert found is not None
        assert found.settings.replace({"secretkey": state.settings.secretkey}) == state.settings
    if state.has_saved:
        assert config_file.load(state.path).settings == state.saved
