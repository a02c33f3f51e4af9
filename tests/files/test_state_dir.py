"""The folder for the state of the program: private, and never one that another user controls."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, mode_of, names_in, needs_acl, set_acl
from wizard.files.errors import ChangedError, FileError
from wizard.files.safe_path import user_name
from wizard.files.state_dir import (
    read_state_file,
    remove_state_file,
    state_dir_problem,
    state_folder,
    write_state_file,
)
from wizard.files.target import Target
from wizard.files.written import Written

_LIMIT = 1 << 16


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/var/state")
    assert state_folder() == Path("/var/state/storage-wizard")


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_the_default_is_in_the_home_folder(home: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", value)
    assert state_folder() == home / ".local" / "state" / "storage-wizard"


@pytest.mark.usefixtures("home")
def test_a_user_without_a_home_folder_has_no_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "relative")
    with pytest.raises(FileError) as caught:
        state_folder()
    assert str(caught.value) == "This user has no home folder, so nothing can be stored there. Set HOME."
    assert state_dir_problem() == str(caught.value)


@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_only_the_owner_can_read_the_folder_and_its_files(home: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        path = write_state_file("draft.toml", b"data")
    finally:
        os.umask(before)
    assert path == home / ".local" / "state" / "storage-wizard" / "draft.toml"
    assert path.read_bytes() == b"data"
    assert (mode_of(path.parent), mode_of(path)) == (0o700, 0o600)


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o750])
def test_an_existing_folder_becomes_private(home: Path, mode: int) -> None:
    folder = home / ".local" / "state" / "storage-wizard"
    folder.mkdir(parents=True)
    folder.chmod(mode)
    assert state_dir_problem() == ""
    assert mode_of(folder) == 0o700


@needs_acl
def test_an_access_control_list_of_the_home_folder_is_not_inherited(home: Path) -> None:
    set_acl(home, f"u:{OTHER_USER}:rwx", "-d")
    path = write_state_file("draft.toml", b"data")
    assert (mode_of(path), os.listxattr(path)) == (0o600, [])


def test_a_file_is_replaced_without_a_backup(home: Path) -> None:
    assert write_state_file("draft.toml", b"old") == write_state_file("draft.toml", b"new")
    assert names_in(home / ".local" / "state" / "storage-wizard") == ["draft.toml"]
    assert read_state_file("draft.toml", _LIMIT) == b"new"


@pytest.mark.usefixtures("home")
def test_what_another_writer_does_meanwhile_is_no_error() -> None:
    def write() -> None:
        for _ in range(50):
            write_state_file("draft.toml", b"theirs")
            remove_state_file("draft.toml")

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(write)
        while not other.done():
            write_state_file("draft.toml", b"ours")
        other.result()
    assert read_state_file("draft.toml", 100) in (b"ours", None)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("others", "is_written"), [(99, True), (100, False)])
def test_a_file_is_written_unless_100_writers_in_a_row_are_faster(
    monkeypatch: pytest.MonkeyPatch, others: int, is_written: bool
) -> None:
    def write(target: Target, data: bytes, *, keep_backup: bool) -> Written:
        attempts.append(data)
        if len(attempts) <= others:
            raise ChangedError(target.path)
        return replace(target, data, keep_backup=keep_backup)

    attempts: list[bytes] = []
    replace = Target.replace
    monkeypatch.setattr(Target, "replace", write)
    with contextlib.nullcontext() if is_written else pytest.raises(ChangedError):
        write_state_file("draft.toml", b"ours")
    assert (len(attempts), read_state_file("draft.toml", 100)) == (100, b"ours" if is_written else None)


def test_a_file_is_removed() -> None:
    write_state_file("draft.toml", b"data")
    remove_state_file("draft.toml")
    remove_state_file("draft.toml")
    assert read_state_file("draft.toml", _LIMIT) is None


def test_reading_and_removing_create_nothing(home: Path) -> None:
    assert read_state_file("draft.toml", _LIMIT) is None
    remove_state_file("draft.toml")
    assert names_in(home) == []


@pytest.mark.usefixtures("home")
def test_a_file_above_the_limit_is_not_read() -> None:
    write_state_file("draft.toml", b"data")
    assert read_state_file("draft.toml", 4) == b"data"
    with pytest.raises(FileError, match="is too large"):
        read_state_file("draft.toml", 3)


def test_a_home_folder_that_does_not_exist_is_not_created(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home / "missing"))
    assert "No such file or directory. Set XDG_STATE_HOME to a folder that this user owns." in state_dir_problem()
    assert names_in(home) == []


def test_the_folder_that_the_environment_names_is_created(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "a" / "b"))
    assert state_dir_problem() == ""
    assert mode_of(home / "a" / "b") == 0o700


@pytest.mark.parametrize("value", [os.devnull, f"{os.devnull}/x", "/proc/none"])
def test_a_place_for_no_folder_is_a_problem(home: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert home.exists()
    monkeypatch.setenv("XDG_STATE_HOME", value)
    problem = state_dir_problem()
    assert problem.startswith(f"Nothing is stored in {value}/storage-wizard: ")
    with pytest.raises(FileError) as caught:
        write_state_file("draft.toml", b"data")
    assert str(caught.value) == problem


# What another user could redirect


def linked(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to("moved")


@pytest.mark.parametrize("name", [".local", ".local/state", ".local/state/storage-wizard"])
def test_no_link_to_a_folder_is_followed(home: Path, name: str) -> None:
    write_state_file("draft.toml", b"old")
    linked(home / name)
    expected = (
        f"Nothing is stored in {home / name} because it is a link. Set XDG_STATE_HOME to a folder that this user owns."
    )
    assert state_dir_problem() == expected
    for use in _USES:
        with pytest.raises(FileError) as caught:
            use()
        assert str(caught.value) == expected


_USES: tuple[Callable[[], object], ...] = (
    lambda: write_state_file("draft.toml", b"new"),
    lambda: read_state_file("draft.toml", _LIMIT),
    lambda: remove_state_file("draft.toml"),
)


@pytest.mark.parametrize("dangling", [True, False])
def test_no_link_to_a_file_is_followed(home: Path, dangling: bool) -> None:
    victim = home / "victim"
    if not dangling:
        victim.write_bytes(b"theirs")
    path = write_state_file("draft.toml", b"old")
    path.unlink()
    path.symlink_to(victim)
    with pytest.raises(FileError, match="is not a regular file of this user, so it was not read"):
        read_state_file("draft.toml", _LIMIT)
    with pytest.raises(FileError, match="is not a regular file"):
        write_state_file("draft.toml", b"new")
    assert (victim.exists(), not dangling and victim.read_bytes()) == (not dangling, not dangling and b"theirs")


def test_a_pipe_in_place_of_a_file_does_not_block(home: Path) -> None:
    assert state_dir_problem() == ""
    os.mkfifo(home / ".local" / "state" / "storage-wizard" / "draft.toml")
    with pytest.raises(FileError):
        read_state_file("draft.toml", _LIMIT)
    with pytest.raises(FileError):
        write_state_file("draft.toml", b"new")


@as_root
@pytest.mark.parametrize("name", ["", ".local", ".local/state", ".local/state/storage-wizard"])
def test_no_folder_of_another_user_is_used(home: Path, name: str) -> None:
    write_state_file("draft.toml", b"old")
    os.chown(home / name, OTHER_USER, OTHER_USER)
    expected = f"Nothing is stored in {home / name} because it is owned by {user_name(OTHER_USER)}. "
    for use in _USES:
        with pytest.raises(FileError) as caught:
            use()
        assert str(caught.value).startswith(expected)
    os.chown(home / name, 0, 0)
    assert read_state_file("draft.toml", _LIMIT) == b"old"


@pytest.mark.parametrize("name", ["", ".local", ".local/state"])
def test_no_folder_in_which_others_can_write_is_used(home: Path, name: str) -> None:
    write_state_file("draft.toml", b"old")
    (home / name).chmod(0o777)
    assert state_dir_problem().startswith(
        f"Nothing is stored in {home / name} because other users can write there (mode 0777). "
    )


@as_root
def test_a_file_of_another_user_is_not_read(home: Path) -> None:
    assert home.exists()
    os.chown(write_state_file("draft.toml", b"theirs"), OTHER_USER, OTHER_USER)
    with pytest.raises(FileError, match="is not a regular file of this user"):
        read_state_file("draft.toml", _LIMIT)
    assert stat.S_ISREG(write_state_file("draft.toml", b"ours").stat().st_mode)
    assert read_state_file("draft.toml", _LIMIT) == b"ours"


@as_root
@pytest.mark.parametrize("name", ["XDG_STATE_HOME", "HOME"])
def test_nothing_is_kept_below_the_folder_of_another_user(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    state = home / "theirs" / "a" / "ours"
    state.mkdir(parents=True)
    os.chown(home / "theirs", OTHER_USER, OTHER_USER)
    monkeypatch.setenv(name, str(state))
    expected = f"Nothing is stored in {home / 'theirs'} because it is owned by {user_name(OTHER_USER)}. "
    assert state_dir_problem().startswith(expected)
    for use in _USES:
        with pytest.raises(FileError) as caught:
            use()
        assert str(caught.value).startswith(expected)
    assert names_in(state) == []


@as_root
def test_nothing_is_kept_where_a_link_of_another_user_leads(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "ours").mkdir()
    (home / "link").symlink_to("ours")
    os.chown(home / "link", OTHER_USER, OTHER_USER, follow_symlinks=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "link"))
    assert "is a link owned by" in state_dir_problem()
    assert names_in(home / "ours") == []


@as_root
@needs_acl
def test_nothing_is_kept_where_an_access_control_list_lets_another_user_write(home: Path) -> None:
    set_acl(home, f"u:{OTHER_USER}:rwx")
    assert "because other users can write there" in state_dir_problem()


def test_a_problem_is_safe_to_print(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home / "no\x1b[31m"))
    assert state_dir_problem().isprintable()
