"""Test folders of runs that were killed are removed a day later, and nothing else is."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.command_line import running_wizard
from tests.support.files import OTHER_USER
from tests.support.processes import wait_for
from tests.support.reports import report_of
from tests.validation.ageing import DAY, OLD, YOUNG, folder_of_run
from wizard.config import file as config_file
from wizard.model.settings import Settings
from wizard.validation.stale_folders import remove_stale_folders

EARLIER = ".storage-wizard-abcdef-4711-01234567"


def make(root: Path, name: str, age: timedelta, *files: str) -> Path:
    """A test folder with `files`, all of them `age` old."""
    folder = root / name
    folder.mkdir()
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(b"left")
    set_age(folder, age)
    return folder


def set_age(folder: Path, age: timedelta) -> None:
    moment = time.time() - age.total_seconds()
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (moment, moment), follow_symlinks=False)


@pytest.mark.parametrize("files", [(), ("uploads/data",), ("blobs/data",)])
def test_an_old_test_folder_is_removed_and_reported(files: tuple[str, ...], tmp_path: Path) -> None:
    folder = make(tmp_path, folder_of_run(OLD), OLD, *files)
    report = report_of(Settings(provider="filesystem", rootdirectory=str(tmp_path)))
    assert report.passed
    assert report.removed == (str(folder),)
    assert report.leftovers == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "age"),
    [
        (folder_of_run(YOUNG), YOUNG),
        (folder_of_run(timedelta(0)), OLD),
        (folder_of_run(OLD), YOUNG),
        (EARLIER, 400 * DAY),
        (f"{folder_of_run(OLD)}0", 400 * DAY),
        (".storage-wizard-x", 400 * DAY),
        ("docker", 400 * DAY),
    ],
    ids=["young", "young by its name", "young by its date", "no proof", "other name", "alike", "registry"],
)
def test_another_folder_is_kept_and_not_named(name: str, age: timedelta, tmp_path: Path) -> None:
    folder = make(tmp_path, name, age, "uploads/data")
    assert remove_stale_folders(tmp_path) == ((), ())
    assert (folder / "uploads" / "data").exists()


@pytest.mark.parametrize("file", ["uploads/other", "docker/data", "data", "uploads/data/more"])
def test_a_folder_with_anything_else_in_it_is_kept_and_named(file: str, tmp_path: Path) -> None:
    folder = tmp_path / folder_of_run(OLD)
    (folder / file).parent.mkdir(parents=True)
    (folder / file).write_bytes(b"somebody's")
    set_age(folder, OLD)
    assert remove_stale_folders(tmp_path) == ((), (str(folder),))
    assert (folder / file).exists()


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    root, others = tmp_path / "root", tmp_path / "others"
    root.mkdir()
    others.mkdir()
    (others / "data").write_bytes(b"somebody's")
    set_age(others, OLD)
    (root / folder_of_run(OLD)).symlink_to(others)
    folder = make(root, folder_of_run(OLD), OLD)
    (folder / "uploads").symlink_to(others)
    linked = make(root, folder_of_run(OLD), OLD, "uploads/data")
    (linked / "uploads" / "data").unlink()
    (linked / "uploads" / "data").symlink_to(others / "data")
    for path in root.iterdir():
        if path.is_symlink():
            moment = time.time() - OLD.total_seconds()
            os.utime(path, (moment, moment), follow_symlinks=False)
        else:
            set_age(path, OLD)
    removed, _ = remove_stale_folders(root)
    assert removed == ()
    assert (others / "data").read_bytes() == b"somebody's"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
@pytest.mark.parametrize("owned", ["", "uploads", "uploads/data"])
def test_a_folder_of_another_user_is_kept_and_named(owned: str, tmp_path: Path) -> None:
    folder = make(tmp_path, folder_of_run(OLD), OLD, "uploads/data")
    os.chown(folder / owned, OTHER_USER, OTHER_USER)
    set_age(folder, OLD)
    assert remove_stale_folders(tmp_path) == ((), (str(folder),))
    assert (folder / "uploads" / "data").exists()


def test_a_folder_that_cannot_be_removed_is_a_leftover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path, folder_of_run(OLD), OLD)

    def fail(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "rmdir", fail)
    removed, left = remove_stale_folders(tmp_path)
    assert (removed, left) == ((), (str(folder),))


def test_a_root_that_cannot_be_listed_is_no_error(tmp_path: Path) -> None:
    assert remove_stale_folders(tmp_path / "missing") == ((), ())


def killed_run(tmp_path: Path, *signals: signal.Signals) -> tuple[Path, str]:
    """The root of a run that is ended by `signals` while it writes, and what it wrote on stderr."""
    root = tmp_path / "root"
    root.mkdir()
    file = tmp_path / "storage.toml"
    config_file.save(file, Settings(provider="filesystem", rootdirectory=str(root)), None)
    (tmp_path / "sitecustomize.py").write_text(
        "import os, threading\nos.fsync = lambda _descriptor: threading.Event().wait()\n", encoding="utf-8"
    )
    with running_wizard("check", file, PYTHONPATH=f"{tmp_path}{os.pathsep}{os.pathsep.join(sys.path)}") as process:
        wait_for(lambda: list(root.glob(".storage-wizard-*/uploads/data")) or process.poll() is not None or None)
        for number in signals:
            process.send_signal(number)
        _, err = process.communicate(timeout=30)
    return root, err


def test_the_folder_of_a_killed_run_is_removed_a_day_later(tmp_path: Path) -> None:
    root, _ = killed_run(tmp_path, signal.SIGKILL)
    (folder,) = root.iterdir()
    settings = Settings(provider="filesystem", rootdirectory=str(root))
    assert report_of(settings).removed == ()
    assert folder.exists()
    set_age(folder, OLD)
    renamed = folder.rename(root / folder_of_run(OLD))  # its name says when the run started
    assert report_of(settings).removed == (str(renamed),)
    assert list(root.iterdir()) == []


@pytest.mark.sample
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT], ids=lambda number: number.name)
def test_the_folder_of_a_run_that_a_signal_ends_is_named(number: signal.Signals, tmp_path: Path) -> None:
    root, err = killed_run(tmp_path, number)
    left = list(root.iterdir())
    assert all(str(folder) in err for folder in left)
    assert "Traceback" not in err
