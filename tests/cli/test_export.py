"""What is exported is what the registry reads, whatever stands in it."""

from __future__ import annotations

import itertools
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.support.paths import ROOT
from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.formats.format import redact_keys
from wizard.formats.lookup import all_formats
from wizard.model.secret import Secret
from wizard.model.settings import Settings

FORMATS = all_formats()

DISTRIBUTION_2 = FORMATS["distribution-2"]
RIGHT = Settings(
    provider="minio",
    bucket="images",
    region="us-east-1",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
)
NASTY = [
    *" \"'\\#:-?[]{}&*!|>%@`~,\t\u2028\x85é😀",
    "yes",
    "1e3",
    "0x10",
    "null",
    "2026-11-24",
    "<<",
    "=",
    "a: b",
    " #",
]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command in a folder."""
    command = [sys.executable, "-m", "wizard", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=30, check=False)


def storage(settings: Settings) -> dict[str, dict[str, object]]:
    """The storage section as a reader of YAML finds it."""
    document = yaml.safe_load(DISTRIBUTION_2.write(settings).text)
    assert document["version"] == 0.1
    found: dict[str, dict[str, object]] = document["storage"]
    return found


@pytest.mark.parametrize(("one", "other"), list(itertools.product(NASTY, ["", "x", "'", "\\"])))
def test_every_text_comes_back_as_it_was(one: str, other: str) -> None:
    secret = f"{other}{one}{other}"
    settings = RIGHT.replace({"secretkey": Secret(secret), "rootdirectory": secret})
    assert storage(settings)["s3"]["secretkey"] == secret
    assert storage(settings)["s3"]["rootdirectory"] == secret


def test_defaults_that_the_registry_shares_are_left_out() -> None:
    assert set(storage(RIGHT)["s3"]) == {
        *("region", "bucket", "accesskey", "secretkey", "regionendpoint"),
        *("secure", "v4auth", "skipverify"),
    }
    assert set(storage(RIGHT)) == {"s3", "delete"}


def test_blank_keys_are_left_out_so_that_the_role_serves() -> None:
    assert not {"accesskey", "secretkey"} & set(storage(RIGHT.replace({"accesskey": "", "secretkey": Secret()}))["s3"])


def test_redirects_that_are_off_stand_beside_the_driver() -> None:
    assert storage(RIGHT.replace({"redirect": False}))["redirect"] == {"disable": True}


def test_what_was_changed_of_the_rest_is_written_with_its_type() -> None:
    changed = storage(RIGHT.replace({"chunksize": 20 << 20, "encrypt": True, "objectacl": "bucket-owner-read"}))["s3"]
    assert (changed["chunksize"], changed["encrypt"], changed["objectacl"]) == (20 << 20, True, "bucket-owner-read")


def test_a_local_folder_is_a_driver_of_its_own() -> None:
    folder = Settings(provider="filesystem", rootdirectory="/var/lib/registry")
    assert storage(folder)["filesystem"] == {"rootdirectory": "/var/lib/registry"}
    assert "s3" not in storage(folder)


def test_what_the_format_cannot_carry_is_said() -> None:
    assert DISTRIBUTION_2.write(RIGHT).remarks == ()
    of_3 = RIGHT.replace({"registry": "distribution-3"})
    assert "forcepathstyle" in DISTRIBUTION_2.write(of_3).remarks[0]
    assert DISTRIBUTION_2.write(of_3.replace({"forcepathstyle": True})).remarks == ()


def test_without_keys_nothing_of_the_secret_is_left() -> None:
    text = DISTRIBUTION_2.write(redact_keys(RIGHT)).text
    assert "wJalr" not in text
    assert "AKIAIOSF" not in text


def test_the_command_writes_to_stdout_and_speaks_on_stderr(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", RIGHT.replace({"region": ""}), None)
    done = run("export", "--to", "distribution-2", cwd=tmp_path)
    assert done.returncode == 0
    assert yaml.safe_load(done.stdout)["storage"]["s3"]["bucket"] == "images"
    assert done.stderr.startswith("note: ")


def test_the_command_writes_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", RIGHT, None)
    done = run("export", "--to", "distribution-2", "-o", "config.yml", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    written = tmp_path / "config.yml"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert yaml.safe_load(written.read_text(encoding="utf-8"))["storage"]["s3"]["bucket"] == "images"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "--to", "env", "-o", "loop"), "loop was not saved: Too many levels of symbolic links."),
        (("policy", "-o", "loop"), "loop was not saved: Too many levels of symbolic links."),
        (("export", "--to", "env", "-o", "."), "it is a folder. Name a file in it, such as "),
        (("export", "--to", "distribution-2", "--into", "config.yml", "--redact"), "Leave out --redact"),
    ],
)
def test_what_cannot_be_written_gets_a_sentence(
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config_file.save(tmp_path / "storage.toml", RIGHT, None)
    before = "storage: {s3: {secretkey: x}}\n"
    (tmp_path / "config.yml").write_text(before, encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "config.yml").read_text(encoding="utf-8") == before


def test_the_backup_and_all_around_the_section_are_the_same_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file.save(tmp_path / "storage.toml", RIGHT, None)
    head, tail = "\ufeffversion: 0.1\r\n# é\r\nstorage:\r\n", "http: {addr:  ':5000'}  # x"
    config = tmp_path / "config.yml"
    config.write_bytes((before := f"{head}  s3: {{bucket: old}}\r\n{tail}").encode())
    monkeypatch.chdir(tmp_path)
    assert cli.main(["export", "--to", "distribution-2", "--into", "config.yml"]) == 0
    after = config.read_bytes()
    assert (after.startswith(head.encode()), after.endswith(tail.encode())) == (True, True)
    assert (tmp_path / "config.yml.bak").read_bytes() == before.encode()
    assert cli.main(["export", "--to", "distribution-2", "--into", "config.yml"]) == 0
    assert config.read_bytes() == after


def test_another_registry_says_what_it_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also of settings that passed: they did so as the registry in the file has them."""
    of_3 = RIGHT.replace(
        {"registry": "distribution-3", "provider": "aws", "region": "eu-north-1", "regionendpoint": ""}
    )
    passed = config_file.Validation(True, datetime(2026, 1, 1, tzinfo=UTC))
    config_file.save(tmp_path / "storage.toml", of_3, passed)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["export", "--to", "distribution-3"]) == 0
    assert capsys.readouterr().err == ""
    assert cli.main(["export", "--to", "harbor"]) == 0
    assert "Harbor is older than eu-north-1" in capsys.readouterr().err


def test_the_command_says_what_is_not_there(tmp_path: Path) -> None:
    done = run("export", "--to", "distribution-2", cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no file storage.toml" in done.stderr
