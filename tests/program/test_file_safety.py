"""Commands read and write no file that another user controls, overwrite no change, and report who can read a key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, mode_of, names_in
from tests.support.paths import ROOT
from wizard.cli import main as cli
from wizard.config.file import save
from wizard.files.leftovers import temporary_name
from wizard.model.settings import Settings

_SETTINGS = Settings(bucket="images", accesskey="k")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file in the current folder."""
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "storage.toml", _SETTINGS, None)
    return tmp_path / "storage.toml"


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, which other users can reach, with a settings file in it."""
    folder = Path(tempfile.mkdtemp())
    save(folder / "storage.toml", _SETTINGS, None)
    folder.chmod(0o755)
    monkeypatch.chdir(folder)
    yield folder
    shutil.rmtree(folder)


_NOT_WRITABLE = "this user may not write there. Run as its owner, or name another place. storage.toml is as it was."


@as_root
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "owner", "error"),
    [
        (0o755, 0o644, 0, _NOT_WRITABLE),
        (0o1777, 0o644, 0, _NOT_WRITABLE),
        (0o1777, 0o600, 0, "storage.toml may not be read by this user. Run as its owner"),
        (0o755, 0o600, OTHER_USER, "this user may not write there."),
    ],
)
def test_a_file_that_the_user_may_not_write_is_unchanged(
    shared: Path, folder_mode: int, file_mode: int, owner: int, error: str
) -> None:
    file = shared / "storage.toml"
    before = file.read_bytes()
    file.chmod(file_mode)
    os.chown(file, owner, owner)
    shared.chmod(folder_mode)
    program = [sys.executable, "-m", "tests.support.other_user", str(shared)]
    arguments = ["configure", "--bucket", "new", "--no-validate"]
    run = subprocess.run([*program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, "Traceback" in run.stderr) == (2, False), run.stderr
    assert error in run.stderr
    assert file.read_bytes() == before
    assert set(names_in(shared)) <= {"storage.toml", "storage.toml.bak"}


@as_root
@pytest.mark.parametrize(
    "arguments",
    [
        ("configure", "-c", "planted", "--bucket", "x", "--no-validate"),
        ("import", "-c", "planted", "config.yml"),
        ("import", "planted", "-c", "other.toml"),
        ("export", "--to", "env", "-o", "planted"),
        ("export", "--to", "distribution-2", "--into", "planted"),
        ("policy", "-o", "planted"),
        ("configure", "--secretkey-file", "planted", "--no-validate"),
        ("check", "--offline", "planted"),
    ],
)
def test_no_command_follows_a_planted_link(
    arguments: tuple[str, ...], shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = tmp_path / "victim"
    victim.touch()
    (shared / "config.yml").write_text("storage: {s3: {bucket: x}}\n")
    (shared / "planted").symlink_to(victim)
    os.chown(shared / "planted", OTHER_USER, OTHER_USER, follow_symlinks=False)
    shared.chmod(0o1777)
    assert cli.main(arguments) == 2
    assert "planted is a link that another user has put where everybody may write" in capsys.readouterr().err
    assert victim.read_bytes() == b""
    assert not {"other.toml", "victim.bak", "planted.bak"} & {*names_in(shared), *names_in(tmp_path)}


@pytest.mark.parametrize(
    "arguments",
    [("show",), ("configure", "--no-validate", "--bucket", "x"), ("policy", "-o", "x", "--bucket", "xyz")],
)
def test_a_deleted_current_folder_is_an_error(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    try:
        assert cli.main(arguments) == 2
    finally:
        monkeypatch.chdir(tmp_path)
    assert "The folder that you are in is gone. Change to one that is there." in capsys.readouterr().err


def test_a_change_of_the_registrys_file_at_the_last_moment_is_not_overwritten(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = path.with_name("config.yml")
    config.write_text("version: 0.1\n")
    fsync = os.fsync

    def edit_and_sync(descriptor: int) -> None:
        config.write_text("version: 0.1  # theirs\n")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", edit_and_sync)
    assert cli.main(["export", "--to", "distribution-2", "--into", "config.yml"]) == 2
    assert "config.yml was changed meanwhile, so it was left alone" in capsys.readouterr().err
    assert config.read_text() == "version: 0.1  # theirs\n"


@pytest.mark.parametrize(("mode", "access"), [(0o644, "read"), (0o666, "change"), (0o620, "change"), (0o640, "read")])
@pytest.mark.parametrize(
    "arguments", [("show", "--json"), ("check", "--offline"), ("export", "--to", "env"), ("policy",)]
)
def test_a_command_reports_what_other_users_may_do_with_the_file(
    path: Path, arguments: tuple[str, ...], mode: int, access: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(mode)
    cli.main(arguments)
    note = f"note: storage.toml: others may {access} it (mode 0{mode:o}). To mend that: chmod 600 storage.toml"
    assert note in capsys.readouterr().err.splitlines()
    assert mode_of(path) == mode  # nothing is changed without being asked


def test_a_save_reports_what_other_users_could_do_with_the_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.chmod(0o644)
    cli.main(["configure", "--bucket", "new-one", "--no-validate"])
    assert "note: Until now others could read it (mode 0644)" in capsys.readouterr().err
    assert mode_of(path) == 0o600


def test_an_interrupted_save_is_reported(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.with_name(temporary_name(path)).touch()
    cli.main(["show"])
    assert "a save of storage.toml was broken off. The file is whole, and as it was before that." in (
        capsys.readouterr().err
    )
