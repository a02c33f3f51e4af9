"""The rules about settings whose value is one of a list."""

from __future__ import annotations

import pytest

from tests.support.rules import AMAZON, MINIO, assert_accepts, assert_reports
from wizard.catalog.providers import providers
from wizard.catalog.registries import ACLS, REGISTRIES
from wizard.model.findings import Severity
from wizard.rules.choices import registry_and_provider, storage_class_and_acl


def test_every_registry_and_provider_of_the_catalog_is_accepted() -> None:
    for registry in REGISTRIES:
        assert_accepts(registry_and_provider, AMAZON, registry=registry)
    for provider in providers():
        assert_accepts(registry_and_provider, AMAZON, provider=provider)


@pytest.mark.parametrize(
    ("name", "similar"),
    [("distribution3", "distribution-3"), ("Harbor", "harbor"), ("MSR 4", "harbor"), ("nexus", ""), ("", "")],
)
def test_an_unknown_registry_is_reported(name: str, similar: str) -> None:
    fix = {"registry": similar} if similar else None
    text = f'Unknown registry "{name}". Choose from dtr, harbor,'
    assert_reports(registry_and_provider, AMAZON.replace({"registry": name}), "registry", text, fix)


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("minoi", "minio"),
        ("wasabi2", "wasabi"),
        ("Aliyun", "alibaba"),  # another name of it
        ("dropbox", ""),
    ],
)
def test_an_unknown_provider_is_reported(name: str, similar: str) -> None:
    fix = {"provider": similar} if similar else None
    text = f'Unknown store "{name}". Choose from aws, minio, other and so on.'
    assert_reports(registry_and_provider, MINIO.replace({"provider": name}), "provider", text, fix)


def test_a_store_that_cannot_serve_a_registry_is_no_provider() -> None:
    text = "Azure Blob Storage does not support S3. Use the registry's azure driver."
    assert_reports(registry_and_provider, MINIO.replace({"provider": "azure"}), "provider", text)


def test_every_storage_class_of_each_registry_is_accepted() -> None:
    for registry in REGISTRIES.values():
        for word in set(registry.storage_classes) - registry.newer_storage_classes.keys():
            assert_accepts(storage_class_and_acl, AMAZON, registry=registry.id, storageclass=word)


def test_every_acl_of_the_driver_is_accepted() -> None:
    for word in ACLS:
        assert_accepts(storage_class_and_acl, AMAZON, objectacl=word)


@pytest.mark.parametrize(
    ("registry", "word", "suggested"),
    [
        ("dtr", "", "STANDARD"),
        ("distribution-3", "DEEP_ARCHIVE", "STANDARD"),
        ("dtr", "STANDARD_IA", "STANDARD"),  # only the 3.x line has it
        ("distribution-2", "GLACIER_IR", "STANDARD"),
        ("openshift", "GLACIER", "STANDARD"),  # its operator has no setting for it
    ],
)
def test_an_unknown_storage_class_is_reported(registry: str, word: str, suggested: str) -> None:
    text = f'{REGISTRIES[registry].title} doesn\'t support "{word}". Most setups use STANDARD.'
    settings = AMAZON.replace({"registry": registry, "storageclass": word})
    assert_reports(storage_class_and_acl, settings, "storageclass", text, {"storageclass": suggested})


@pytest.mark.parametrize(
    ("registry", "word"),
    [("dtr", "standard"), ("harbor", "reduced_redundancy"), ("distribution-3", "Glacier_IR"), ("gitlab", "none")],
)
def test_a_storage_class_in_small_letters_is_accepted(registry: str, word: str) -> None:
    assert_accepts(storage_class_and_acl, AMAZON, registry=registry, storageclass=word)


def test_a_storage_class_of_the_newest_releases_is_a_warning() -> None:
    settings = AMAZON.replace({"registry": "distribution-3", "storageclass": "express_onezone"})
    text = "EXPRESS_ONEZONE needs Distribution 3.1.1 or later; older releases don't start with it."
    assert_reports(storage_class_and_acl, settings, "storageclass", text, severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("registry", "word", "suggested"),
    [("gitlab", "none", "private"), ("gitlab", "Public-Read", "public-read"), ("openshift", "public-read", "private")],
)
def test_an_unknown_acl_is_reported(registry: str, word: str, suggested: str) -> None:
    text = f'{REGISTRIES[registry].title} doesn\'t support "{word}". Most setups use private.'
    settings = AMAZON.replace({"registry": registry, "objectacl": word})
    assert_reports(storage_class_and_acl, settings, "objectacl", text, {"objectacl": suggested})
