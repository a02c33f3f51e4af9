"""The store of a source replaces the one of the settings file: endpoint and keys never come from two places."""

from __future__ import annotations

import itertools

import pytest

from tests.support.formats import FOLDER
from wizard.formats.sources.source import PartialSettings
from wizard.formats.sources.store import replace_store
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value

MINIO = Settings(
    registry="distribution-3",
    provider="minio",
    bucket="images",
    rootdirectory="/registry",
    accesskey="OLD",
    secretkey=Secret("old"),
    regionendpoint="http://minio:9000",
    secure=False,
    skipverify=True,
    forcepathstyle=True,
    storageclass="NONE",
    redirect=False,
)
KEYS: dict[str, Value] = {"accesskey": "NEW", "secretkey": Secret("new")}
ENDPOINT: dict[str, Value] = {"regionendpoint": "https://ceph.example"}


@pytest.mark.parametrize("changes", [{}, KEYS, ENDPOINT, KEYS | ENDPOINT], ids=["none", "keys", "endpoint", "both"])
def test_endpoint_and_keys_are_those_of_the_source(changes: dict[str, Value]) -> None:
    settings = replace_store(MINIO, PartialSettings(changes)).settings
    assert settings.regionendpoint == changes.get("regionendpoint", "")
    assert (settings.accesskey, settings.secretkey) == (
        changes.get("accesskey", ""),
        changes.get("secretkey", Secret()),
    )


def test_nothing_else_of_the_former_store_stays() -> None:
    settings = replace_store(MINIO, PartialSettings(KEYS)).settings
    assert settings == Settings(
        registry="distribution-3",
        provider="aws",
        bucket="images",
        rootdirectory="/registry",
        accesskey="NEW",
        secretkey=Secret("new"),
        v4auth=True,
        redirect=False,
    )


def test_parameters_of_the_registry_s_own_stay_and_those_of_the_store_are_dropped() -> None:
    previous = MINIO.replace({"useragent": "me", "loglevel": "debug", "accelerate": True, "usedualstack": True})
    imported = replace_store(previous, PartialSettings(KEYS))
    assert dict(imported.settings.further) == {"useragent": "me", "loglevel": "debug"}
    assert "accelerate, usedualstack" in imported.remarks[0]
    same_store = PartialSettings(KEYS | {"regionendpoint": MINIO.regionendpoint})
    assert replace_store(previous, same_store).settings.further == previous.further


def test_what_was_dropped_is_named_without_values() -> None:
    remarks = replace_store(MINIO, PartialSettings(KEYS, ("First.",))).remarks
    assert remarks == (
        "First.",
        "The settings file used a different store. Removed with it: regionendpoint, secure, skipverify, "
        "forcepathstyle, storageclass.",
        "Replaced with values from the source: accesskey, secretkey.",
        '"bucket" is unchanged from the settings file. Check that this store has a bucket with that name.',
    )


def test_with_the_same_endpoint_only_the_keys_are_replaced() -> None:
    endpoint: dict[str, Value] = {"regionendpoint": MINIO.regionendpoint}
    imported = replace_store(MINIO, PartialSettings(KEYS | endpoint))
    assert imported.settings == MINIO.replace(KEYS)
    assert imported.remarks == ("Replaced with values from the source: accesskey, secretkey.",)
    without_keys = replace_store(MINIO, PartialSettings(endpoint)).settings
    assert without_keys == MINIO.replace({"accesskey": "", "secretkey": Secret()})


def test_a_bucket_of_the_source_has_no_remark() -> None:
    imported = replace_store(MINIO, PartialSettings(KEYS | {"bucket": "other"}))
    assert imported.settings.bucket == "other"
    assert not any('"bucket"' in remark for remark in imported.remarks)


@pytest.mark.parametrize("previous", [None, FOLDER.replace({"registry": "harbor"})], ids=["no file", "a folder"])
def test_without_a_store_before_nothing_is_dropped(previous: Settings | None) -> None:
    imported = replace_store(previous, PartialSettings(KEYS))
    assert imported.settings.registry == (previous.registry if previous else "dtr")
    assert (imported.settings.provider, imported.settings.rootdirectory) == ("aws", "")
    assert imported.remarks == ()


def test_no_setting_of_a_former_store_comes_back() -> None:
    """A switch from one store to another and back is as good as a new file."""
    for first, second in itertools.permutations((KEYS, ENDPOINT | KEYS), 2):
        both = replace_store(replace_store(None, PartialSettings(first)).settings, PartialSettings(second)).settings
        assert both == replace_store(None, PartialSettings(second)).settings


def test_the_preset_that_the_source_names_is_used() -> None:
    settings = replace_store(None, PartialSettings(ENDPOINT, provider="wasabi")).settings
    assert (settings.provider, settings.regionendpoint, settings.forcepathstyle) == (
        "wasabi",
        "https://ceph.example",
        True,
    )


def test_a_region_that_only_the_endpoint_names_is_set() -> None:
    endpoint: dict[str, Value] = {"regionendpoint": "https://s3.eu-central-1.wasabisys.com"}
    assert replace_store(None, PartialSettings(endpoint)).settings.region == "eu-central-1"
    named = replace_store(None, PartialSettings(endpoint | {"region": "us-east-1"})).settings
    assert named.region == "us-east-1"
