"""Reading a file: its content, its owner, its mode, and a sentence for each failure."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, failing
from wizard.files.errors import FileError
from wizard.files.folder import Folder
from wizard.files.reading import FileContent, describe_exposure, exists, foreign_owner, read_file

LIMIT = 1 << 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


def error_of(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        read_file(path, LIMIT)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_a_file_is_read_with_its_mode_and_owner(path: Path) -> None:
    path.write_bytes(b"\xffdata")
    path.chmod(0o640)
    assert read_file(path, LIMIT) == FileContent(b"\xffdata", 0o640, os.geteuid())


def test_a_missing_file_is_none(path: Path) -> None:
    assert read_file(path, LIMIT) is None


def test_links_are_followed(path: Path) -> None:
    path.write_bytes(b"data")
    link = path.with_name("link")
    link.symlink_to(path)
    content = read_file(link, LIMIT)
    assert content
    assert content.data == b"data"


def test_a_pipe_is_waited_for_until_the_deadline(path: Path) -> None:
    os.mkfifo(path, 0o600)
    with pytest.raises(FileError, match="did not end in time"):
        read_file(path, LIMIT, time.monotonic())
    writer = os.open(path, os.O_RDWR)
    try:
        os.write(writer, b"data")
        with pytest.raises(FileError, match="did not end in time"):
            read_file(path, LIMIT, time.monotonic())
    finally:
        os.close(writer)


@pytest.mark.parametrize(("size", "accepted"), [(10, True), (11, False)])
def test_a_pipe_of_this_process_is_read_to_its_end(size: int, accepted: bool) -> None:
    reader, writer = os.pipe()
    os.write(writer, bytes(size))
    os.close(writer)
    path, deadline = Path(f"/dev/fd/{reader}"), time.monotonic() + 30
    try:
        if accepted:
            content = read_file(path, 10, deadline)
            assert content
            assert content.data == bytes(10)
        else:
            with pytest.raises(FileError, match="too large"):
                read_file(path, 10, deadline)
    finally:
        os.close(reader)


@pytest.mark.parametrize(("size", "accepted"), [(10, True), (11, False)])
def test_a_file_above_the_limit_is_refused(path: Path, size: int, accepted: bool) -> None:
    path.write_bytes(bytes(size))
    if accepted:
        assert read_file(path, 10) is not None
    else:
        with pytest.raises(FileError) as caught:
            read_file(path, 10)
        assert str(caught.value) == f"{path} is too large. Check the path."


def test_a_device_without_end_is_too_large() -> None:
    assert error_of(Path("/dev/zero")) == "/dev/zero is too large. Check the path."


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert error_of(tmp_path) == f"{tmp_path} is a folder, not a file. Choose a file in it."


def test_a_path_below_a_file_does_not_exist(path: Path) -> None:
    path.touch()
    assert error_of(path / "x.toml") == f"Part of the path {path}/x.toml is a file, not a folder. Check the path."


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "cannot be read by this user. Run as its owner, or choose another file."),
        (errno.EPERM, "cannot be read by this user. Run as its owner, or choose another file."),
        (errno.EIO, "could not be read: Input/output error. Choose another file."),
    ],
)
def test_a_system_error_has_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str) -> None:
    path.touch()
    monkeypatch.setattr(Folder, "open_file", failing(Folder.open_file, number))
    assert error_of(path) == f"{path} {sentence}"


def test_an_error_without_a_reason_has_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError

    monkeypatch.setattr(Folder, "open_file", fail)
    assert error_of(path) == f"{path} could not be read: unknown reason. Choose another file."


def test_a_path_in_a_sentence_is_safe_to_print(path: Path) -> None:
    folder = path.with_name("no\x1b[31m\udcff")
    folder.mkdir()
    assert error_of(folder).isprintable()


def test_the_representation_of_a_file_does_not_contain_its_data(path: Path) -> None:
    path.write_text("s3cr3t")
    assert "s3cr3t" not in repr(read_file(path, LIMIT))


@pytest.mark.parametrize(
    ("mode", "exposure"),
    [
        *((0o600, ""), (0o400, ""), (0o700, ""), (0o601, ""), (0o610, ""), (0o644, "read it (mode 0644)")),
        *((0o640, "read it (mode 0640)"), (0o666, "change it (mode 0666)"), (0o602, "change it (mode 0602)")),
    ],
)
def test_the_mode_says_what_other_users_may_do(mode: int, exposure: str) -> None:
    assert describe_exposure(FileContent(b"", mode, 0)) == exposure


def test_a_file_of_this_user_has_no_foreign_owner() -> None:
    assert foreign_owner(FileContent(b"", 0o600, os.geteuid())) == ""


def test_a_foreign_owner_is_named() -> None:
    import pwd

    other = next(user for user in pwd.getpwall() if user.pw_uid != os.geteuid())
    assert foreign_owner(FileContent(b"", 0o600, other.pw_uid)) == pwd.getpwuid(other.pw_uid).pw_name


def test_a_foreign_owner_without_a_name_is_a_number() -> None:
    assert foreign_owner(FileContent(b"", 0o600, 2_000_000_123)) == "user 2000000123"


@as_root
def test_a_planted_link_is_not_followed(path: Path) -> None:
    path.touch()
    link = path.with_name("link")
    link.symlink_to(path)
    os.chown(link, OTHER_USER, OTHER_USER, follow_symlinks=False)
    path.parent.chmod(0o1777)
    assert "is a link owned by" in error_of(link)


def test_what_exists_is_found_through_links_and_what_does_not_is_absent(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "loop").symlink_to("loop")
    names = ("file", "link", ".", "dangling", "loop", "file/below", "no\0name")
    assert [name for name in names if exists(tmp_path / name)] == ["file", "link", "."]


def test_what_cannot_be_looked_at_is_not_called_absent(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File name too long"):
        exists(tmp_path / ("x" * 256))
