"""The storage of Harbor's harbor.yml."""

from __future__ import annotations

import pytest
import yaml

from tests.support.formats import FORMATS, MINIO
from wizard.formats.detect import detect
from wizard.formats.format import FormatError

HARBOR = FORMATS["harbor"]


def test_a_value_still_has_its_quotes_when_harbor_inserts_it() -> None:
    s3 = yaml.safe_load(HARBOR.write(MINIO).text)["storage_service"]["s3"]
    inserted = yaml.safe_load("\n".join(f"{name}: {value}" for name, value in s3.items()))
    assert inserted["secretkey"] == "0123"


def test_the_first_driver_that_is_not_empty_is_read() -> None:
    text = "storage_service: {filesystem: {}, gcs: ~, s3: {bucket: b}, swift: {x: 1}}"
    assert HARBOR.read(text).settings.bucket == "b"


@pytest.mark.parametrize("name", ["harbor", "harbor-helm"])
def test_a_text_that_harbor_makes_a_number_of_needs_more_quotes(name: str) -> None:
    text = FORMATS[name].write(MINIO.replace({"bucket": "images"})).text.replace('"images"', '"0123"')
    with pytest.raises(FormatError, match='"bucket" is not a string after Harbor renders it'):
        FORMATS[name].read(text)


def test_a_key_that_ends_at_a_comment_once_harbor_inserts_it_has_a_remark() -> None:
    remarks = HARBOR.read("storage_service: {s3: {bucket: b, secretkey: 'canary #2'}}").remarks
    assert remarks == ('"secretkey" is cut off at " #": Harbor removes the quotes. Put quotes inside them.',)


_OTHERS = ("azure", "gcs", "swift", "oss")


@pytest.mark.parametrize("other", _OTHERS)
@pytest.mark.parametrize("driver", ["filesystem", "s3"])
def test_of_two_drivers_the_first_in_the_order_of_prepare_is_read(driver: str, other: str) -> None:
    """The order in make/photon/prepare/utils/configs.py, and not the one in the file."""
    order = ["filesystem", "azure", "gcs", "s3", "swift", "oss"]
    for first, second in ((driver, other), (other, driver)):
        text = f"storage_service: {{{first}: {{rootdirectory: /x}}, {second}: {{rootdirectory: /x}}}}"
        if order.index(driver) < order.index(other):
            assert HARBOR.read(text).settings.rootdirectory == "/x"
        else:
            with pytest.raises(FormatError, match=f'"{other}"'):
                HARBOR.read(text)


@pytest.mark.parametrize("more", ["", "storage_service:\n", "storage_service: {}\n"])
def test_a_file_as_it_comes_has_the_folder_in_the_data_volume(more: str) -> None:
    text = f"hostname: h\nharbor_admin_password: x\ndata_volume: /data\n{more}"
    assert detect(text) == "harbor"
    imported = HARBOR.read(text)
    assert (imported.settings.registry, imported.settings.type) == ("harbor", "filesystem")
    assert imported.settings.rootdirectory == "/storage"
    assert imported.remarks == ("harbor.yml has no storage_service, so Harbor keeps images in its data_volume.",)


def test_a_folder_comes_before_s3() -> None:
    text = "storage_service: {s3: {bucket: b}, filesystem: {rootdirectory: /x}}"
    assert HARBOR.read(text).settings.type == "filesystem"


def test_a_ca_bundle_is_ignored_with_a_remark() -> None:
    imported = HARBOR.read("storage_service: {ca_bundle: /ca.crt, s3: {bucket: b}, redirect: {disable: true}}")
    assert imported.remarks == ('"ca_bundle" was ignored. Install that CA on this machine.',)
    assert imported.settings.redirect is False


def test_the_default_folder_is_harbors() -> None:
    text = "hostname: h\nstorage_service: {filesystem: {maxthreads: 100}}\n"
    assert HARBOR.read(text).settings.rootdirectory == "/storage"


@pytest.mark.parametrize("name", ["disable", "disabled"])
@pytest.mark.parametrize(("value", "disabled"), [("true", True), ("false", False), ("'true'", True)])
def test_both_spellings_of_redirects_that_are_off_are_read(name: str, value: str, disabled: bool) -> None:
    """Harbor inserts the value without its quotes."""
    text = f"storage_service: {{s3: {{bucket: b, region: r}}, redirect: {{{name}: {value}}}}}\n"
    assert HARBOR.read(text).settings.redirect is not disabled


def test_the_older_spelling_is_named_where_redirects_are_off() -> None:
    assert any("{disabled: true}" in remark for remark in HARBOR.write(MINIO.replace({"redirect": False})).remarks)
    assert not any("{disabled: true}" in remark for remark in HARBOR.write(MINIO).remarks)
