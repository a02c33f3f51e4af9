"""A registry in a Docker Compose file."""

from __future__ import annotations

import pytest
import yaml

from tests.support.formats import FORMATS, MINIO
from wizard.formats.format import FormatError
from wizard.model.secret import Secret
from wizard.model.settings import Settings

COMPOSE = FORMATS["compose"]


def read(environment: str) -> Settings:
    return COMPOSE.read(f"services:\n  other: {{image: x}}\n  registry:\n    environment: {environment}\n").settings


def test_dollar_signs_are_doubled_so_that_compose_does_not_replace_them() -> None:
    document = yaml.safe_load(COMPOSE.write(MINIO.replace({"secretkey": Secret("a$HOME")})).text)
    environment = document["services"]["registry"]["environment"]
    assert environment["REGISTRY_STORAGE_S3_SECRETKEY"] == '"a$$HOME"'
    assert all(isinstance(value, str) for value in environment.values())


@pytest.mark.parametrize(("registry", "image"), [("harbor", "registry:2"), ("distribution-3", "registry:3")])
def test_the_image_is_of_the_version_that_the_settings_are_for(registry: str, image: str) -> None:
    document = yaml.safe_load(COMPOSE.write(MINIO.replace({"registry": registry})).text)
    assert document["services"]["registry"]["image"] == image


def test_only_the_2_line_has_a_remark_about_path_style() -> None:
    without_endpoint = MINIO.replace({"registry": "distribution-3", "forcepathstyle": True})
    assert COMPOSE.write(without_endpoint).remarks == ()


def test_variables_in_a_list_are_read() -> None:
    assert read("[REGISTRY_STORAGE=s3, REGISTRY_STORAGE_S3_BUCKET=images]").bucket == "images"


def test_values_that_are_no_strings_are_read_as_compose_converts_them() -> None:
    settings = read(
        "{REGISTRY_STORAGE_S3_BUCKET: images, REGISTRY_STORAGE_S3_SECURE: false, REGISTRY_STORAGE_S3_ENCRYPT: true,"
        " REGISTRY_STORAGE_S3_CHUNKSIZE: 5242880, REGISTRY_STORAGE_S3_KEYID: ''}"
    )
    assert (settings.secure, settings.encrypt, settings.chunksize, settings.keyid) == (False, True, 5242880, "")


@pytest.mark.parametrize(
    "environment",
    [
        "{REGISTRY_STORAGE_S3_KEYID: }",
        "[REGISTRY_STORAGE=s3, REGISTRY_STORAGE_S3_KEYID]",
        "{REGISTRY_STORAGE_S3_KEYID: [canary]}",
        "{REGISTRY_STORAGE_S3_KEYID: 2026-11-24}",
    ],
)
def test_a_variable_without_a_plain_value_is_refused(environment: str) -> None:
    with pytest.raises(FormatError, match="REGISTRY_STORAGE_S3_KEYID has no plain value"):
        read(environment)


def test_a_variable_twice_is_refused() -> None:
    with pytest.raises(FormatError, match="REGISTRY_STORAGE is there twice"):
        read("[REGISTRY_STORAGE=s3, REGISTRY_STORAGE=filesystem]")


def test_a_list_of_other_values_than_texts_is_refused() -> None:
    with pytest.raises(FormatError, match="`environment` should be a list of NAME=VALUE"):
        read("[{REGISTRY_STORAGE: s3}]")


def test_a_file_of_variables_has_a_remark() -> None:
    text = "services: {registry: {env_file: x.env, environment: {REGISTRY_STORAGE_S3_BUCKET: b}}}"
    (remark,) = FORMATS["compose"].read(text).remarks
    assert remark.startswith("`env_file` was not read")


def test_a_doubled_dollar_sign_is_read_as_one() -> None:
    assert read("{REGISTRY_STORAGE_S3_BUCKET: b, REGISTRY_STORAGE_S3_KEYID: 'a$$$$b'}").keyid == "a$$b"


@pytest.mark.parametrize("value", ["$KEY", "${KEY}", "a$KEY", "$$$KEY"])
def test_a_value_from_a_variable_is_refused(value: str) -> None:
    with pytest.raises(FormatError, match="REGISTRY_STORAGE_S3_KEYID takes its value from a variable"):
        read(f"{{REGISTRY_STORAGE_S3_BUCKET: b, REGISTRY_STORAGE_S3_KEYID: '{value}'}}")


def test_a_variable_in_another_setting_does_not_matter() -> None:
    assert read("{REGISTRY_STORAGE_S3_BUCKET: b, REGISTRY_HTTP_SECRET: $SECRET}").bucket == "b"


def test_several_registries_in_a_file_are_refused() -> None:
    service = "{environment: {REGISTRY_STORAGE: s3}}"
    with pytest.raises(FormatError, match="several services set REGISTRY_STORAGE"):
        COMPOSE.read(f"services: {{a: {service}, b: {service}}}")


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("registry:3", "distribution-3"),
        ("docker.io/library/registry:3.1.1", "distribution-3"),
        ("mirror.example:5000/distribution/distribution:3.0.0@sha256:0", "distribution-3"),
        ("registry:2.8.3", "distribution-2"),
        ("registry:2", "distribution-2"),
        ("registry:latest", "distribution-2"),  # nothing names a version, and no variable is one of 3.x
        ("example.com/my-registry:3", "distribution-2"),
        ("registry:30", "distribution-2"),
    ],
)
def test_the_tag_of_the_image_says_which_registry_reads_the_variables(image: str, registry: str) -> None:
    environment = "{REGISTRY_STORAGE: s3, REGISTRY_STORAGE_S3_BUCKET: images, REGISTRY_STORAGE_S3_REGION: r}"
    text = f"services:\n  registry:\n    image: {image}\n    environment: {environment}\n"
    assert COMPOSE.read(text).settings.registry == registry


def test_the_tag_counts_for_more_than_a_variable_of_another_version() -> None:
    environment = "{REGISTRY_STORAGE_S3_BUCKET: images, REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'true'}"
    imported = COMPOSE.read(f"services:\n  registry:\n    image: registry:2.8.3\n    environment: {environment}\n")
    assert imported.settings.registry == "distribution-2"
    assert any("forcepathstyle" in remark for remark in imported.remarks)
