"""The storage of Harbor's harbor.yml."""

from __future__ import annotations

import yaml

from tests.support.formats import FORMATS, MINIO

HARBOR = FORMATS["harbor"]


def test_a_value_still_has_its_quotes_when_harbor_inserts_it() -> None:
    s3 = yaml.safe_load(HARBOR.write(MINIO).text)["storage_service"]["s3"]
    inserted = yaml.safe_load("\n".join(f"{name}: {value}" for name, value in s3.items()))
    assert inserted["secretkey"] == "0123"


def test_the_first_driver_that_is_not_empty_is_read() -> None:
    text = "storage_service: {filesystem: {}, gcs: ~, s3: {bucket: b}, swift: {x: 1}}"
    assert HARBOR.read(text).settings.bucket == "b"


def test_a_ca_bundle_is_ignored_with_a_remark() -> None:
    imported = HARBOR.read("storage_service: {ca_bundle: /ca.crt, s3: {bucket: b}, redirect: {disable: true}}")
    assert imported.remarks == ("`ca_bundle` was left aside: trust that CA here.",)
    assert imported.settings.redirect is False
