"""Commands report what is unusual about a settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.config.file import Saved
from wizard.files.leftovers import temporary_name
from wizard.model.settings import Settings


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    config_file.save(Path("storage.toml"), Settings(bucket="images"), None)
    return Path("storage.toml")


def test_a_private_file_is_loaded_without_a_message(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert settings_file.load(path).settings.bucket == "images"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("mode", "access"), [(0o644, "read"), (0o666, "change"), (0o620, "change"), (0o640, "read")])
def test_a_file_that_others_can_access_is_reported_with_the_command_to_fix_it(
    mode: int, access: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(mode)
    settings_file.load(path)
    assert capsys.readouterr().err == (
        f"note: storage.toml: other users can {access} it (mode 0{mode:o}). To fix this, run: chmod 600 storage.toml\n"
    )
    assert path.stat().st_mode & 0o777 == mode


def test_a_path_in_a_command_is_quoted_and_has_no_control_characters(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.chmod(0o644)
    settings_file.load(path.rename("my \x1b[31mfile.toml"))
    message = capsys.readouterr().err
    assert message.endswith("chmod 600 $'my \\033[31mfile.toml'\n")
    assert "\x1b" not in message


def test_an_interrupted_save_is_reported(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.with_name(temporary_name(path)).touch()
    settings_file.load(path)
    assert capsys.readouterr().err == (
        "note: an earlier save of storage.toml was interrupted. The file is complete and unchanged.\n"
    )


def test_a_save_is_reported_with_its_backup_and_remarks(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings_file.report_saved(path, Saved(path, Path("storage.toml.bak"), "", ("A remark.",)), ", not validated")
    assert capsys.readouterr().err.splitlines() == [
        "storage.toml saved (readable only by you, mode 0600), not validated. "
        "Previous version saved as storage.toml.bak.",
        "note: A remark.",
    ]


def test_a_misspelled_setting_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(
        'provider = "minio"\n[storage.s3]\nbucket = "images"\nskipverifyy = true\nqwertz = 1\n', encoding="utf-8"
    )
    settings_file.load(path)
    assert capsys.readouterr().err.splitlines() == [
        'note: storage.toml: unknown setting "skipverifyy" is ignored. Did you mean "skipverify"?',
        'note: storage.toml: unknown setting "qwertz" is ignored.',
    ]
