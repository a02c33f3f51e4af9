"""A file is replaced completely or not at all, and only its owner can read it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, failing, locked, mode_of, names_in
from wizard.files import replacing
from wizard.files.errors import FileError
from wizard.files.replacing import describe_backup, replace_file, resolve_target, write_file


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


@pytest.fixture
def set_umask() -> Iterator[Callable[[int], object]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


# The new file


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
@pytest.mark.parametrize("before", [None, 0o644, 0o666, 0o400])
def test_only_the_owner_can_read_the_new_file(
    target: Path, set_umask: Callable[[int], object], mask: int, before: int | None
) -> None:
    if before is not None:
        target.touch(before)
        target.chmod(before)
    set_umask(mask)
    replace_file(target, b"new")
    assert mode_of(target) == 0o600
    assert target.read_bytes() == b"new"
    assert names_in(target.parent) == [target.name]


@as_root
def test_the_mode_and_the_owner_can_be_those_of_another_file(target: Path) -> None:
    model = target.with_name("model")
    model.touch()
    os.chown(model, OTHER_USER, OTHER_USER - 1)
    model.chmod(0o640)
    replace_file(target, b"new", like=model)
    status = target.stat()
    assert (status.st_uid, status.st_gid, mode_of(target)) == (OTHER_USER, OTHER_USER - 1, 0o640)


def test_a_link_at_the_target_is_replaced_and_not_followed(target: Path) -> None:
    other = target.with_name("other")
    other.write_bytes(b"other")
    target.symlink_to(other)
    replace_file(target, b"new")
    assert not target.is_symlink()
    assert other.read_bytes() == b"other"


def test_a_link_is_followed_by_a_write(target: Path) -> None:
    link = target.with_name("link")
    link.symlink_to(target)
    write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_write_takes_the_lock_on_the_folder(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.files.folder_lock._PATIENCE", 0.0)
    with locked(target.parent), pytest.raises(FileError, match="another program holds its folder"):
        write_file(target, b"new")
    assert not target.exists()


def test_short_writes_write_everything(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:1]))
    replace_file(target, b"new content")
    assert target.read_bytes() == b"new content"


def test_the_file_and_its_folder_are_synced_around_the_replacement(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    fsync, replace = os.fsync, os.replace

    def record_fsync(descriptor: int) -> None:
        calls.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        fsync(descriptor)

    def record_replace(source: Path, destination: Path) -> None:
        calls.append("replace")
        assert source.parent == destination.parent
        assert mode_of(source) == 0o600
        replace(source, destination)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(os, "replace", record_replace)
    replace_file(target, b"new")
    assert calls == ["sync file", "replace", "sync folder"]


def test_a_folder_that_cannot_be_synced_is_not_an_error(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_folder(descriptor: int) -> bool:
        return stat.S_ISDIR(os.fstat(descriptor).st_mode)

    monkeypatch.setattr(os, "fsync", failing(os.fsync, errno.EINVAL, is_folder))
    replace_file(target, b"new")
    assert target.read_bytes() == b"new"


# Failures leave the old file

_DENIED = "was not saved: this user may not write there. Run as its owner, or name another place."


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "fchmod"])
@pytest.mark.parametrize("old", [b"old", None])
def test_a_failed_system_call_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str, old: bytes | None
) -> None:
    if old is not None:
        target.write_bytes(old)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(getattr(os, call), errno.EIO))
        with pytest.raises(FileError) as caught:
            replace_file(target, b"new")
    assert str(caught.value) == f"{target} was not saved: Input/output error. Name another place."
    assert caught.value.__cause__ is None
    assert names_in(target.parent) == ([] if old is None else [target.name])
    assert old is None or target.read_bytes() == old


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "was not saved: the disk is full. Make room, or name another place."),
        (errno.EDQUOT, "was not saved: the quota is used up. Make room, or name another place."),
        (errno.EROFS, "was not saved: the file system is read-only. Name another place."),
        (errno.EACCES, _DENIED),
        (errno.EPERM, _DENIED),
        (errno.EFBIG, "was not saved: File too large. Name another place."),
    ],
)
def test_a_system_error_has_a_sentence(
    target: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    monkeypatch.setattr(os, "write", failing(os.write, number))
    with pytest.raises(FileError) as caught:
        replace_file(target, b"new")
    assert str(caught.value) == f"{target} {sentence}"


@pytest.mark.parametrize("error", [KeyboardInterrupt, FileError])
def test_an_error_at_the_last_moment_leaves_the_old_file(target: Path, error: type[BaseException]) -> None:
    target.write_bytes(b"old")

    def refuse() -> None:
        assert len(names_in(target.parent)) == 2  # the new file is complete, beside the old one
        raise error

    with pytest.raises(error):
        replace_file(target, b"new", before_replace=refuse)
    assert target.read_bytes() == b"old"
    assert names_in(target.parent) == [target.name]


def test_a_temporary_file_that_is_already_removed_is_ignored(target: Path) -> None:
    def refuse() -> None:
        for path in target.parent.iterdir():
            path.unlink()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(target, b"new", before_replace=refuse)


def test_a_file_with_the_name_of_the_temporary_file_is_not_overwritten(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = target.with_name(".storage-wizard-guessed.tmp")
    planted.write_bytes(b"planted")
    monkeypatch.setattr(replacing, "temporary_name", lambda _target: planted.name)
    with pytest.raises(FileError):
        replace_file(target, b"new")
    assert planted.read_bytes() == b"planted"
    assert not target.exists()


# Where no file can be written


def folder_at_target(tmp_path: Path) -> Path:
    (tmp_path / "storage.toml").mkdir()
    return tmp_path / "storage.toml"


def socket_at_target(tmp_path: Path) -> Path:
    # In place of a device such as /dev/null, which root would lose if the check were broken.
    os.mknod(tmp_path / "storage.toml", stat.S_IFSOCK | 0o600)
    return tmp_path / "storage.toml"


def below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").touch()
    return tmp_path / "file" / "storage.toml"


def link_to_itself(tmp_path: Path) -> Path:
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path / "loop"


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (folder_at_target, "was not saved: it is a folder. Name a file in it, such as {path}/storage.toml."),
        (below_a_file, "was not saved: a part of its path is a file. Name another place."),
        (link_to_itself, "was not saved: Too many levels of symbolic links. Name another place."),
        (socket_at_target, "is not a regular file. Name another file."),
        (lambda folder: folder / ("x" * 300), "was not saved: File name too long. Name another place."),
        (
            lambda folder: folder / "a b" / "c" / "x",
            "There is no folder {folder}/a b/c, so nothing was saved. Make it with `mkdir -p '{folder}/a b/c'`.",
        ),
        (
            lambda folder: folder / "new" / "x",
            "There is no folder {folder}/new, so nothing was saved. Make it with `mkdir -p {folder}/new`.",
        ),
    ],
)
def test_a_place_for_no_file_is_refused(tmp_path: Path, place: Callable[[Path], Path], sentence: str) -> None:
    path = place(tmp_path)
    before = names_in(tmp_path)
    for use in (resolve_target, lambda path: write_file(path, b"new")):
        with pytest.raises(FileError) as caught:
            use(path)
        assert str(caught.value).endswith(sentence.format(path=path, folder=tmp_path))
    assert names_in(tmp_path) == before


def test_a_file_system_without_room_for_new_files_is_refused() -> None:
    with pytest.raises(FileError, match=r"^/proc/storage\.toml was not saved: "):
        write_file(Path("/proc/storage.toml"), b"new")


def test_a_missing_file_is_a_target(target: Path) -> None:
    assert resolve_target(target) == target


def test_a_link_to_a_missing_file_leads_to_a_target(target: Path) -> None:
    link = target.with_name("link")
    link.symlink_to(target)
    assert resolve_target(link) == target


@as_root
def test_a_planted_link_is_no_target(target: Path) -> None:
    target.symlink_to(target.with_name("victim"))
    os.chown(target, OTHER_USER, OTHER_USER, follow_symlinks=False)
    target.parent.chmod(0o1777)
    with pytest.raises(FileError, match="is a link that another user has put where everybody may write"):
        resolve_target(target)


def test_a_path_in_a_sentence_is_safe_to_print(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        resolve_target(tmp_path / "no\x1b[31m\udcff" / "x")
    assert str(caught.value).isprintable()


def test_the_backup_is_named_safely(tmp_path: Path) -> None:
    assert describe_backup(tmp_path / "a\x1b.bak") == "What was there before: a�.bak."
