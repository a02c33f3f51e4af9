"""The configuration of s3cmd."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.programs import require_program
from wizard.formats.format import FormatError
from wizard.formats.sources.s3cmd import list_configs, read_config
from wizard.formats.sources.source import PartialSettings
from wizard.model.secret import Secret
from wizard.model.settings import Value

AMAZON: dict[str, Value] = {"secure": True, "v4auth": True}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file of s3cmd."""
    path = tmp_path / ".s3cfg"
    monkeypatch.setenv("S3CMD_CONFIG", str(path))
    return path


def read(config: Path, text: str, address: str = "") -> PartialSettings:
    config.write_text(f"[default]\n{text}\n", encoding="utf-8")
    return read_config(address)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("", {}),
        ("access_key = A\nsecret_key = s", {"accesskey": "A", "secretkey": Secret("s")}),
        ('access_key = "A"\n  secret_key= s #x ', {"accesskey": "A", "secretkey": Secret("s #x")}),
        ("access_key = A\nsecret_key = old\n[other]\nsecret_key = s", {"accesskey": "A", "secretkey": Secret("s")}),
        ("host_base = minio.example:9000", {"regionendpoint": "https://minio.example:9000"}),
        ("host_base = https://Minio.example/", {"regionendpoint": "https://minio.example"}),
        ("host_base = minio:9000\nuse_https = no", {"regionendpoint": "http://minio:9000", "secure": False}),
        ("use_https = False", {"secure": False}),
        ("host_base = s3.amazonaws.com\nhost_bucket = %(bucket)s.s3.amazonaws.com", {"forcepathstyle": False}),
        ("host_bucket = s3.amazonaws.com", {"forcepathstyle": True}),
        ("bucket_location = US", {}),
        ("bucket_location = EU", {"region": "eu-west-1"}),
        ("bucket_location = eu-central-1", {"region": "eu-central-1"}),
        ("signature_v2 = True", {"v4auth": False}),
        ("check_ssl_certificate = False", {"skipverify": True}),
        ("storage_class = STANDARD_IA\nreduced_redundancy = True", {"storageclass": "STANDARD_IA"}),
        ("reduced_redundancy = True", {"storageclass": "REDUCED_REDUNDANCY"}),
        ("server_side_encryption = True", {"encrypt": True}),
        ("kms_key = key", {"encrypt": True, "keyid": "key"}),
    ],
)
def test_a_value_of_s3cmd_becomes_a_setting(config: Path, text: str, changes: dict[str, Value]) -> None:
    assert read(config, text).changes == AMAZON | changes


def test_a_value_can_be_that_of_a_variable(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET", "s")
    text = "access_key = A\nsecret_key = $MY_SECRET\nbucket_location = $NOT_SET"
    assert read(config, text).changes == AMAZON | {"accesskey": "A", "secretkey": Secret("s")}


def test_bucket_and_path_are_part_of_the_address(config: Path) -> None:
    assert read(config, "", "s3://images").changes == AMAZON | {"bucket": "images"}
    assert read(config, "", "s3://images/a/b/").changes == AMAZON | {"bucket": "images", "rootdirectory": "/a/b"}


def test_another_address_is_refused(config: Path) -> None:
    with pytest.raises(FormatError, match=r"as s3://BUCKET/path"):
        read(config, "", "images")


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("access_token = t", "The s3cmd keys are temporary"),
        ("access_key = A", "The source has an access key but not a secret key"),
        ("host_base = minio:9000", '"host_bucket" and "host_base" have different hosts'),
        (
            "host_base = minio:9000\nhost_bucket = %(bucket)s.other",
            '"host_bucket" and "host_base" have different hosts',
        ),
    ],
)
def test_what_does_not_fit_has_a_remark(config: Path, text: str, remark: str) -> None:
    (found,) = read(config, text).remarks
    assert found.startswith(remark)


def test_the_error_of_a_value_names_file_and_line_without_the_value(config: Path) -> None:
    with pytest.raises(FormatError) as refusal:
        read(config, "\nuse_https = canary")
    assert str(refusal.value) == f'{config}, line 3: "use_https" must be True or False.'


@pytest.mark.usefixtures("config")
def test_without_a_file_the_command_that_writes_one_is_named() -> None:
    assert list_configs() == []
    with pytest.raises(FormatError, match=r"\.s3cfg not found\. To create it, run: s3cmd --configure"):
        read_config("")


def test_a_file_that_s3cmd_has_written_is_read(config: Path) -> None:
    folders = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    program = require_program("s3cmd", "pip install 'storage-wizard[dev]'", path=folders)
    given = ["--access_key=AK", '--secret_key=se"c/r+et', "--host=minio.example:9000", "--no-ssl", "--signature-v2"]
    given += ["--host-bucket=%(bucket)s.minio.example:9000", "--region=eu-1"]
    run = subprocess.run([program, "--dump-config", *given], capture_output=True, text=True, check=True)
    config.write_text(run.stdout, encoding="utf-8")
    assert list_configs() == [""]
    read_settings = read_config("s3://images")
    assert read_settings.remarks == ()
    assert read_settings.changes == {
        "accesskey": "AK",
        "secretkey": Secret('se"c/r+et'),
        "regionendpoint": "http://minio.example:9000",
        "secure": False,
        "forcepathstyle": False,
        "region": "eu-1",
        "bucket": "images",
        "v4auth": False,
    }
