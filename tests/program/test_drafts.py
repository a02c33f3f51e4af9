"""Leaving the wizard: the draft is kept where it can be, and the program never promises one that is not."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER
from tests.support.processes import wait_for
from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, Terminal, terminal
from wizard.session import draft

KEPT = "Your entries (without keys) were saved as a draft"
FACES = {"screens": (), "prompts": ("--plain",)}


def enter_bucket(screen: Terminal, face: str) -> None:
    """Enter a bucket and nothing else."""
    if face == "prompts":
        for prompt, text in (("Registry [", b"\r"), ("Storage [", b"\r"), ("Bucket []: ", b"images\r")):
            screen.wait_for(prompt)
            screen.press(text)
        screen.wait_for("Region [")
        return
    screen.wait_for("Amazon S3")
    screen.press(b"\r")
    screen.wait_for("Choose the bucket")
    screen.type("images")
    screen.read_until_quiet()


def leave(screen: Terminal, face: str) -> str:
    """Leave without saving; returns what is on the terminal in the end."""
    screen.press(b"\x03")
    if face == "screens":
        screen.wait_for("Quit without saving?")
        screen.read_until_quiet()
        screen.press(b"\x03")
    assert screen.wait_for_exit() == (130 if face == "prompts" else 0)
    assert b"Traceback" not in screen.stream
    assert b"should not have happened" not in screen.stream
    return " ".join(screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode().split())


@pytest.mark.ci_only
@pytest.mark.sample
@pytest.mark.parametrize("face", FACES)
def test_a_draft_is_kept_although_the_current_folder_is_removed(
    face: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "folder"
    folder.mkdir()
    with terminal(folder, "-m", "wizard", *FACES[face]) as screen:
        enter_bucket(screen, face)
        folder.rmdir()
        assert KEPT in leave(screen, face)
    found = draft.find(folder / "storage.toml")
    assert found is not None
    assert found.settings.bucket == "images"


@pytest.mark.sample
@pytest.mark.parametrize("face", FACES)
def test_input_that_is_lost_is_called_lost_with_the_reason(
    face: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    with terminal(tmp_path, "-m", "wizard", *FACES[face]) as screen:
        enter_bucket(screen, face)
        text = leave(screen, face)
        assert "Your entries are lost: no draft could be saved. Nothing is stored in /nonexistent" in text
        assert b"saved as a draft" not in screen.stream
        assert b"is kept, without" not in screen.stream


@pytest.mark.sample
@pytest.mark.parametrize("face", FACES)
def test_after_a_kill_the_next_start_resumes_what_was_entered(
    face: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with terminal(tmp_path, "-m", "wizard", *FACES[face]) as screen:
        enter_bucket(screen, face)
        screen.press(b"\r")
        screen.wait_for("Root directory" if face == "prompts" else "signs in with")
        wait_for(lambda: ((found := draft.find(tmp_path / "storage.toml")) and found.settings.bucket) or None)
        screen.send_signal(signal.SIGKILL)
        screen.wait_for_exit()
    with terminal(tmp_path, "-m", "wizard", *FACES[face]) as screen:
        if face == "prompts":
            screen.wait_for("Resume your unsaved draft?")
            screen.press(b"\r")
            screen.wait_for("Bucket [images]:")
        else:
            screen.wait_for("Resume at Keys")
            screen.press(b"\r")
            screen.wait_for("signs in with")


@pytest.mark.ci_only
@pytest.mark.sample
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can create a folder of another user")
@pytest.mark.parametrize("face", FACES)
def test_nothing_is_created_in_the_home_folder_of_another_user(
    face: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, OTHER_USER, OTHER_USER)
    monkeypatch.setenv("HOME", str(home))
    with terminal(tmp_path, "-m", "wizard", *FACES[face]) as screen:
        enter_bucket(screen, face)
        assert f"Nothing is stored in {home} because it is owned by" in leave(screen, face)
    assert list(home.iterdir()) == []
