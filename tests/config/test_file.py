"""Loading and saving a settings file: no failure and no other writer makes a save lose data."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import resource
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from concurrent import futures
from pathlib import Path

import pytest

from tests.support.example_settings import (
    MINIO,
    MINIO_FILE,
    PASSED,
    SECRET,
    UNKNOWN,
    assert_is_a_sentence,
    other_than_default,
)
from tests.support.files import OTHER_USER, as_root, failing, locked, mode_of, mounted, names_in
from tests.support.paths import ROOT
from wizard.config import DEFAULT_FILE
from wizard.config import file as config_file
from wizard.config.file import (
    ConfigError,
    ConfigFile,
    ConflictError,
    NotFoundError,
    Saved,
    load,
    save,
    saved_sentence,
    written_phrase,
)
from wizard.config.render import render
from wizard.files.leftovers import temporary_name
from wizard.files.safe_path import user_name
from wizard.model.settings import DECLARATIONS, Settings
from wizard.text.sanitize import sanitize

OLD, NEW = MINIO.replace({"bucket": "old"}), MINIO.replace({"bucket": "new"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


@pytest.fixture
def saved(path: Path) -> Path:
    """The path of a file that was saved with the settings `OLD`."""
    save(path, OLD, None)
    return path


# Loading


def test_a_saved_file_is_loaded(path: Path) -> None:
    save(path, MINIO, PASSED)
    config = load(path)
    assert (config.settings, config.validation) == (MINIO, PASSED)
    assert config.document == tomllib.loads(MINIO_FILE)
    assert (config.data, config.exposure, config.save_interrupted) == (MINIO_FILE.encode(), "", False)


def test_a_missing_file_is_not_found(path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        load(path)
    assert str(caught.value) == f"{path} not found. Check the path."


def test_without_the_default_file_the_sentence_says_how_to_create_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFoundError, match=r"^storage\.toml not found\. To create it, run storage-wizard\."):
        load(DEFAULT_FILE)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is a folder, not a file. Choose a file in it. For example: {tmp_path}/storage.toml"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("%", 'invalid TOML at line 1, column 1: expected a line such as name = "value".'),
        ("storage.type = 'swift'", '"storage.type" is "swift". Make it "s3" or "filesystem".'),
        ("registry = 1", '"registry" must be a quoted string, but is the number 1.'),
        ("validation = 1", '"validation" must be a table. Write it as [validation].'),
    ],
)
def test_an_invalid_file_is_named(path: Path, content: str, problem: str) -> None:
    path.write_text(content)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value) == f"{sanitize(path)}: {problem}"
    assert_is_a_sentence(caught.value)


@pytest.mark.parametrize("use", [load, lambda path: save(path, MINIO, None)])
def test_a_path_in_an_error_is_safe_to_print(tmp_path: Path, use: Callable[[Path], object]) -> None:
    with pytest.raises(ConfigError) as caught:
        use(tmp_path / "no\x1b[31m\udcff" / "x")
    assert_is_a_sentence(caught.value)


def test_the_representation_of_a_file_has_no_secret(path: Path) -> None:
    path.write_text(UNKNOWN.replace('"me"', f'"{SECRET}"').replace('"old"', f'"{SECRET}"'))
    config = load(path)
    assert config.settings.secretkey.reveal() == SECRET
    assert SECRET not in repr(config)
    assert SECRET not in str(config)


def test_the_fingerprint_is_that_of_the_bytes(path: Path) -> None:
    path.write_text(MINIO_FILE)
    before = load(path).fingerprint
    assert load(path).fingerprint == before
    path.write_text(MINIO_FILE + "\n")
    assert load(path).fingerprint != before


def test_the_fingerprint_without_a_file_is_empty() -> None:
    assert ConfigFile(Settings()).fingerprint == ""


# Saving


def test_a_first_save_writes_one_file(path: Path) -> None:
    assert save(path, MINIO, PASSED) == Saved(path, None, load(path).fingerprint)
    assert path.read_text() == MINIO_FILE
    assert names_in(path.parent) == [path.name]


@pytest.mark.parametrize("name", DECLARATIONS)
def test_each_setting_is_loaded_as_it_was_saved(path: Path, name: str) -> None:
    settings = Settings().replace({name: other_than_default(name)})
    save(path, settings, None)
    assert load(path).settings == settings


def test_a_text_that_is_not_unicode_is_not_saved(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        save(path, Settings(bucket="a\udcff"), None)
    assert str(caught.value) == f'{path}: "bucket" contains bytes that are not UTF-8. Enter it again.'
    assert not path.exists()


def test_the_backup_has_the_bytes_of_the_old_file(path: Path) -> None:
    old = b"# a comment\r\n[extra]\r\nx = 1\r\n"
    path.write_bytes(old)
    backup = save(path, MINIO, PASSED).backup
    assert backup == path.with_name("storage.toml.bak")
    assert backup.read_bytes() == old
    assert names_in(path.parent) == ["storage.toml", "storage.toml.bak"]


def test_saving_the_same_again_keeps_the_older_backup(path: Path) -> None:
    path.write_text("[extra]\n")
    save(path, MINIO, PASSED)
    content = path.read_bytes()
    assert save(path, MINIO, PASSED).backup is None
    assert path.read_bytes() == content
    assert path.with_name("storage.toml.bak").read_text() == "[extra]\n"


@pytest.mark.parametrize("before", [0o644, 0o666, 0o640, 0o620])
def test_a_save_ends_the_access_of_other_users_with_a_remark(path: Path, before: int) -> None:
    path.write_text("[extra]\n")
    path.chmod(before)
    exposure = load(path).exposure
    result = save(path, MINIO, PASSED)
    assert result.remarks == (f"Until now other users could {exposure}; treat the keys in it as exposed.",)
    assert load(path).exposure == ""
    assert result.backup
    assert (mode_of(path), mode_of(result.backup)) == (0o600, 0o600)


@as_root
def test_the_file_of_another_user_becomes_ours_with_a_remark(saved: Path) -> None:
    os.chown(saved, OTHER_USER, OTHER_USER)
    (remark,) = save(saved, NEW, None).remarks
    assert remark.startswith("It was owned by ")
    assert remark.endswith(", who can no longer read it.")
    assert (saved.stat().st_uid, mode_of(saved)) == (0, 0o600)


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    real, link = tmp_path / "etc" / "real.toml", tmp_path / "link.toml"
    real.write_text("[extra]\n")
    link.symlink_to("etc/real.toml")
    real.chmod(0o600)
    backup = tmp_path / "etc" / "real.toml.bak"
    assert save(link, MINIO, PASSED) == Saved(real, backup, load(real).fingerprint)
    assert link.is_symlink()
    assert load(link).settings == load(real).settings == MINIO
    assert names_in(tmp_path) == ["etc", "link.toml"]


def test_a_link_to_a_missing_file_leads_to_the_new_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    link.symlink_to(real)
    assert save(link, MINIO, PASSED) == Saved(real, None, load(real).fingerprint)
    assert link.is_symlink()


def test_a_link_in_place_of_the_backup_is_replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("other")
    backup = path.with_name("storage.toml.bak")
    backup.symlink_to(other)
    path.write_text("[extra]\n")
    save(path, MINIO, PASSED)
    assert other.read_text() == "other"
    assert not backup.is_symlink()


@pytest.mark.parametrize("content", ["%", "version = 2", "storage.type = 'swift'", "validation = 1"])
def test_an_invalid_file_is_not_overwritten(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(ConfigError) as caught:
        save(path, MINIO, PASSED)
    assert_is_a_sentence(caught.value)
    assert path.read_text() == content
    assert names_in(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("backup", "addition", "sentence"),
    [
        (None, "", "a.toml saved (readable only by you, mode 0600)."),
        (None, ", and not validated", "a.toml saved (readable only by you, mode 0600), and not validated."),
        (
            Path("/x/a.toml.bak"),
            "",
            "a.toml saved (readable only by you, mode 0600). Previous version saved as a.toml.bak.",
        ),
    ],
)
def test_a_save_has_a_sentence(backup: Path | None, addition: str, sentence: str) -> None:
    assert saved_sentence(Path("a.toml"), backup, addition) == sentence


def test_a_long_path_is_cut_in_the_sentence() -> None:
    assert written_phrase(Path("x" * 100), 10) == "xxxxxxxxx… saved (readable only by you, mode 0600)"


# The existing file is edited

COMMENTED = f"""\
# Ask Ann before you change this.
version = 1

# The registry in the cellar.
registry = "dtr"    # not Harbor
provider = 'minio'

[storage.s3] # since 2024
bucket = "old"
secretkey = '{SECRET}'
unknownkey = "me" # for the proxy
"""


def test_a_save_keeps_comments_order_and_unknown_keys(path: Path) -> None:
    path.write_text(COMMENTED)
    save(path, MINIO.replace({"regionendpoint": "", "accesskey": "", "v4auth": False}), PASSED)
    assert (
        path.read_text()
        == f"""\
# Ask Ann before you change this.
version = 1

# The registry in the cellar.
registry = "dtr"    # not Harbor
provider = 'minio'

[storage]
type = "s3"

[storage.s3] # since 2024
bucket = "images"
region = "us-east-1"
accesskey = ""
secretkey = '{SECRET}'
regionendpoint = ""
rootdirectory = ""
secure = true
v4auth = false
skipverify = false
unknownkey = "me" # for the proxy

[validation]
passed = true
at = 2026-11-23T10:00:00Z
"""
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_save_keeps_line_ends_and_the_byte_order_mark(path: Path, mark: bytes, newline: str) -> None:
    path.write_bytes(mark + COMMENTED.replace("\n", newline).encode())
    save(path, MINIO, PASSED)
    data = path.read_bytes()
    assert data.startswith(mark + b"# Ask Ann before you change this." + newline.encode())
    assert data.count(b"\n") == data.count(newline.encode())
    assert load(path).settings == MINIO


def test_a_save_keeps_what_was_added_since_the_load(path: Path) -> None:
    save(path, MINIO, None)
    load(path)
    path.write_text(f"{path.read_text()}# Added.\n[added]\nx = 1\n")
    save(path, NEW, None)
    assert "# Added.\n[added]\nx = 1\n" in path.read_text()


def test_saving_twice_changes_only_the_validation(path: Path) -> None:
    path.write_text(COMMENTED)
    save(path, MINIO, None)
    first = path.read_text()
    save(path, MINIO, PASSED)
    assert path.read_text() == f"{first}\n[validation]\npassed = true\nat = 2026-11-23T10:00:00Z\n"
    save(path, MINIO, None)
    assert path.read_text() == first


def test_an_empty_file_gets_the_text_of_a_new_one(path: Path) -> None:
    path.touch()
    save(path, MINIO, PASSED)
    assert path.read_text() == MINIO_FILE


def test_the_storage_type_can_be_changed_and_changed_back(path: Path) -> None:
    save(path, MINIO, None)
    save(path, MINIO.replace({"provider": "filesystem", "rootdirectory": "/srv"}), None)
    assert tomllib.loads(path.read_text())["storage"] == {
        "type": "filesystem",
        "filesystem": {"rootdirectory": "/srv"},
    }
    save(path, MINIO, PASSED)
    assert path.read_text() == MINIO_FILE


def test_a_file_that_cannot_be_edited_is_rewritten_with_a_remark(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(COMMENTED)
    path.chmod(0o600)
    rewritten = render(MINIO, PASSED, load(path).document)
    monkeypatch.setattr("wizard.config.toml_edit.edit_toml", lambda _text, _replacement: None)
    result = save(path, MINIO, PASSED)
    assert result.remarks == (
        "The file could not be edited in place, so it was rewritten without its comments. The backup contains them.",
    )
    assert path.read_text() == rewritten


_IMPORTS = """
import sys
from pathlib import Path
from wizard.config.file import load, save
from wizard.config.render import render_redacted
from wizard.model.settings import Settings
path, settings = Path(sys.argv[1]), Settings(bucket="images")
print("tomli_w" in sys.modules, "tomlkit" in sys.modules)
save(path, settings, None)
print("tomli_w" in sys.modules, "tomlkit" in sys.modules)
config = load(path)
render_redacted(settings, None, config.document)
print("tomli_w" in sys.modules, "tomlkit" in sys.modules)
save(path, settings.replace({"region": "eu-west-1"}), None)
print("tomli_w" in sys.modules, "tomlkit" in sys.modules)
"""


def test_tomlkit_is_imported_only_to_save_over_a_file(path: Path) -> None:
    command = [sys.executable, "-c", _IMPORTS, str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["False False", "True False", "True False", "True True"]


# Conflicts


@pytest.mark.parametrize(("loaded", "current"), [("", "x = 1\n"), ("x = 1\n", "x = 2\n"), ("x = 1\n", None), ("", "")])
def test_a_file_that_changed_since_the_load_is_not_overwritten(path: Path, loaded: str, current: str | None) -> None:
    expected = hashlib.sha256(loaded.encode()).hexdigest() if loaded else ""
    if current is not None:
        path.write_text(current)
    with pytest.raises(ConflictError) as caught:
        save(path, MINIO, PASSED, expected=expected)
    assert_is_a_sentence(caught.value)
    assert str(caught.value).startswith(f"{path} was changed by another program")
    assert names_in(path.parent) == ([] if current is None else [path.name])


def test_without_a_fingerprint_a_changed_file_is_overwritten(path: Path) -> None:
    path.write_text("x = 1\n")
    save(path, MINIO, PASSED)
    assert load(path).settings == MINIO


def test_an_unchanged_file_is_overwritten(path: Path) -> None:
    save(path, MINIO, None, expected="")
    save(path, MINIO, PASSED, expected=load(path).fingerprint)
    assert load(path).validation == PASSED


def test_of_concurrent_saves_one_succeeds(saved: Path) -> None:
    fingerprint = load(saved).fingerprint

    def save_bucket(number: int) -> str:
        try:
            save(saved, NEW.replace({"bucket": f"number-{number}"}), None, fingerprint)
        except ConflictError:
            return ""
        return f"number-{number}"

    with futures.ThreadPoolExecutor(8) as pool:
        (winner,) = set(pool.map(save_bucket, range(8))) - {""}
    assert load(saved).settings.bucket == winner
    assert names_in(saved.parent) == ["storage.toml", "storage.toml.bak"]


def test_a_change_at_the_last_moment_is_not_overwritten(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def edit_and_sync(descriptor: int) -> None:
        saved.write_text("version = 1  # theirs\n")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", edit_and_sync)
    with pytest.raises(ConflictError):
        save(saved, NEW, None)
    assert saved.read_text() == "version = 1  # theirs\n"
    assert names_in(saved.parent) == ["storage.toml"]


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def create_and_sync(descriptor: int) -> None:
        path.write_text("version = 1  # theirs\n")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", create_and_sync)
    with pytest.raises(ConflictError):
        save(path, NEW, None)
    assert path.read_text() == "version = 1  # theirs\n"


@pytest.mark.parametrize("of", ["file", "folder"])
def test_no_other_user_can_prevent_a_save_with_a_lock(saved: Path, monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    monkeypatch.setattr("wizard.files.locking._PATIENCE", 0.0)
    with locked(saved if of == "file" else saved.parent):
        save(saved, NEW, None)
    assert load(saved).settings == NEW


# Failures leave the old file

_FULL = "was not saved: the disk is full. Free some space, or choose another location."


def names_and_contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names_in(folder)}


_OF_A_SAVE = {"write": 2, "fsync": 2, "link": 3, "replace": 2}  # system calls of a save with a backup, and how many


@pytest.mark.parametrize(("call", "number"), [(call, n) for call, count in _OF_A_SAVE.items() for n in range(count)])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("has_backup", [True, False])
def test_a_failure_at_any_step_changes_neither_the_file_nor_its_backup(
    saved: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: int, has_backup: bool
) -> None:
    if has_backup:
        save(saved, NEW, None)
    elif call == "link" and number == 2:
        pytest.skip("there is no backup to keep aside")
    before = names_and_contents(saved.parent)
    calls = itertools.count()
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(getattr(os, call), code, lambda *_: next(calls) == number))
        if (call, number, has_backup) == ("link", 0, True):  # without a hard link, the older backup is renamed
            save(saved, MINIO, None)
            assert load(saved).settings == MINIO
            return
        with pytest.raises(ConfigError) as caught:
            save(saved, MINIO, None)
    assert str(caught.value).endswith(f"{saved} is unchanged.")
    assert names_and_contents(saved.parent) == before


def test_a_failed_first_save_writes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", failing(os.write, errno.ENOSPC))
    with pytest.raises(ConfigError) as caught:
        save(path, NEW, None)
    assert str(caught.value) == f"{path} {_FULL}"
    assert names_in(path.parent) == []


def test_an_interrupted_first_save_writes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(path, MINIO, PASSED)
    assert names_in(path.parent) == []


def test_a_folder_in_place_of_the_backup_is_an_error(saved: Path) -> None:
    saved.with_name("storage.toml.bak").mkdir()
    with pytest.raises(ConfigError) as caught:
        save(saved, NEW, None)
    assert str(caught.value).startswith(
        f"The backup {saved}.bak cannot be written: it is a folder. Move that folder away."
    )
    assert load(saved).settings == OLD


def test_a_socket_is_not_replaced(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)
    with pytest.raises(ConfigError, match="is not a regular file"):
        save(path, NEW, None)
    assert stat.S_ISSOCK(path.stat().st_mode)


@pytest.mark.sample
@pytest.mark.parametrize("excess", [0, 1])
@pytest.mark.parametrize("has_file", [True, False])
def test_a_file_that_is_too_large_to_be_read_again_is_not_saved(path: Path, excess: int, has_file: bool) -> None:
    if has_file:
        save(path, OLD, None)
    before = names_and_contents(path.parent)
    limit = 1 << 20
    size = limit - len(render(NEW.replace({"rootdirectory": ""}), None).encode())
    settings = NEW.replace({"rootdirectory": "x" * (size + excess)})
    if excess:
        with pytest.raises(ConfigError, match="would be too large to read, so nothing was saved"):
            save(path, settings, None)
        assert names_and_contents(path.parent) == before
    else:
        save(path, settings, None)
        assert path.stat().st_size == limit
        assert load(path).settings == settings


@pytest.mark.ci_only
def test_comments_count_for_the_size_of_a_file(saved: Path) -> None:
    saved.write_text(f"{saved.read_text()}#{'x' * ((1 << 20) - len(saved.read_text()) - 2)}\n")
    before = names_and_contents(saved.parent)
    with pytest.raises(ConfigError, match="would be too large to read"):
        save(saved, OLD.replace({"bucket": "longer"}), None)
    assert names_and_contents(saved.parent) == before


def test_what_could_not_be_read_again_is_not_saved(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.config.toml_edit.edit_toml", lambda _text, _replacement: "version = 3")
    with pytest.raises(ConfigError, match="could not be read, so nothing was saved: "):
        save(saved, NEW, None)
    assert load(saved).settings == OLD


@as_root
def test_a_mounted_file_is_saved_in_place_with_a_remark(tmp_path: Path) -> None:
    real, place = tmp_path / "real", tmp_path / "storage.toml"
    save(real, OLD, None)
    os.chown(real, OTHER_USER, OTHER_USER)
    place.touch()
    with mounted("--bind", real, place):
        result = save(place, NEW, None)
        assert load(place).settings == NEW
        assert load(place.with_name("storage.toml.bak")).settings == OLD
    assert result.remarks == (
        f"{place} is a mount point, so it was written in place. Its owner is unchanged.",
        f"storage.toml is owned by {user_name(OTHER_USER)}, who can read and change it.",
    )
    assert (load(real).settings, real.stat().st_uid) == (NEW, OTHER_USER)


def test_a_file_that_may_not_grow_leaves_the_old_one(saved: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(ConfigError) as caught:
            save(saved, NEW, None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "File too large" in str(caught.value)
    assert str(caught.value).endswith(f"{saved} is unchanged.")
    assert load(saved).settings == OLD
    assert names_in(saved.parent) == ["storage.toml"]


@as_root
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "none", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this environment does not permit mount")
    try:
        path = tmp_path / "storage.toml"
        save(path, OLD, None)
        with contextlib.suppress(OSError), (tmp_path / "filler").open("wb", buffering=0) as filler:
            while filler.write(bytes(1024)):
                pass
        with pytest.raises(ConfigError) as caught:
            save(path, NEW, None)
        assert "the disk is full. Free some space" in str(caught.value)
        assert str(caught.value).endswith(f"{path} is unchanged.")
        assert load(path).settings == OLD
        assert names_in(tmp_path) == ["filler", "storage.toml"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


# Interrupted saves: see also tests/files/test_interrupted.py


def test_an_interrupted_save_is_recognized_until_the_next_save(saved: Path) -> None:
    saved.with_name(temporary_name(saved)).touch()
    assert load(saved).save_interrupted
    save(saved, NEW, None)
    assert not load(saved).save_interrupted
    assert names_in(saved.parent) == ["storage.toml", "storage.toml.bak"]


# Credentials in an address


@pytest.mark.parametrize("name", ["regionendpoint", "bucket", "region", "rootdirectory", "accesskey", "keyid"])
def test_a_file_with_credentials_in_an_address_is_refused_without_repeating_them(path: Path, name: str) -> None:
    path.write_text(f'[storage.s3]\n{name} = "http://me:canary@minio:9000"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config_file.load(path)
    assert str(caught.value) == (
        f'{path}: "storage.s3.{name}" contains a user name or password. Move them to accesskey and secretkey.'
    )


def test_credentials_in_an_address_are_not_saved(path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config_file.save(path, Settings(regionendpoint="http://me:canary@minio:9000"), None)
    assert '"regionendpoint" contains a user name or password' in str(caught.value)
    assert not path.exists()


@pytest.mark.parametrize(
    ("tables", "remarks"),
    [
        (
            "[storage]\ntype = 's3'\n[storage.s3]\nbucket = 'a'\nextra = 1\nmore = 2\n",
            (
                "[storage.s3] was removed because the registry supports only one storage, together with extra, "
                "more. The backup contains it.",
            ),
        ),
        ("[storage]\ntype = 's3'\n[storage.s3]\nbucket = 'a'\n", ()),
        ("[storage]\ntype = 'filesystem'\n[storage.filesystem]\nrootdirectory = '/a'\nown = 1\n", ()),
        (
            "[storage]\ntype = 'filesystem'\n[storage.s3]\nbucket = 'a'\n",
            ("[storage.s3] was removed because the registry supports only one storage. The backup contains it.",),
        ),
    ],
)
def test_a_removed_table_is_named_unless_its_settings_are_the_ones_that_change(
    path: Path, tables: str, remarks: tuple[str, ...]
) -> None:
    path.write_text(tables)
    path.chmod(0o600)
    assert save(path, Settings(provider="filesystem", rootdirectory="/srv"), None).remarks == remarks


# The source


def test_a_save_keeps_the_source_unless_it_has_another_one(tmp_path: Path) -> None:
    path, source = tmp_path / "storage.toml", config_file.ImportedFrom("/etc/config.yml", "harbor")
    config_file.save(path, Settings(), None, source=source)
    assert '[source]\nfile = "/etc/config.yml"\nformat = "harbor"\n' in path.read_text(encoding="utf-8")
    config_file.save(path, Settings(bucket="images"), None)
    assert config_file.load(path).source == source
    config_file.save(path, Settings(bucket="images"), None, source=None)
    assert config_file.load(path).source is None
    assert "[source]" not in path.read_text(encoding="utf-8")
