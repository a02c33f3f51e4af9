"""`show` prints the settings of a file without its secrets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings

CANARY = "canary+secret/key=that#may:not leak"
SETTINGS = Settings(bucket="images", accesskey="AKIAIOSFODNN7EXAMPLE", secretkey=Secret(CANARY))
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def show(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command prints; it must succeed without messages."""
    assert cli.main(["show", *arguments]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    return output.out


def test_secrets_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), SETTINGS, None)
    for flags in ((), ("--json",)):
        text = show(capsys, *flags)
        assert CANARY not in text
        assert "AKIA…MPLE" in text


def test_the_json_has_the_documented_shape(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), SETTINGS, config_file.Validation(False, NOW, ("write",)))
    printed = json.loads(show(capsys, "--json"))
    assert list(printed) == ["config", "type", "settings", "validation"]
    assert set(printed["settings"]) == set(DECLARATIONS)
    assert printed["settings"]["bucket"] == "images"
    assert printed["validation"] == {"passed": False, "at": "2026-01-02T03:04:05Z", "failed": ["write"]}


def test_further_parameters_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), SETTINGS.replace({"loglevel": "debug", "accelerate": True}), None)
    assert json.loads(show(capsys, "--json"))["settings"]["loglevel"] == "debug"
    assert "accelerate" in show(capsys)


def test_the_table_fits_in_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), SETTINGS, None)
    assert max(map(len, show(capsys).splitlines())) < 80


@pytest.mark.parametrize(
    ("validation", "line"),
    [
        (None, "never; run: storage-wizard check storage.toml"),
        (config_file.Validation(True, NOW), "passed at 2026-01-02 03:04:05 UTC"),
        (config_file.Validation(False, NOW, ("list", "write")), "FAILED (list, write) at 2026-01-02 03:04:05 UTC"),
    ],
)
def test_the_table_shows_the_last_validation(
    validation: config_file.Validation | None, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.save(Path("storage.toml"), SETTINGS, validation)
    assert show(capsys).splitlines()[-1].endswith(line)


def test_a_folder_has_only_its_own_settings(capsys: pytest.CaptureFixture[str]) -> None:
    config_file.save(Path("storage.toml"), Settings(provider="filesystem", rootdirectory="/var/lib/registry"), None)
    text = show(capsys)
    assert "/var/lib/registry" in text
    assert "secretkey" not in text


def test_control_characters_of_a_file_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    validation = config_file.Validation(False, NOW, ("\x1b[31m",))
    config_file.save(Path("storage.toml"), SETTINGS.replace({"rootdirectory": "\x1b[31m"}), validation)
    assert "\x1b" not in show(capsys)


def test_a_missing_file_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show"]) == 2
    assert "storage.toml not found" in capsys.readouterr().err
