"""The configuration of Distribution."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.support.formats import FORMATS, MINIO, SPECIAL_TEXTS
from wizard.model.secret import Secret
from wizard.model.settings import Settings


def written_storage(settings: Settings) -> Any:
    """The storage section that version 2 reads, parsed by PyYAML."""
    return yaml.safe_load(FORMATS["distribution-2"].write(settings).text)["storage"]


def test_the_configuration_is_complete_enough_to_start_from() -> None:
    document = yaml.safe_load(FORMATS["distribution-2"].write(MINIO).text)
    assert (document["version"], document["http"]) == (0.1, {"addr": ":5000"})


def test_version_3_always_states_path_style() -> None:
    text = FORMATS["distribution-3"].write(MINIO.replace({"registry": "distribution-3"})).text
    assert "forcepathstyle: false" in text


def test_version_2_ignores_path_style_with_a_remark() -> None:
    imported = FORMATS["distribution-2"].read("storage: {s3: {bucket: b, forcepathstyle: true}}")
    assert imported.settings.forcepathstyle is False
    assert imported.remarks == ('"forcepathstyle" is not supported and was ignored.',)


def test_defaults_of_the_driver_are_left_out() -> None:
    endpoint = MINIO.replace({"regionendpoint": "https://minio.example:9000"})
    parameters = {"region", "bucket", "accesskey", "secretkey", "regionendpoint", "secure", "v4auth", "skipverify"}
    assert set(written_storage(endpoint)["s3"]) == parameters
    assert set(written_storage(endpoint)) == {"s3", "delete"}


def test_blank_keys_are_left_out_so_that_the_registry_uses_its_role() -> None:
    parameters = written_storage(MINIO.replace({"accesskey": "", "secretkey": Secret()}))["s3"]
    assert not {"accesskey", "secretkey"} & set(parameters)


def test_redirects_that_are_off_are_outside_of_the_driver() -> None:
    assert written_storage(MINIO.replace({"redirect": False}))["redirect"] == {"disable": True}


def test_values_have_their_types() -> None:
    parameters = written_storage(MINIO.replace({"chunksize": 20 << 20, "encrypt": True, "objectacl": "public-read"}))
    assert [parameters["s3"][name] for name in ("chunksize", "encrypt", "objectacl")] == [20 << 20, True, "public-read"]


def test_a_local_folder_is_a_driver_of_its_own() -> None:
    section = written_storage(Settings(provider="filesystem", rootdirectory="/var/lib/registry"))
    assert section["filesystem"] == {"rootdirectory": "/var/lib/registry"}
    assert "s3" not in section


@pytest.mark.parametrize("text", [text for text in SPECIAL_TEXTS if text])
def test_a_special_text_is_a_string_to_another_yaml_parser(text: str) -> None:
    parameters = written_storage(MINIO.replace({"secretkey": Secret(text), "rootdirectory": text}))["s3"]
    assert (parameters["secretkey"], parameters["rootdirectory"]) == (text, text)


@pytest.mark.parametrize("name", ["distribution-2", "distribution-3"])
def test_a_middleware_that_changes_the_way_of_pulls_has_a_remark(name: str) -> None:
    middleware = "middleware: {storage: [{name: cloudfront, options: {baseurl: https://cdn.test}}]}\n"
    imported = FORMATS[name].read(f"version: 0.1\nstorage: {{s3: {{bucket: b, region: r}}}}\n{middleware}")
    assert any("(cloudfront) was ignored: pulls use it" in remark for remark in imported.remarks)
