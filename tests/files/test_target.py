"""A file is replaced completely or not at all, and only its owner can read it."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.files import (
    OTHER_USER,
    as_root,
    failing,
    locked,
    mode_of,
    mounted,
    names_in,
    needs_acl,
    set_acl,
    set_attribute,
)
from wizard.files import staging
from wizard.files.attributes import Attributes
from wizard.files.errors import ChangedError, FileError
from wizard.files.folder import open_folder
from wizard.files.leftovers import remove_leftovers, temporary_name
from wizard.files.target import locked_target, resolve_target, write_file
from wizard.files.written import Written, describe_backup

_LIMIT = 1 << 20
_TMPFILE = getattr(os, "O_TMPFILE", 0)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


@pytest.fixture(params=["nameless", "named"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether the system can make a file without a name."""
    if request.param == "named":
        _refuse_nameless_files(monkeypatch, errno.EOPNOTSUPP)
    return str(request.param)


def _refuse_nameless_files(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def is_nameless(_path: str, flags: int, *_mode: int) -> bool:
        return flags & _TMPFILE == _TMPFILE

    monkeypatch.setattr(os, "open", failing(os.open, number, is_nameless))


def replace(path: Path, data: bytes, *, keep_attributes: bool = False, keep_backup: bool = True) -> Written:
    with locked_target(path, _LIMIT) as opened:
        return opened.replace(data, keep_attributes=keep_attributes, keep_backup=keep_backup)


def attributes_of(path: Path) -> Attributes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return Attributes.of(descriptor)
    finally:
        os.close(descriptor)


@pytest.fixture
def set_umask() -> Iterator[Callable[[int], object]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


# The new file


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
@pytest.mark.parametrize("before", [None, 0o644, 0o666, 0o400])
def test_only_the_owner_can_read_the_new_file_and_the_backup(
    target: Path, set_umask: Callable[[int], object], mask: int, before: int | None
) -> None:
    if before is not None:
        target.write_bytes(b"old")
        target.chmod(before)
    set_umask(mask)
    backup = replace(target, b"new").backup
    assert (target.read_bytes(), mode_of(target)) == (b"new", 0o600)
    assert (backup is None) == (before is None)
    assert backup is None or (backup.read_bytes(), mode_of(backup)) == (b"old", 0o600)
    assert names_in(target.parent) == ["storage.toml", *(["storage.toml.bak"] if backup else [])]


@needs_acl
@pytest.mark.usefixtures("place")
def test_a_folder_cannot_give_its_access_control_list_to_a_private_file(target: Path) -> None:
    set_acl(target.parent, f"u:{OTHER_USER}:rwx,g::rwx,o::r", "-d")
    replace(target, b"old")
    replace(target, b"new")
    for path in (target, target.with_name("storage.toml.bak")):
        attributes = attributes_of(path)
        assert (attributes.mode, attributes.extended) == (0o600, {})


@needs_acl
def test_a_private_file_loses_its_access_control_list(target: Path) -> None:
    target.write_bytes(b"old")
    set_acl(target, f"u:{OTHER_USER}:rw")
    replace(target, b"new")
    assert attributes_of(target).extended == {}
    assert attributes_of(target.with_name("storage.toml.bak")).extended == {}


@as_root
@needs_acl
@pytest.mark.usefixtures("place")
def test_a_file_and_its_backup_keep_who_can_access_them(target: Path) -> None:
    target.write_bytes(b"old")
    os.chown(target, OTHER_USER, OTHER_USER - 1)
    set_attribute(target, "user.origin", b"by hand")
    target.chmod(0o640)
    set_acl(target, f"u:{OTHER_USER - 2}:r,g::-,m::r")
    set_acl(target.parent, f"u:{OTHER_USER - 3}:rwx", "-d")
    before = attributes_of(target)
    assert len(before.extended) == 2
    backup = replace(target, b"new", keep_attributes=True).backup
    assert backup
    assert attributes_of(target) == attributes_of(backup) == before
    assert (target.read_bytes(), backup.read_bytes()) == (b"new", b"old")


def test_what_cannot_be_kept_leaves_the_old_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target.write_bytes(b"old")
    target.chmod(0o640)
    fchmod = os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda descriptor, mode: fchmod(descriptor, mode & 0o600))
    with pytest.raises(FileError, match="its mode cannot be preserved"):
        replace(target, b"new", keep_attributes=True)
    assert target.read_bytes() == b"old"
    assert names_in(target.parent) == [target.name]


def test_a_file_with_a_plain_mode_has_no_backup(target: Path) -> None:
    write_file(target, b"old", mode=0o644)
    write_file(target, b"new", mode=0o644)
    assert (target.read_bytes(), mode_of(target)) == (b"new", 0o644)
    assert names_in(target.parent) == [target.name]


def test_the_same_content_has_no_backup(target: Path) -> None:
    target.write_bytes(b"same")
    target.chmod(0o644)
    assert replace(target, b"same") == Written(target)
    assert (mode_of(target), names_in(target.parent)) == (0o600, [target.name])


def test_a_link_is_followed_by_a_write(target: Path) -> None:
    link = target.with_name("link")
    link.symlink_to(target)
    assert replace(link, b"new").path == target
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.usefixtures("place")
def test_a_link_in_place_of_the_backup_is_replaced(target: Path) -> None:
    other = target.with_name("other")
    other.write_bytes(b"other")
    target.write_bytes(b"old")
    target.with_name("storage.toml.bak").symlink_to(other)
    backup = replace(target, b"new").backup
    assert backup
    assert not backup.is_symlink()
    assert (backup.read_bytes(), other.read_bytes()) == (b"old", b"other")


@pytest.mark.usefixtures("place")
def test_a_link_that_appears_meanwhile_is_not_followed(target: Path) -> None:
    victim = target.with_name("victim")
    victim.write_bytes(b"theirs")
    target.write_bytes(b"old")
    with locked_target(target, _LIMIT) as opened:
        target.unlink()
        target.symlink_to(victim)
        with pytest.raises(FileError, match="is not a regular file"):
            opened.replace(b"new")
    assert victim.read_bytes() == b"theirs"


def test_a_folder_that_is_exchanged_meanwhile_gets_nothing(tmp_path: Path) -> None:
    folder, theirs = tmp_path / "folder", tmp_path / "theirs"
    folder.mkdir()
    theirs.mkdir()
    with locked_target(folder / "storage.toml", _LIMIT) as opened:
        folder.rename(tmp_path / "moved")
        folder.symlink_to(theirs)
        opened.replace(b"new")
    assert names_in(theirs) == []
    assert names_in(tmp_path / "moved") == ["storage.toml"]


def test_short_writes_write_everything(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:1]))
    replace(target, b"new content")
    assert target.read_bytes() == b"new content"


@pytest.mark.usefixtures("place")
def test_everything_is_on_the_disk_before_a_file_gets_its_name(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target.write_bytes(b"old")
    calls = []
    fsync, rename = os.fsync, os.replace

    def record_fsync(descriptor: int) -> None:
        calls.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        fsync(descriptor)

    def record_replace(source: str, name: str, **options: int) -> None:
        calls.append(name)
        rename(source, name, **options)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(os, "replace", record_replace)
    replace(target, b"new")
    assert calls == ["sync file", "sync file", "storage.toml.bak", "storage.toml", "sync folder"]


def test_a_folder_that_cannot_be_synced_is_not_an_error(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_folder(descriptor: int) -> bool:
        return stat.S_ISDIR(os.fstat(descriptor).st_mode)

    monkeypatch.setattr(os, "fsync", failing(os.fsync, errno.EINVAL, is_folder))
    replace(target, b"new")
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("number", [errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT])
def test_a_system_without_nameless_files_uses_a_temporary_name(
    target: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    _refuse_nameless_files(monkeypatch, number)
    replace(target, b"new")
    assert (target.read_bytes(), names_in(target.parent)) == (b"new", [target.name])


def test_without_proc_a_temporary_name_is_used(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "open_path", lambda _descriptor: "/missing")
    replace(target, b"new")
    assert (target.read_bytes(), names_in(target.parent)) == (b"new", [target.name])


@pytest.mark.usefixtures("place")
def test_without_hard_links_a_new_file_is_renamed(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse_nameless_files(monkeypatch, errno.EOPNOTSUPP)
    monkeypatch.setattr(os, "link", failing(os.link, errno.EPERM))
    for data in (b"older", b"old", b"new"):
        replace(target, data)
    assert (target.read_bytes(), target.with_name("storage.toml.bak").read_bytes()) == (b"new", b"old")
    assert names_in(target.parent) == ["storage.toml", "storage.toml.bak"]


# Other writers


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("old", [b"old", None])
def test_a_file_that_another_program_changed_is_left_alone(target: Path, old: bytes | None) -> None:
    if old is not None:
        target.write_bytes(old)
    with locked_target(target, _LIMIT) as opened:
        target.write_bytes(b"theirs")
        with pytest.raises(ChangedError) as caught:
            opened.replace(b"new")
    assert str(caught.value) == f"{target} was changed by another program, so nothing was written. Try again."
    assert target.read_bytes() == b"theirs"
    assert names_in(target.parent) == [target.name]


@pytest.mark.usefixtures("place")
def test_a_file_that_appears_at_the_last_moment_is_left_alone(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def appear(*arguments: Any, **options: Any) -> None:
        target.write_bytes(b"theirs")
        link(*arguments, **options)

    monkeypatch.setattr(os, "link", appear)
    with pytest.raises(ChangedError):
        replace(target, b"new")
    assert (target.read_bytes(), names_in(target.parent)) == (b"theirs", [target.name])


@pytest.mark.usefixtures("place")
def test_another_process_does_not_remove_a_temporary_file_that_is_in_use(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.write_bytes(b"old")
    rename = os.replace
    found: list[str] = []

    def look_and_rename(*arguments: Any, **options: Any) -> None:
        with open_folder(target.parent) as folder:
            found.extend(name for name in names_in(target.parent) if name.startswith(".storage-wizard-"))
            remove_leftovers(folder, target)
        rename(*arguments, **options)

    monkeypatch.setattr(os, "replace", look_and_rename)
    replace(target, b"new")
    assert (target.read_bytes(), bool(found)) == (b"new", True)


def test_a_lock_of_another_user_does_not_prevent_a_write(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.files.locking._PATIENCE", 0.0)
    target.write_bytes(b"old")
    with locked(target), locked(target.parent):
        replace(target, b"new")
    assert target.read_bytes() == b"new"


# A mount point: the usual way to give a file to a container


@pytest.fixture
def mount_point(tmp_path: Path) -> Iterator[Path]:
    """A file that is mounted on its own, as by `docker run -v FILE:FILE`; its content is in `real` too."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    place = tmp_path / "folder" / "storage.toml"
    place.touch()
    with mounted("--bind", tmp_path / "real", place):
        yield place


@as_root
@pytest.mark.parametrize("data", [b"n", b"a longer content"])
def test_a_mounted_file_is_written_in_place_after_a_backup(mount_point: Path, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "real").chmod(0o644)
    written = replace(mount_point, data)
    backup = mount_point.with_name("storage.toml.bak")
    assert (written.in_place, written.backup) == (True, backup)
    assert written.remarks == (f"{mount_point} is a mount point, so it was written in place. Its owner is unchanged.",)
    assert ((tmp_path / "real").read_bytes(), mode_of(tmp_path / "real")) == (data, 0o600)
    assert (backup.read_bytes(), mode_of(backup)) == (b"old", 0o600)
    assert names_in(mount_point.parent) == ["storage.toml", "storage.toml.bak"]


@as_root
@pytest.mark.parametrize("mode", [0o644, 0o666])
def test_a_mounted_file_has_its_mode_before_its_content(
    mount_point: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    mount_point.chmod(mode)
    modes: list[int] = []
    write = os.write

    def record_and_write(descriptor: int, data: bytes) -> int:
        if os.path.samestat(os.fstat(descriptor), mount_point.stat()):
            modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", record_and_write)
    assert replace(mount_point, b"new").in_place
    assert modes == [0o600]


@as_root
def test_a_mounted_file_that_cannot_be_written_keeps_its_mode(
    mount_point: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount_point.chmod(0o640)
    write = os.write

    def fail(descriptor: int, data: bytes) -> int:
        if data == b"new" and os.path.samestat(os.fstat(descriptor), mount_point.stat()):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", fail)
    with pytest.raises(FileError):
        replace(mount_point, b"new")
    assert (mount_point.read_bytes(), mode_of(mount_point)) == (b"old", 0o640)


@as_root
def test_a_mounted_file_of_another_user_keeps_its_access(mount_point: Path, tmp_path: Path) -> None:
    (tmp_path / "real").chmod(0o640)
    os.chown(tmp_path / "real", OTHER_USER, OTHER_USER)
    before = attributes_of(mount_point)
    backup = replace(mount_point, b"new", keep_attributes=True).backup
    assert backup
    assert attributes_of(mount_point) == attributes_of(backup) == before


@as_root
@pytest.mark.parametrize("has_backup", [True, False])
@pytest.mark.parametrize("call", ["posix_fallocate", "write"])
def test_a_mounted_file_without_room_is_unchanged(
    mount_point: Path, monkeypatch: pytest.MonkeyPatch, call: str, has_backup: bool
) -> None:
    backup = mount_point.with_name("storage.toml.bak")
    if has_backup:
        backup.write_bytes(b"older")
    file = mount_point.stat()
    new = b"a longer content"

    def is_overwritten(descriptor: int, *arguments: object) -> bool:
        is_new = call != "write" or arguments[0] == new
        return is_new and os.path.samestat(os.fstat(descriptor), file)

    monkeypatch.setattr(os, call, failing(getattr(os, call), errno.ENOSPC, is_overwritten))
    with pytest.raises(FileError, match="the disk is full"):
        replace(mount_point, new)
    assert mount_point.read_bytes() == b"old"
    assert names_in(mount_point.parent) == ["storage.toml", *(["storage.toml.bak"] if has_backup else [])]
    assert not has_backup or backup.read_bytes() == b"older"


@as_root
def test_a_file_system_that_cannot_reserve_room_is_no_error(mount_point: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "posix_fallocate", failing(os.posix_fallocate, errno.EOPNOTSUPP))
    replace(mount_point, b"new")
    assert mount_point.read_bytes() == b"new"


@as_root
def test_a_file_that_is_mounted_read_only_is_unchanged(tmp_path: Path) -> None:
    real, place = tmp_path / "real", tmp_path / "storage.toml"
    real.write_bytes(b"old")
    place.touch()
    with mounted("--bind", real, place), mounted("-o", "remount,ro,bind", place):
        with pytest.raises(FileError, match="the file system is read-only"):
            replace(place, b"new")
        assert names_in(tmp_path) == ["real", "storage.toml"]
        subprocess.run(["mount", "--bind", real, place], check=True)  # for the second `umount`


# Failures leave the old file

_DENIED = "was not saved: this user cannot write there. Run as its owner, or choose another location."


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("call", ["write", "fsync", "fchmod"])
@pytest.mark.parametrize("old", [b"old", None])
def test_a_failed_system_call_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, call: str, old: bytes | None
) -> None:
    if old is not None:
        target.write_bytes(old)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(getattr(os, call), errno.EIO))
        with pytest.raises(FileError) as caught:
            replace(target, b"new")
    assert str(caught.value) == f"{target} was not saved: Input/output error. Choose another location."
    assert caught.value.__cause__ is None
    assert names_in(target.parent) == ([] if old is None else [target.name])
    assert old is None or target.read_bytes() == old


@pytest.mark.usefixtures("place")
def test_a_signal_in_a_failed_write_comes_after_its_temporary_files_are_removed(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        signal.raise_signal(signal.SIGTERM)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    target.write_bytes(b"old")
    found: list[list[str]] = []
    before = signal.signal(signal.SIGTERM, lambda *_: found.append(names_in(target.parent)))
    monkeypatch.setattr(os, "replace", fail)
    try:
        with pytest.raises(FileError):
            replace(target, b"new")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert found == [[target.name]]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "was not saved: the disk is full. Free some space, or choose another location."),
        (errno.EDQUOT, "was not saved: the disk quota is exceeded. Free some space, or choose another location."),
        (errno.EROFS, "was not saved: the file system is read-only. Choose another location."),
        (errno.EACCES, _DENIED),
        (errno.EPERM, _DENIED),
        (errno.EFBIG, "was not saved: File too large. Choose another location."),
    ],
)
def test_a_system_error_has_a_sentence(
    target: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    monkeypatch.setattr(os, "write", failing(os.write, number))
    with pytest.raises(FileError) as caught:
        replace(target, b"new")
    assert str(caught.value) == f"{target} {sentence}"


@pytest.mark.parametrize(("size", "accepted"), [(10, True), (11, False)])
def test_a_file_above_the_limit_is_refused(target: Path, size: int, accepted: bool) -> None:
    target.write_bytes(bytes(size))
    if accepted:
        with locked_target(target, 10) as opened:
            assert opened.content
    else:
        with pytest.raises(FileError, match="is too large"), locked_target(target, 10):
            pytest.fail("the file was read")


def test_a_folder_in_place_of_the_backup_is_an_error(target: Path) -> None:
    target.write_bytes(b"old")
    target.with_name("storage.toml.bak").mkdir()
    with pytest.raises(FileError, match=r"storage\.toml\.bak cannot be written: it is a folder\. Move"):
        replace(target, b"new")
    assert target.read_bytes() == b"old"


def test_an_error_of_the_caller_leaves_the_old_file(target: Path) -> None:
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), locked_target(target, _LIMIT):
        raise KeyboardInterrupt
    assert (target.read_bytes(), names_in(target.parent)) == (b"old", [target.name])


@pytest.mark.usefixtures("place")
def test_a_file_with_the_name_of_the_temporary_file_is_not_overwritten(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = target.with_name(".storage-wizard-guessed.tmp")
    planted.write_bytes(b"planted")
    target.write_bytes(b"old")
    monkeypatch.setattr(staging, "temporary_name", lambda _target: planted.name)
    with pytest.raises(FileError):
        replace(target, b"new", keep_backup=False)
    assert (planted.read_bytes(), target.read_bytes()) == (b"planted", b"old")


def test_what_a_killed_process_left_is_removed(target: Path) -> None:
    left = target.with_name(temporary_name(target))
    left.touch(0o600)
    with locked_target(target, _LIMIT):
        assert not left.exists()


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
    ("location", "sentence"),
    [
        (folder_at_target, "was not saved: it is a folder. Choose a file in it."),
        (below_a_file, "was not saved: part of its path is a file. Choose another location."),
        (link_to_itself, "was not saved: Too many levels of symbolic links. Choose another location."),
        (socket_at_target, "is not a regular file. Choose another file."),
        (lambda folder: folder / ("x" * 300), "was not saved: File name too long. Choose another location."),
        (
            lambda folder: folder / "a b" / "c" / "x",
            "Folder {folder}/a b/c not found, so nothing was saved. To create it, run: mkdir -p '{folder}/a b/c'",
        ),
        (
            lambda folder: folder / "new" / "x",
            "Folder {folder}/new not found, so nothing was saved. To create it, run: mkdir -p {folder}/new",
        ),
    ],
)
def test_a_place_for_no_file_is_refused(tmp_path: Path, location: Callable[[Path], Path], sentence: str) -> None:
    path = location(tmp_path)
    before = names_in(tmp_path)
    with pytest.raises(FileError) as caught:
        replace(path, b"new")
    assert str(caught.value).endswith(sentence.format(path=path, folder=tmp_path))
    assert names_in(tmp_path) == before


def test_a_file_system_without_room_for_new_files_is_refused() -> None:
    with pytest.raises(FileError, match=r"^/proc/storage\.toml was not saved: "):
        replace(Path("/proc/storage.toml"), b"new")


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
    with pytest.raises(FileError, match="is a link owned by"):
        resolve_target(target)


def test_a_path_in_a_sentence_is_safe_to_print(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        resolve_target(tmp_path / "no\x1b[31m\udcff" / "x")
    assert str(caught.value).isprintable()


def test_the_backup_is_named_safely(tmp_path: Path) -> None:
    assert describe_backup(tmp_path / "a\x1b.bak") == "Previous version saved as a�.bak."


# A folder to which names can only be added, and files with two names


@contextlib.contextmanager
def append_only(folder: Path) -> Iterator[None]:
    run = subprocess.run(["chattr", "+a", folder], capture_output=True, check=False)
    if run.returncode:
        pytest.skip("this environment does not permit chattr")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-a", folder], check=True)


@as_root
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("has_backup", [False, True])
def test_a_temporary_file_that_cannot_be_removed_is_empty_and_named(tmp_path: Path, has_backup: bool) -> None:
    folder = tmp_path / "append-only"
    folder.mkdir()
    target = folder / "storage.toml"
    target.write_bytes(b"old")
    if has_backup:
        target.with_name("storage.toml.bak").write_bytes(b"older")
    before = names_in(folder)
    with append_only(folder), pytest.raises(FileError) as caught:
        replace(target, b"new")
    left = sorted({*names_in(folder)} - {*before})
    assert left != []
    for name in left:
        assert str(folder / name) in str(caught.value)
        assert (folder / name).read_bytes() in (b"", b"older" if has_backup else b"")
    assert "A temporary file could not be removed: " in str(caught.value)
    assert str(caught.value).startswith(f"{target.with_name('storage.toml.bak')} was not saved: ")
    assert target.read_bytes() == b"old"


@as_root
@pytest.mark.usefixtures("place")
def test_a_new_file_is_written_where_names_can_only_be_added(tmp_path: Path) -> None:
    folder = tmp_path / "append-only"
    folder.mkdir()
    with append_only(folder):
        written = replace(folder / "storage.toml", b"new")
        assert (folder / "storage.toml").read_bytes() == b"new"
    assert [folder / name for name in names_in(folder) if name != "storage.toml"] == [*written.left]
    assert (written.remarks == ()) is (written.left == ())


def test_a_file_with_another_name_keeps_its_previous_content_there_with_a_remark(target: Path) -> None:
    target.write_bytes(b"old")
    other = target.with_name("other")
    other.hardlink_to(target)
    written = replace(target, b"new")
    assert (target.read_bytes(), other.read_bytes()) == (b"new", b"old")
    assert written.remarks == (f"{target} had another hard link. That link still has the previous content.",)
    assert replace(target, b"newer").remarks == ()
