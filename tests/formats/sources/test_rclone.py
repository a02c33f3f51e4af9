"""A remote of rclone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.rclone import Rclone
from wizard.catalog.providers import providers
from wizard.formats.format import FormatError
from wizard.formats.sources import rclone as rclone_source
from wizard.formats.sources.rclone import list_remotes, read_remote
from wizard.formats.sources.source import PartialSettings
from wizard.model.secret import Secret
from wizard.model.settings import Value


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
        ("env_auth = true", "The remote reads its keys from environment variables"),
    ],
)
def test_credentials_that_a_registry_cannot_use_have_a_remark(config: Path, line: str, remark: str) -> None:
    (found,) = read(config, f"type = s3\n{line}").remarks
    assert found.startswith(remark)


def test_an_unknown_remote_is_refused_with_the_names_that_exist(config: Path) -> None:
    with pytest.raises(FormatError, match=r"rclone remote \"other\" not found\. Available: store\."):
        read(config, "type = s3", "other:images")


def test_a_remote_of_another_type_is_refused(config: Path) -> None:
    with pytest.raises(FormatError, match="is not of type s3"):
        read(config, "type = sftp")


# The provider


@pytest.mark.parametrize(
    ("lines", "provider"),
    [
        ("provider = Cloudflare\nendpoint = https://s3.corp.example", "r2"),
        ("provider = OVHcloud\nendpoint = https://s3.corp.example", "ovh"),
        ("provider = AWS", "aws"),
        ("provider = AWS\nendpoint = https://s3.corp.example", ""),  # many use Amazon's name for any server
        ("provider = OVHcloud\nendpoint = https://s3.eu-central-1.wasabisys.com", ""),  # the host tells more
        ("provider = Minio\nendpoint = https://s3.corp.example", "minio"),
        ("provider = HCP\nendpoint = https://tenant.hcp.example", "hcp"),
        ("provider = Canary", ""),
        ("", ""),
    ],
)
def test_the_provider_of_rclone_names_the_preset_unless_the_endpoint_tells_more(
    config: Path, lines: str, provider: str
) -> None:
    assert read(config, f"type = s3\n{lines}").provider == provider


@pytest.mark.parametrize(
    ("lines", "endpoint"),
    [
        ("provider = Wasabi\nregion = eu-central-1", "https://s3.eu-central-1.wasabisys.com"),
        ("provider = AWS\nregion = eu-central-1", None),
        ("provider = Cloudflare", None),  # its endpoint holds an account id
    ],
)
def test_without_an_endpoint_it_is_the_provider_s_own(config: Path, lines: str, endpoint: str | None) -> None:
    assert read(config, f"type = s3\n{lines}").changes.get("regionendpoint") == endpoint


def test_the_bucket_is_in_the_host_name_where_rclone_puts_it_there(config: Path) -> None:
    assert read(config, "type = s3\nprovider = Dreamhost").changes["forcepathstyle"] is False
    assert read(config, "type = s3\nprovider = Dreamhost\nforce_path_style = true").changes["forcepathstyle"] is True
    assert "forcepathstyle" not in read(config, "type = s3\nprovider = Exaba").changes


def test_every_provider_of_the_table_has_its_own_name_in_rclone() -> None:
    names = [provider.rclone for provider in providers().values() if provider.rclone]
    assert len(set(names)) == len(names)
    run = subprocess.run([Rclone.require(), "config", "providers"], capture_output=True, check=True)
    (s3,) = (each for each in json.loads(run.stdout) if each["Name"] == "s3")
    (option,) = (each for each in s3["Options"] if each["Name"] == "provider")
    assert set(names) | rclone_source._BUCKET_IN_HOST <= {each["Value"] for each in option["Examples"]}


# The file


def test_a_file_that_rclone_has_written_is_read(config: Path) -> None:
    options = ["provider=Minio", "endpoint=minio.example:9000", "access_key_id=AKIA", "secret_access_key=s p#a;c=e"]
    command = [Rclone.require(), "config", "create", "work", "s3", *options, "force_path_style=false", "--no-output"]
    subprocess.run(command, capture_output=True, check=True)
    assert list_remotes() == ["work"]
    assert read_remote("work:images").changes == {
        "accesskey": "AKIA",
        "secretkey": Secret("s p#a;c=e"),
        "regionendpoint": "https://minio.example:9000",
        "bucket": "images",
        "forcepathstyle": False,
        "v4auth": True,
    }
    assert config.exists()


def test_an_encrypted_configuration_is_named_as_such(config: Path) -> None:
    read(config, "type = s3")
    command = [Rclone.require(), "config", "encryption", "set", "--password-command", "echo canary"]
    subprocess.run(command, capture_output=True, check=True)
    assert "RCLONE_ENCRYPT_V0:" in config.read_text(encoding="utf-8")
    with pytest.raises(FormatError, match=r"rclone\.conf is encrypted by rclone\. Write a decrypted copy"):
        read_remote("store")


def test_the_error_of_a_value_names_file_and_section_without_the_value(config: Path) -> None:
    with pytest.raises(FormatError) as refusal:
        read(config, "type = s3\nsecret_access_key = 'canary'")
    assert f'{config}, section [store]: "secret_access_key" is in quotes' in str(refusal.value)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize("name", [".config/rclone/rclone.conf", ".rclone.conf"])
def test_the_configuration_is_found_at_both_of_its_places(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[a]\ntype = s3\n[b]\ntype = sftp\n", encoding="utf-8")
    assert list_remotes() == ["a"]
