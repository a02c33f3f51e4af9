"""An alias of the MinIO client."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.servers.readers import MC
from wizard.formats.format import FormatError
from wizard.formats.sources.mc import list_aliases, read_alias
from wizard.formats.sources.source import PartialSettings
from wizard.model.secret import Secret
from wizard.model.settings import Value

ALIAS = {"url": "https://minio.example:9000", "accessKey": "me", "secretKey": "s", "api": "S3v4", "path": "auto"}
READ: dict[str, Value] = {
    "accesskey": "me",
    "secretkey": Secret("s"),
    "regionendpoint": "https://minio.example:9000",
    "v4auth": True,
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file of mc."""
    monkeypatch.setenv("MC_CONFIG_DIR", str(tmp_path))
    return tmp_path / "config.json"


def read(config: Path, address: str = "work", **changes: object) -> PartialSettings:
    document = {"version": "10", "aliases": {"work": ALIAS | changes}}
    config.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return read_alias(address)


@pytest.mark.parametrize(
    ("address", "changes"),
    [
        ("work", {}),
        ("work/", {}),
        ("work/images", {"bucket": "images"}),
        ("work/images/a/b/", {"bucket": "images", "rootdirectory": "/a/b"}),
    ],
)
def test_bucket_and_path_are_part_of_the_address(config: Path, address: str, changes: dict[str, Value]) -> None:
    assert read(config, address).changes == READ | changes


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        ({"path": "on"}, {"forcepathstyle": True}),
        ({"path": "off"}, {"forcepathstyle": False}),
        ({"path": "dns"}, {}),  # of a new configuration; mc treats it as auto
        ({"api": "s3v2"}, {"v4auth": False}),
        ({"url": "http://minio.example:9000/"}, {"regionendpoint": "http://minio.example:9000"}),
    ],
)
def test_a_value_of_mc_becomes_a_setting(config: Path, given: dict[str, str], changes: dict[str, Value]) -> None:
    assert read(config, **given).changes == READ | changes


def test_the_global_endpoint_of_amazon_is_left_out(config: Path) -> None:
    changes = read(config, url="https://s3.amazonaws.com").changes
    assert "regionendpoint" not in changes
    assert changes["secure"] is True


def test_the_placeholders_of_a_new_configuration_are_no_keys(config: Path) -> None:
    alias = read(config, accessKey="YOUR-ACCESS-KEY-HERE", secretKey="YOUR-SECRET-KEY-HERE")
    assert not alias.changes.keys() & {"accesskey", "secretkey"}
    assert list_aliases() == []


def test_a_session_token_has_a_remark(config: Path) -> None:
    (remark,) = read(config, sessionToken="t").remarks
    assert remark.startswith("The alias's keys are temporary")


@pytest.mark.parametrize(
    ("value", "secret", "remarks"),
    [
        ("https://me:s/e@c+ret@minio.example:9000", "s/e@c+ret", 0),
        ("https://me:s/ecret:session@token@minio.example:9000", "s/ecret", 1),
    ],
)
def test_a_variable_takes_precedence_over_the_file(
    config: Path, monkeypatch: pytest.MonkeyPatch, value: str, secret: str, remarks: int
) -> None:
    monkeypatch.setenv("MC_HOST_work", value)
    alias = read(config, "work/images", url="https://other.example")
    assert alias.changes == READ | {"bucket": "images", "secretkey": Secret(secret)}
    assert len(alias.remarks) == remarks


def test_a_variable_that_is_no_address_is_named_without_its_value(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MC_HOST_env", "canary")
    assert list_aliases() == ["env"]
    with pytest.raises(FormatError, match="The variable MC_HOST_env: The URL must be https://HOST:PORT") as refusal:
        read_alias("env")
    assert "canary" not in str(refusal.value)
    assert not config.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"canary": ', r"config\.json, line 2: invalid JSON"),
        ("[1]", "is not an mc configuration"),
        ("[" * 100_000, "is not an mc configuration"),
        (
            '{"version": "9", "hosts": {}}',
            r'config\.json: The configuration is not version 10\. Run "mc alias list" once',
        ),
        ('{"version": "10", "aliases": [1]}', '"aliases" must be an object'),
        ('{"version": "10", "aliases": {"work": "canary"}}', "alias work: The alias must be an object"),
        ('{"version": "10", "aliases": {"work": {"url": 1}}}', 'alias work: "url" must be a quoted string'),
        ('{"version": "10", "aliases": {"work": {"url": "canary"}}}', "alias work: The URL must be https://HOST:PORT"),
        ('{"version": "10", "aliases": {"work": {"url": "https://me:canary@h"}}}', "The URL must be"),
    ],
)
def test_another_file_is_refused_without_a_quotation(config: Path, text: str, message: str) -> None:
    config.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=message) as refusal:
        read_alias("work")
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [("wrok", 'mc alias "wrok" not found. Available: work.'), ("", "Choose one of the mc aliases.")],
)
def test_an_unknown_alias_is_refused_with_the_names_that_exist(config: Path, name: str, message: str) -> None:
    with pytest.raises(FormatError) as refusal:
        read(config, name)
    assert str(refusal.value).startswith(message)


@pytest.mark.ci_server
def test_a_file_that_mc_has_written_is_read(config: Path) -> None:
    program = MC.require()
    alias = ["set", "work", "http://minio.example:9000", "mykey", 'se"cr/et+key', "--api", "S3v4", "--path", "on"]
    subprocess.run([program, "--config-dir", str(config.parent), "alias", *alias], capture_output=True, check=True)
    assert read_alias("work/images").changes == {
        "accesskey": "mykey",
        "secretkey": Secret('se"cr/et+key'),
        "regionendpoint": "http://minio.example:9000",
        "bucket": "images",
        "v4auth": True,
        "forcepathstyle": True,
    }
    assert "work" in list_aliases()
    assert not {"s3", "gcs", "local"} & set(list_aliases())  # those of every new configuration have no keys
