"""The `storage` section of a registry's configuration."""

from __future__ import annotations

import pytest

from tests.support.formats import FOLDER, MINIO
from wizard.formats import storage_section
from wizard.formats.format import FormatError
from wizard.model.settings import Settings


def read(section: object) -> Settings:
    return storage_section.read(section, "distribution-3").settings


def test_s3_is_written_with_delete_enabled() -> None:
    section = storage_section.write(MINIO)
    assert set(section) == {"s3", "delete"}
    assert section["delete"] == {"enabled": True}


def test_a_folder_is_a_driver_without_redirects() -> None:
    section = storage_section.write(FOLDER.replace({"redirect": False}))
    assert section == {"filesystem": {"rootdirectory": "/srv/images: 1"}, "delete": {"enabled": True}}


def test_redirects_are_written_if_they_are_off() -> None:
    assert storage_section.write(MINIO.replace({"redirect": False}))["redirect"] == {"disable": True}


@pytest.mark.parametrize("driver", ["s3", "s3aws", "s3_v2"])
def test_every_name_of_the_s3_driver_is_read(driver: str) -> None:
    assert read({driver: {"bucket": "images"}, "cache": {}, "maintenance": None, "tag": {}}).bucket == "images"


def test_a_folder_without_a_path_is_the_default_of_the_driver() -> None:
    assert read("filesystem").rootdirectory == "/var/lib/registry"
    assert read({"filesystem": None}).rootdirectory == "/var/lib/registry"
    assert read({"filesystem": {"rootdirectory": "/srv"}}).rootdirectory == "/srv"


@pytest.mark.parametrize(
    ("redirect", "expected"), [({"disable": True}, False), ({"disable": False}, True), ({}, True), (None, True)]
)
def test_redirects_are_read(redirect: object, expected: bool) -> None:
    assert read({"s3": {}, "redirect": redirect}).redirect is expected


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        (None, "no driver"),
        ({"cache": {}}, "no driver"),
        ({"s3": {}, "gcs": {}}, "several drivers: s3, gcs"),
        ({"oss": {}}, 'The storage driver is "oss". Only s3 and filesystem can be imported.'),
        ({"s3": []}, '"s3" must contain names with values'),
        ({"s3": {}, "redirect": {"disable": None}}, '"disable" must be true or false'),
        ({"s3": {}, "redirect": 5}, '"redirect" must contain names with values'),
        ({"filesystem": {"rootdirectory": 1.5}}, '"rootdirectory" must be a quoted string'),
    ],
)
def test_another_section_is_refused(section: object, sentence: str) -> None:
    with pytest.raises(FormatError) as refusal:
        read(section)
    assert sentence in str(refusal.value)
