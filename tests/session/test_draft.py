"""A draft keeps unsaved input, without secrets, until it was saved, discarded or undone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import environment
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session import draft
from wizard.session.draft import Draft
from wizard.session.state import WizardState
from wizard.session.steps import STEPS

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SETTINGS = Settings(
    provider="minio",
    bucket="images",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret(SECRET),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


@pytest.fixture
def saved(path: Path) -> Path:
    """A settings file that holds `SETTINGS`."""
    config_file.save(path, SETTINGS, None)
    return path


def leave(path: Path, **texts: str) -> None:
    """Enter texts in the fields, and leave without saving: a draft is kept."""
    state = WizardState.open(path)
    for name, text in texts.items():
        state.enter_text(name, text)
    assert draft.update_on_exit(state)


def find(path: Path) -> Draft:
    found = draft.find(path)
    assert found is not None
    return found


def resume(path: Path) -> WizardState:
    """Start again and resume the draft."""
    state = WizardState.open(path)
    find(path).resume(state)
    return state


def draft_file() -> Path:
    (file,) = Path("~/.local/state/storage-wizard").expanduser().glob("draft-*.toml")
    return file


# What a draft holds


def test_a_draft_holds_the_settings_invalid_input_and_the_step(path: Path) -> None:
    state = WizardState.open(path)
    state.settings = SETTINGS
    state.enter_text("chunksize", "ten")
    state.current_step = "endpoint"
    assert draft.update_on_exit(state)
    found = find(path)
    assert found.settings == SETTINGS.replace({"secretkey": Secret()})
    assert (found.invalid_input, found.current_step, found.lacks_secret) == ({"chunksize": "ten"}, "endpoint", True)


def test_a_draft_holds_no_secret_and_only_its_owner_can_read_it(path: Path) -> None:
    leave(path, secretkey=SECRET, regionendpoint="https://user:canary@minio:9000")
    file = draft_file()
    assert file.stat().st_mode & 0o7777 == 0o600
    assert "canary" not in file.read_text(encoding="utf-8")
    assert SECRET not in file.read_text(encoding="utf-8")
    assert find(path).settings.regionendpoint == ""


def test_resuming_restores_the_input_and_asks_for_the_secret(path: Path) -> None:
    leave(path, bucket="images", secretkey=SECRET, chunksize="ten")
    state = resume(path)
    assert (state.settings.bucket, state.field_text("chunksize")) == ("images", "ten")
    assert state.settings.secretkey == Secret()
    assert "Enter it again" in state.notes["secretkey"]


def test_a_secret_from_the_file_is_not_asked_for(saved: Path) -> None:
    leave(saved, bucket="others")
    state = resume(saved)
    assert state.settings == SETTINGS.replace({"bucket": "others"})
    assert "secretkey" not in state.notes


def test_a_new_secret_is_asked_for_and_not_replaced_by_that_of_the_file(saved: Path) -> None:
    leave(saved, secretkey="another-secret-key")
    state = resume(saved)
    assert state.settings.secretkey == Secret()
    assert "Enter it again" in state.notes["secretkey"]


def test_a_secret_from_the_file_is_not_used_with_another_access_key(saved: Path) -> None:
    leave(saved, bucket="others")
    config_file.save(saved, SETTINGS.replace({"accesskey": "AKIAI44QH8DHBEXAMPLE"}), None)
    assert resume(saved).settings.secretkey == Secret()


def test_each_settings_file_has_a_draft_of_its_own(path: Path) -> None:
    leave(path, bucket="images")
    assert draft.find(path.with_name("other.toml")) is None


@pytest.mark.parametrize(
    "text", ["", "x", "version = 9", "[draft]\nstep = 5\ntexts = 3", "[storage]\ntype = 1", 'draft = "x"']
)
def test_an_invalid_draft_is_ignored(path: Path, text: str) -> None:
    leave(path, bucket="images")
    draft_file().write_text(text, encoding="utf-8")
    assert draft.find(path) is None


def test_invalid_parts_of_a_draft_are_ignored(path: Path) -> None:
    leave(path, bucket="images", chunksize="ten")
    file = draft_file()
    text = file.read_text(encoding="utf-8").replace('step = "storage"', "step = 5").replace("chunksize", "no_setting")
    file.write_text(text, encoding="utf-8")
    found = find(path)
    assert (found.current_step, found.invalid_input, found.settings.bucket) == (STEPS[0].id, {}, "images")


# When a draft is kept and deleted


def test_no_draft_is_kept_without_unsaved_input(saved: Path) -> None:
    assert not draft.update_on_exit(WizardState.open(saved))
    assert draft.find(saved) is None


def test_saving_deletes_the_draft(path: Path) -> None:
    leave(path, bucket="images")
    state = resume(path)
    assert state.save()
    assert not draft.update_on_exit(state)
    assert draft.find(path) is None


def test_a_resumed_draft_whose_changes_were_undone_is_deleted(saved: Path) -> None:
    leave(saved, bucket="others")
    state = resume(saved)
    state.enter_text("bucket", "images")
    assert not draft.update_on_exit(state)
    assert draft.find(saved) is None


def test_a_resumed_draft_is_replaced_by_later_input(saved: Path) -> None:
    leave(saved, bucket="others")
    state = resume(saved)
    state.enter_text("bucket", "third")
    assert draft.update_on_exit(state)
    assert find(saved).settings.bucket == "third"


def test_a_draft_that_was_neither_resumed_nor_discarded_is_kept(saved: Path) -> None:
    leave(saved, bucket="others")
    assert not draft.update_on_exit(WizardState.open(saved))
    assert find(saved).settings.bucket == "others"


def test_a_draft_can_be_discarded(path: Path) -> None:
    leave(path, bucket="images")
    draft.delete(path)
    draft.delete(path)  # no error if there is none
    assert draft.find(path) is None


def test_a_demo_keeps_no_draft(path: Path) -> None:
    state = WizardState.open(path)
    state.start_demo(SETTINGS)
    state.enter_text("bucket", "others")
    assert not draft.update_on_exit(state)
    assert draft.find(path) is None


def test_a_draft_that_cannot_be_written_is_reported_as_not_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    state = WizardState.open(path)
    state.enter_text("bucket", "images")
    assert not draft.update_on_exit(state)


def test_without_a_home_folder_no_draft_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", fail)
    state = WizardState.open(path)
    state.enter_text("bucket", "images")
    assert not draft.update_on_exit(state)
    assert draft.find(path) is None
    draft.delete(path)
    assert list(path.parent.iterdir()) == []


# Signals

SIGNALLED = """
import os, signal, sys
from pathlib import Path
from wizard.session import draft
from wizard.session.state import WizardState

def signalled_replace(*arguments, _replace=os.replace):
    for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        os.kill(os.getpid(), number)
    return _replace(*arguments)

os.replace = signalled_replace
state = WizardState.open(Path("storage.toml"))
state.enter_text("bucket", "images")
kept = draft.update_on_exit(state)
handlers = [signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)]
print(kept, handlers == [signal.SIG_DFL, signal.SIG_DFL, signal.default_int_handler])
"""


def test_a_draft_is_written_although_the_signals_of_a_closing_session_arrive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = subprocess.run(
        [sys.executable, "-c", SIGNALLED],
        env=environment({}),
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 0, signal.Signals(-result.returncode)
    assert result.stdout == "True True\n"
    assert find(Path("storage.toml")).settings.bucket == "images"
