"""A file cannot tear, and nobody else's is written: killed saves, full disks, other users, links, two at once."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.config.file import ConfigError, ConflictError
from wizard.files.temporary import temporary_name
from wizard.files.safe_path import PathError, resolve_path
from wizard.model.secret import Secret
from wizard.model.settings import Settings

OLD, NEW = Settings(bucket="old", accesskey="k"), Settings(bucket="new", accesskey="k", secretkey=Secret("s3cr3t"))
SOMEBODY = 65534  # the id of another user
DENIED = "this user may not write there. Run as its owner, or name another place. storage.toml is as it was."
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user for a moment")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "storage.toml"
    config_file.save(file, OLD, None)
    return file


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


# Killed


def test_a_save_that_is_killed_at_any_call_leaves_one_whole_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed", tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) > 30  # calls, before and after each
    assert {each["bucket"] for each in found} == {"old", "new"}
    assert all(each["modes"] == ["600"] for each in found)
    assert any(each["broken_off"] for each in found)
    assert not any(each["broken_off"] and each["bucket"] == "new" for each in found)  # so the admin is told right
    assert all(each["then"] == ["storage.toml", "storage.toml.bak"] for each in found)  # no secret lies about
    assert not any(each["broken_off_then"] for each in found)


def test_only_what_a_killed_save_of_the_same_file_left_is_removed(path: Path) -> None:
    left = temporary_name(path)
    others = [temporary_name(path.with_name("other")), ".storage-wizard-x.tmp"]
    for name in (left, *others):
        path.with_name(name).touch()
    assert config_file.load(path).save_interrupted
    config_file.save(path, NEW, None)
    assert not config_file.load(path).save_interrupted
    assert names_in(path.parent) == sorted([*others, "storage.toml", "storage.toml.bak"])


def test_a_save_under_way_is_not_taken_for_one_that_was_killed(path: Path) -> None:
    path.with_name(temporary_name(path)).touch()
    with locked(path.parent):
        assert not config_file.load(path).save_interrupted


# Two at once, and somebody else in between


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another program is writing in the folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def test_of_two_who_save_at_once_one_is_told(path: Path) -> None:
    seen = config_file.load(path).fingerprint

    def save(number: int) -> str:
        try:
            config_file.save(path, NEW.replace({"bucket": f"of-{number}"}), None, seen)
        except ConflictError:
            return ""
        return f"of-{number}"

    with futures.ThreadPoolExecutor(8) as pool:
        (winner,) = set(pool.map(save, range(8))) - {""}
    assert config_file.load(path).settings.bucket == winner
    assert names_in(path.parent) == ["storage.toml", "storage.toml.bak"]


def test_one_who_takes_too_long_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.files.folder_lock._PATIENCE", 0.0)
    with locked(path.parent), pytest.raises(ConfigError) as caught:
        config_file.save(path, NEW, None)
    assert str(caught.value) == f"{path} was not saved: another program holds its folder. Try again."
    assert config_file.load(path).settings == OLD


@pytest.fixture
def edited_in_between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, str], None]:
    """An editor that writes a file while we write beside it."""

    def apply_edit(path: Path, text: str) -> None:
        fsync = os.fsync

        def and_edit(descriptor: int) -> None:
            path.write_text(text, encoding="utf-8")
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", and_edit)

    return apply_edit


def test_an_edit_at_the_last_moment_is_not_written_over(
    path: Path, edited_in_between: Callable[[Path, str], None]
) -> None:
    edited_in_between(path, "version = 1  # theirs\n")
    with pytest.raises(ConflictError) as caught:
        config_file.save(path, NEW, None)
    assert "was changed by somebody else" in str(caught.value)
    assert path.read_text(encoding="utf-8") == "version = 1  # theirs\n"
    assert names_in(path.parent) == ["storage.toml", "storage.toml.bak"]


def test_an_edit_of_the_registrys_file_is_not_written_over(
    path: Path,
    edited_in_between: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = path.with_name("config.yml")
    config.write_text("version: 0.1\n", encoding="utf-8")
    edited_in_between(config, "version: 0.1  # theirs\n")
    monkeypatch.chdir(path.parent)
    assert cli.main(["export", "--to", "distribution-2", "--into", "config.yml"]) == 2
    assert "config.yml was changed meanwhile, so it was left alone" in capsys.readouterr().err
    assert config.read_text(encoding="utf-8") == "version: 0.1  # theirs\n"


# Full disks, other users


def test_a_file_that_may_not_grow_leaves_the_old_one(path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(ConfigError) as caught:
            config_file.save(path, NEW, None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "File too large" in str(caught.value)
    assert str(caught.value).endswith(f"{path} is as it was.")
    assert config_file.load(path).settings == OLD
    assert names_in(path.parent) == ["storage.toml"]


@as_root
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "none", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        path = tmp_path / "storage.toml"
        config_file.save(path, OLD, None)
        with contextlib.suppress(OSError), (tmp_path / "filler").open("wb", buffering=0) as filler:
            while filler.write(bytes(1024)):
                pass
        with pytest.raises(ConfigError) as caught:
            config_file.save(path, NEW, None)
        assert "the disk is full. Make room" in str(caught.value)
        assert str(caught.value).endswith(f"{path} is as it was.")
        assert config_file.load(path).settings == OLD
        assert names_in(tmp_path) == ["filler", "storage.toml"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other users reach, with a file in it."""
    folder = Path(tempfile.mkdtemp())
    config_file.save(folder / "storage.toml", OLD, None)
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


_AS_SOMEBODY = """
import encodings.utf_8_sig, fcntl, hashlib, os, pwd, shlex, sys, time, tomli_w, zlib
from wizard.cli import main as cli
from wizard.cli.commands import check, configure, export, import_, policy, show
os.setgroups([]); os.setgid(65534); os.setuid(65534)
os.chdir(sys.argv[1])
sys.exit(cli.main(sys.argv[2:]))
"""


def as_somebody(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of another user, who cannot read where Python is: all that it needs is imported before."""
    return subprocess.run(
        [sys.executable, "-c", _AS_SOMEBODY, folder, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@as_root
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "owner", "said"),
    [
        (0o755, 0o644, 0, DENIED),
        (0o1777, 0o644, 0, DENIED),
        (0o1777, 0o600, 0, "storage.toml may not be read by this user. Run as its owner"),
        (0o755, 0o600, SOMEBODY, "this user may not write there."),
    ],
)
def test_what_another_user_may_not_write_stays(
    shared: Path, folder_mode: int, file_mode: int, owner: int, said: str
) -> None:
    file = shared / "storage.toml"
    before = file.read_bytes()
    file.chmod(file_mode)
    os.chown(file, owner, owner)
    shared.chmod(folder_mode)
    done = as_somebody(shared, "configure", "--bucket", "new", "--no-validate")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert said in done.stderr
    assert file.read_bytes() == before
    assert set(names_in(shared)) <= {"storage.toml", "storage.toml.bak"}


@as_root
def test_a_file_of_another_user_becomes_ours_and_that_is_said(path: Path) -> None:
    path.chmod(0o640)
    os.chown(path, SOMEBODY, SOMEBODY)
    saved = config_file.save(path, NEW, None)
    assert saved.remarks[0].endswith(", who cannot read it any more.")
    assert saved.remarks[1] == "Until now others could read it (mode 0640): a key in it may be known."
    assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) == (0, 0o600)


# Links


@as_root
@pytest.mark.parametrize(
    ("mode", "owner", "followed"),
    [
        *((0o1777, SOMEBODY, False), (0o777, SOMEBODY, False)),
        *((0o1777, 0, True), (0o755, SOMEBODY, True), (0o1777, SOMEBODY - 1, True)),  # ours, unplanted, the folder's
    ],
)
def test_a_link_is_followed_where_nobody_else_can_plant_one(
    shared: Path, tmp_path: Path, mode: int, owner: int, followed: bool
) -> None:
    (shared / "link").symlink_to(tmp_path)
    os.chown(shared / "link", owner, owner, follow_symlinks=False)
    os.chown(shared, SOMEBODY - 1, SOMEBODY - 1)
    shared.chmod(mode)
    for path in (shared / "link", shared / "link" / "storage.toml"):  # also on the way
        if followed:
            assert resolve_path(path) == tmp_path / path.relative_to(shared / "link")
        else:
            with pytest.raises(PathError, match="that another user has put where everybody may write"):
                resolve_path(path)


@as_root
@pytest.mark.parametrize(
    "words",
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
    words: tuple[str, ...],
    shared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    victim = tmp_path / "victim"
    victim.touch()
    (shared / "config.yml").write_text("storage: {s3: {bucket: x}}\n", encoding="utf-8")
    (shared / "planted").symlink_to(victim)
    os.chown(shared / "planted", SOMEBODY, SOMEBODY, follow_symlinks=False)
    shared.chmod(0o1777)
    monkeypatch.chdir(shared)
    assert cli.main(words) == 2
    assert "planted is a link that another user has put where everybody may write" in capsys.readouterr().err
    assert victim.read_bytes() == b""
    assert not {"other.toml", "victim.bak", "planted.bak"} & {*names_in(shared), *names_in(tmp_path)}


def test_links_lead_where_the_kernel_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "up").symlink_to("a/b")
    (tmp_path / "a" / "new").symlink_to(tmp_path / "a" / "." / "b" / ".." / "not-there")
    monkeypatch.chdir(tmp_path)
    for text in ("up", "up/..", "./up/../new", "a//b/../../up/x", "a/new", "up/../../x", "/", "."):
        assert str(resolve_path(Path(text))) == os.path.realpath(text)


def test_a_folder_that_is_gone_is_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    for words in (("show",), ("configure", "--no-validate", "--bucket", "x"), ("policy", "-o", "x", "--bucket", "xyz")):
        assert cli.main(words) == 2
        assert "The folder that you are in is gone. Change to one that is there." in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)


# A looser mode


@pytest.mark.parametrize(("mode", "may"), [(0o644, "read"), (0o666, "change"), (0o620, "change"), (0o640, "read")])
def test_what_others_may_do_is_reported_and_ended_by_a_save(
    path: Path, mode: int, may: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(mode)
    monkeypatch.chdir(path.parent)
    for words in (("show", "--json"), ("check", "--offline"), ("export", "--to", "env"), ("policy",)):
        cli.main(words)
        told = f"note: storage.toml: others may {may} it (mode 0{mode:o}). To mend that: chmod 600 storage.toml"
        assert told in capsys.readouterr().err.splitlines()
        assert stat.S_IMODE(path.stat().st_mode) == mode  # nothing is changed unasked
    cli.main(["configure", "--bucket", "new-one", "--no-validate"])
    assert f"note: Until now others could {may} it (mode 0{mode:o})" in capsys.readouterr().err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_broken_off_save_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path.with_name(temporary_name(path)).touch()
    monkeypatch.chdir(path.parent)
    cli.main(["show"])
    assert "a save of storage.toml was broken off. The file is whole, and as it was before that." in (
        capsys.readouterr().err
    )
