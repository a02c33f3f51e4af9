"""The folder for the state of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.files import mode_of
from wizard.files.errors import FileError
from wizard.files.state_dir import state_folder, write_state_file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert state_folder() == Path("/var/state/storage-wizard")


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_the_default_is_in_the_home_folder(home: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", value)
    assert state_folder() == home / ".local" / "state" / "storage-wizard"


def test_a_user_without_a_home_folder_has_no_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "relative")
    with pytest.raises(FileError) as caught:
        state_folder()
    assert str(caught.value) == "This user has no home folder, so nothing is kept there. Set HOME."


def test_only_the_owner_can_read_the_folder_and_its_files(home: Path) -> None:
    path = write_state_file("draft.toml", b"data")
    assert path == home / ".local" / "state" / "storage-wizard" / "draft.toml"
    assert path.read_bytes() == b"data"
    assert (mode_of(path.parent), mode_of(path)) == (0o700, 0o600)


def test_a_file_is_replaced(home: Path) -> None:
    assert write_state_file("draft.toml", b"old") == write_state_file("draft.toml", b"new")
    assert (home / ".local" / "state" / "storage-wizard" / "draft.toml").read_bytes() == b"new"
