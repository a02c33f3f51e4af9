"""A signal while the wizard saves: the file is complete, and the wizard says so."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, terminal
from wizard.config import file as config_file

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PROMPTS = (
    *("Registry [", "Storage [", "Bucket [", "Region [", "Root directory [", "Access key [", "Secret key ("),
    *("Region endpoint [", "V4 auth [", "HTTPS [", "Skip verification [", "Redirect pulls [", "Show 7 more", "Save as"),
)
_DEMO = "demo-storage.toml"


@pytest.mark.parametrize("number", _SIGNALS)
def test_the_line_prompts_say_that_the_file_is_saved(tmp_path: Path, number: int) -> None:
    with terminal(tmp_path, "-m", "tests.program.signalled_save", str(int(number)), "--plain") as screen:
        for prompt in _PROMPTS:
            screen.wait_for(prompt)
            screen.press(b"\r")
        assert screen.wait_for_exit() == 128 + number
        assert f"{_DEMO} saved (readable only by you, mode 0600)." in screen.stream.decode()
    assert config_file.load(tmp_path / _DEMO).validation is not None


@pytest.mark.parametrize("number", _SIGNALS)
def test_the_screens_say_that_the_file_is_saved(tmp_path: Path, number: int) -> None:
    with terminal(tmp_path, "-m", "tests.program.signalled_save", str(int(number))) as screen:
        screen.wait_for("Demo mode: uses a built-in store")
        screen.press(b"\x13")
        assert screen.wait_for_exit() == 128 + number
        assert f"Saved {_DEMO}." in screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
    assert config_file.load(tmp_path / _DEMO).validation is not None
