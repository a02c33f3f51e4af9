"""`migrate` writes a configuration of rclone, prints the steps, and runs nothing."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings

CANARY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
OLD = Settings(provider="filesystem", rootdirectory="/var/lib/registry")
NEW = Settings(
    provider="minio",
    bucket="images",
    accesskey="me",
    secretkey=Secret(CANARY),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
)
CONFIG = Path("rclone.conf")


@pytest.fixture(autouse=True)
def _settings_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config_file.save(Path("old.toml"), OLD, None)
    config_file.save(Path("new.toml"), NEW, None)


def migrate(*arguments: str) -> int:
    return cli.main(["migrate", "old.toml", "new.toml", *arguments])


def test_the_configuration_is_private_and_the_steps_have_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate() == 0
    output = capsys.readouterr()
    assert stat.S_IMODE(CONFIG.stat().st_mode) == 0o600
    assert f"secret_access_key = {CANARY}\n" in CONFIG.read_text(encoding="utf-8")
    assert CANARY not in output.out + output.err
    assert "new:images/docker" in output.out
    assert output.err == "rclone.conf is written, with the keys of both stores.\n"


def test_the_steps_are_numbered_comments_with_commands_that_a_shell_can_parse(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert migrate() == 0
    text = capsys.readouterr().out
    blocks = text.strip().split("\n\n")[1:]
    assert [block.split()[1] for block in blocks] == [f"{number}." for number in range(1, len(blocks) + 1)]
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)


def test_another_file_can_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate("-o", "move.conf") == 0
    assert "--config move.conf" in capsys.readouterr().out
    assert not CONFIG.exists()


def test_an_existing_file_becomes_private_and_keeps_a_backup(capsys: pytest.CaptureFixture[str]) -> None:
    CONFIG.write_text("[mine]\n", encoding="utf-8")
    CONFIG.chmod(0o644)
    assert migrate() == 0
    error = capsys.readouterr().err
    assert "rclone.conf.bak" in error
    assert Path("rclone.conf.bak").read_text(encoding="utf-8") == "[mine]\n"
    assert {Path(name).stat().st_mode & 0o777 for name in ("rclone.conf", "rclone.conf.bak")} == {0o600}


def test_the_keys_are_not_written_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate("-o", "-") == 2
    assert "-o takes a file" in capsys.readouterr().err
    assert not Path("-").exists()


@pytest.mark.parametrize("name", ["old.toml", "new.toml"])
def test_neither_settings_file_is_overwritten(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(name).read_bytes()
    assert migrate("-o", name) == 2
    assert f"{name} is a settings file of storage-wizard, so nothing was written." in capsys.readouterr().err
    assert Path(name).read_bytes() == before


def test_a_settings_file_that_the_steps_could_not_name_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe.toml", 0o600)
    assert cli.main(["migrate", str(pipe), "new.toml"]) == 2
    assert capsys.readouterr().err == (
        f"storage-wizard: {pipe} is a pipe or a device. The steps name it, so enter a file that stays.\n"
    )


def test_the_keys_are_not_written_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate("-o", "/dev/stdout") == 2
    assert CANARY not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "old.toml not found"),
        ("[storage", "old.toml"),
        ("version: 0.1\nstorage: {s3: {bucket: b, region: us-east-1}}\n", "it looks like config.yml of Distribution"),
    ],
)
def test_a_missing_or_unreadable_file_is_reported(
    text: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("old.toml").unlink()
    if text is not None:
        Path("old.toml").write_text(text, encoding="utf-8")
    assert migrate() == 2
    output = capsys.readouterr()
    assert message in output.err
    assert output.out == ""
    assert not CONFIG.exists()


def test_nothing_is_written_for_settings_that_are_invalid(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.toml").unlink()
    config_file.save(Path("new.toml"), NEW.replace({"bucket": ""}), None)
    assert migrate() == 2
    assert "new.toml: Enter a bucket name" in capsys.readouterr().err
    assert not CONFIG.exists()
