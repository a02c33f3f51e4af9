"""A remote of rclone."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.formats.format import FormatError
from wizard.formats.sources.rclone import read_remote
from wizard.formats.sources.source import PartialSettings
from wizard.model.findings import Value
from wizard.model.secret import Secret


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file of rclone."""
    path = tmp_path / "rclone.conf"
    monkeypatch.setenv("RCLONE_CONFIG", str(path))
    return path


def read(config: Path, text: str, address: str = "store") -> PartialSettings:
    config.write_text(f"[store]\n{text}\n", encoding="utf-8")
    return read_remote(address)


def test_all_settings_of_a_remote_are_read(config: Path) -> None:
    text = """type = s3
access_key_id = AKIA
secret_access_key = s
region = eu-west-1
endpoint = https://minio.example
acl = public-read
storage_class = STANDARD_IA
server_side_encryption = aws:kms
sse_kms_key_id = key
"""
    assert read(config, text).changes == {
        "accesskey": "AKIA",
        "secretkey": Secret("s"),
        "region": "eu-west-1",
        "regionendpoint": "https://minio.example",
        "objectacl": "public-read",
        "storageclass": "STANDARD_IA",
        "encrypt": True,
        "keyid": "key",
        "v4auth": True,
    }


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("force_path_style = true", {"forcepathstyle": True}),
        ("force_path_style = false", {"forcepathstyle": False}),
        ("force_path_style = canary", {}),
        ("v2_auth = true", {"v4auth": False}),
        ("endpoint = minio.example:9000", {"regionendpoint": "https://minio.example:9000"}),
        ("endpoint = http://minio.example:9000", {"regionendpoint": "http://minio.example:9000"}),
        ("region =", {}),
    ],
)
def test_a_value_of_rclone_becomes_a_setting(config: Path, line: str, changes: dict[str, Value]) -> None:
    assert read(config, f"type = s3\n{line}").changes == {"v4auth": True, **changes}


@pytest.mark.parametrize(
    ("address", "changes"),
    [
        ("store:", {}),
        ("store:images", {"bucket": "images"}),
        ("store:/images/", {"bucket": "images"}),
        ("store:images/a/b", {"bucket": "images", "rootdirectory": "/a/b"}),
    ],
)
def test_bucket_and_path_are_part_of_the_address(config: Path, address: str, changes: dict[str, Value]) -> None:
    assert read(config, "type = s3", address).changes == {"v4auth": True, **changes}


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("session_token = t", "The remote's keys are temporary"),
        ("env_auth = true", "The remote takes its keys from the environment"),
    ],
)
def test_credentials_that_a_registry_cannot_use_have_a_remark(config: Path, line: str, remark: str) -> None:
    (found,) = read(config, f"type = s3\n{line}").remarks
    assert found.startswith(remark)


def test_an_unknown_remote_is_refused_with_the_names_that_exist(config: Path) -> None:
    with pytest.raises(FormatError, match=r"There is no rclone remote other\. There are: store\."):
        read(config, "type = s3", "other:images")


def test_a_remote_of_another_type_is_refused(config: Path) -> None:
    with pytest.raises(FormatError, match="is of another type than s3"):
        read(config, "type = sftp")
