"""What a command writes: an existing file keeps its access and a backup, the settings file is refused, streams work."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.files import OTHER_USER, as_root, mode_of, names_in
from wizard.files.errors import FileError
from wizard.files.output import write_output, write_output_file


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    path = tmp_path / "storage.toml"
    path.write_text("settings")
    return path


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out.env"


def test_a_new_file_is_private(output: Path, settings_file: Path) -> None:
    written = write_output(output, b"data", settings_file)
    assert written
    assert (written.backup, output.read_bytes(), mode_of(output)) == (None, b"data", 0o600)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640])
def test_an_existing_file_keeps_its_mode_and_a_backup(output: Path, settings_file: Path, mode: int) -> None:
    output.write_bytes(b"old")
    output.chmod(mode)
    written = write_output(output, b"new", settings_file)
    backup = output.with_name("out.env.bak")
    assert written
    assert written.backup == backup
    assert (output.read_bytes(), mode_of(output)) == (b"new", mode)
    assert (backup.read_bytes(), mode_of(backup)) == (b"old", mode)


# The settings file


def by_its_path(settings_file: Path) -> Path:
    return settings_file


def by_another_path(settings_file: Path) -> Path:
    (settings_file.parent / "sub").mkdir()
    return settings_file.parent / "sub" / ".." / settings_file.name


def by_a_link(settings_file: Path) -> Path:
    (settings_file.parent / "link").symlink_to(settings_file)
    return settings_file.parent / "link"


def by_a_linked_folder(settings_file: Path) -> Path:
    (settings_file.parent / "folder").symlink_to(settings_file.parent)
    return settings_file.parent / "folder" / settings_file.name


def by_a_hard_link(settings_file: Path) -> Path:
    (settings_file.parent / "hard").hardlink_to(settings_file)
    return settings_file.parent / "hard"


@pytest.mark.parametrize("path_of", [by_its_path, by_another_path, by_a_link, by_a_linked_folder, by_a_hard_link])
@pytest.mark.parametrize("write", [write_output, write_output_file])
def test_the_settings_file_is_refused_by_every_path(
    settings_file: Path, path_of: Callable[[Path], Path], write: Callable[[Path, bytes, Path], object]
) -> None:
    path = path_of(settings_file)
    before = names_in(settings_file.parent)
    with pytest.raises(FileError) as caught:
        write(path, b"new", settings_file)
    assert str(caught.value) == (f"{path} is the settings file itself, so nothing was written. Choose another file.")
    assert settings_file.read_text() == "settings"
    assert names_in(settings_file.parent) == before


def test_the_settings_file_is_refused_where_c_names_a_link(settings_file: Path) -> None:
    with pytest.raises(FileError, match="is the settings file itself"):
        write_output(settings_file, b"new", by_a_link(settings_file))


def test_a_settings_file_that_does_not_exist_yet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is the settings file itself"):
        write_output(tmp_path / "new.toml", b"new", tmp_path / "." / "new.toml")
    assert names_in(tmp_path) == []


def test_a_backup_does_not_replace_the_settings_file(tmp_path: Path) -> None:
    settings_file, output = tmp_path / "x.bak", tmp_path / "x"
    settings_file.write_text("settings")
    output.write_text("old")
    with pytest.raises(FileError, match=r"The backup x\.bak would replace the settings file"):
        write_output(output, b"new", settings_file)
    assert (settings_file.read_text(), output.read_text()) == ("settings", "old")


def test_a_descriptor_of_the_settings_file_is_refused(settings_file: Path) -> None:
    with settings_file.open("ab") as file, pytest.raises(FileError, match="is the settings file itself"):
        write_output(Path(f"/dev/fd/{file.fileno()}"), b"new", settings_file)
    assert settings_file.read_text() == "settings"


# Streams


@pytest.mark.parametrize("path", ["/dev/fd/{}", "/proc/self/fd/{}", "/proc/{pid}/fd/{}"])
def test_a_descriptor_of_a_pipe_gets_the_bytes(settings_file: Path, path: str) -> None:
    reader, writer = os.pipe()
    try:
        assert write_output(Path(path.format(writer, pid=os.getpid())), b"data", settings_file) is None
        assert os.read(reader, 100) == b"data"
    finally:
        os.close(reader)
        os.close(writer)


def test_a_descriptor_of_a_file_is_written_at_its_position(output: Path, settings_file: Path) -> None:
    with output.open("wb", buffering=0) as file:
        file.write(b"before ")
        assert write_output(Path(f"/dev/fd/{file.fileno()}"), b"data", settings_file) is None
    assert output.read_bytes() == b"before data"
    assert names_in(output.parent) == ["out.env", "storage.toml"]


def test_a_named_pipe_gets_the_bytes(output: Path, settings_file: Path) -> None:
    os.mkfifo(output)
    reader = os.open(output, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert write_output(output, b"data", settings_file) is None
        assert os.read(reader, 100) == b"data"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(output.stat().st_mode)


def test_a_device_gets_the_bytes_and_stays(settings_file: Path) -> None:
    assert write_output(Path(os.devnull), b"data", settings_file) is None
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_full_device_is_an_error(settings_file: Path) -> None:
    with pytest.raises(FileError, match=r"^/dev/full was not saved: the disk is full"):
        write_output(Path("/dev/full"), b"data", settings_file)


@pytest.mark.parametrize("number", ["987", "999999999"])
def test_a_descriptor_that_is_not_open_is_an_error(settings_file: Path, number: str) -> None:
    with pytest.raises(FileError, match="Bad file descriptor"):
        write_output(Path(f"/dev/fd/{number}"), b"data", settings_file)


def test_a_descriptor_with_too_many_digits_is_an_error(settings_file: Path) -> None:
    with pytest.raises(FileError, match="was not saved"):
        write_output(Path(f"/dev/fd/{'9' * 40}"), b"data", settings_file)


def test_a_pipe_without_a_reader_is_a_broken_pipe(settings_file: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        with pytest.raises(BrokenPipeError):
            write_output(Path(f"/dev/fd/{writer}"), b"data", settings_file)
    finally:
        os.close(writer)


def test_a_dialog_writes_no_stream(output: Path, settings_file: Path) -> None:
    os.mkfifo(output)
    with pytest.raises(FileError, match="is not a regular file"):
        write_output_file(output, b"data", settings_file)


def test_a_socket_is_refused(output: Path, settings_file: Path) -> None:
    os.mknod(output, stat.S_IFSOCK | 0o600)
    with pytest.raises(FileError, match="is not a regular file"):
        write_output(output, b"data", settings_file)


# Files that another user put there


@as_root
@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR])
def test_a_pipe_or_device_of_another_user_is_not_waited_for(tmp_path: Path, settings_file: Path, kind: int) -> None:
    path = tmp_path / "out"
    os.mknod(path, kind | 0o666, os.makedev(1, 3))
    os.chown(path, OTHER_USER, OTHER_USER)
    with pytest.raises(FileError, match=r"is a (pipe|device) owned by .*, so it was not used"):
        write_output(path, b"secret", settings_file)


@as_root
@pytest.mark.parametrize("mode", [0o1777, 0o777, 0o2775])
@pytest.mark.parametrize("is_pipe", [True, False])
def test_what_another_user_planted_gets_nothing(tmp_path: Path, mode: int, is_pipe: bool) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    os.chown(folder, 0, OTHER_USER)
    folder.chmod(mode)
    path = folder / "out.env"
    os.mknod(path, (stat.S_IFIFO if is_pipe else stat.S_IFREG) | 0o600)
    os.chown(path, OTHER_USER, OTHER_USER)
    with pytest.raises(FileError, match=r"(others can write to|is a pipe owned by .*), so it was not used"):
        write_output(path, b"secret", tmp_path / "storage.toml")
    assert names_in(folder) == ["out.env"]
    assert path.stat().st_size == 0


@as_root
def test_a_file_of_another_user_in_a_folder_that_is_not_shared_is_written(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text("old")
    os.chown(path, OTHER_USER, OTHER_USER)
    write_output(path, b"new", tmp_path / "storage.toml")
    assert (path.read_bytes(), path.stat().st_uid) == (b"new", OTHER_USER)
