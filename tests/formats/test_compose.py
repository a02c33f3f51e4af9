"""A registry in a Docker Compose file."""

from __future__ import annotations

import pytest
import yaml

from tests.support.formats import FORMATS, MINIO
from wizard.formats.detect import detect
from wizard.formats.format import FormatError, Given
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


@pytest.mark.parametrize("value", ["[canary]", "2026-11-24"])
def test_a_variable_without_a_plain_value_is_refused(value: str) -> None:
    with pytest.raises(FormatError, match="REGISTRY_STORAGE_S3_KEYID must have a plain value"):
        read(f"{{REGISTRY_STORAGE_S3_KEYID: {value}}}")


def test_a_variable_twice_is_refused() -> None:
    with pytest.raises(FormatError, match="REGISTRY_STORAGE appears twice"):
        read("[REGISTRY_STORAGE=s3, REGISTRY_STORAGE=filesystem]")


def test_a_list_of_other_values_than_texts_is_refused() -> None:
    with pytest.raises(FormatError, match='"environment" must be a list of quoted NAME=VALUE strings'):
        read("[{REGISTRY_STORAGE: s3}]")


def test_a_doubled_dollar_sign_is_read_as_one() -> None:
    assert read("{REGISTRY_STORAGE_S3_BUCKET: b, REGISTRY_STORAGE_S3_KEYID: 'a$$$$b'}").keyid == "a$$b"


@pytest.mark.parametrize("value", ["${}", "a${KEY", "${1}", "${KEY!x}"])
def test_a_dollar_sign_that_compose_refuses_is_refused(value: str) -> None:
    with pytest.raises(FormatError, match=r'^REGISTRY_STORAGE_S3_KEYID: .*Write "\$\$" for a dollar sign'):
        read(f"{{REGISTRY_STORAGE_S3_BUCKET: b, REGISTRY_STORAGE_S3_KEYID: '{value}'}}")


def test_a_variable_in_another_setting_does_not_matter() -> None:
    text = "services: {r: {environment: {REGISTRY_STORAGE_S3_BUCKET: b, REGISTRY_HTTP_SECRET: $SECRET, PATH: '${'}}}"
    assert COMPOSE.read(text).remarks == ()


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


# Several services

_MIRROR = "{REGISTRY_PROXY_REMOTEURL: https://hub, REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: /m}"


def test_two_services_with_different_storage_are_refused_by_name() -> None:
    services = "".join(f"  {name}: {{environment: {{REGISTRY_STORAGE_S3_BUCKET: canary-{name}}}}}\n" for name in "ab")
    with pytest.raises(FormatError) as refusal:
        COMPOSE.read(f"services:\n{services}")
    assert "Several services set REGISTRY_STORAGE… to different values: a, b." in str(refusal.value)
    assert "docker compose config SERVICE | storage-wizard import -" in str(refusal.value)
    assert "canary" not in str(refusal.value)


def test_two_services_with_the_same_storage_are_one() -> None:
    text = "services:\n  a: {environment: &e {REGISTRY_STORAGE_S3_BUCKET: b}}\n  c: {environment: *e}\n"
    assert COMPOSE.read(text).settings.bucket == "b"


def test_the_same_variables_for_two_versions_are_two_storages() -> None:
    service = "image: 'registry:{}', environment: {{REGISTRY_STORAGE_S3_BUCKET: b}}"
    text = f"services: {{a: {{{service.format(2)}}}, b: {{{service.format(3)}}}}}"
    with pytest.raises(FormatError, match="to different values: a, b"):
        COMPOSE.read(text)


@pytest.mark.parametrize(
    "other",
    [
        "{REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR: inmemory}",
        "{REGISTRY_STORAGE_DELETE_ENABLED: 'true'}",
        "{REGISTRY_PROXY_REMOTEURL: https://hub}",
        "{REGISTRY_HTTP_ADDR: ':5000'}",
    ],
)
def test_a_service_without_a_driver_does_not_count(other: str) -> None:
    text = f"services: {{a: {{environment: {other}}}, b: {{environment: {{REGISTRY_STORAGE_S3_BUCKET: b}}}}}}"
    assert COMPOSE.read(text).settings.bucket == "b"
    with pytest.raises(FormatError, match="No service sets"):
        COMPOSE.read(f"services: {{a: {{environment: {other}}}}}")


def test_a_mirror_beside_a_registry_is_left_aside() -> None:
    text = f"services: {{m: {{environment: {_MIRROR}}}, r: {{environment: {{REGISTRY_STORAGE_S3_BUCKET: b}}}}}}"
    imported = COMPOSE.read(text)
    assert imported.settings.bucket == "b"
    assert imported.remarks == ("Ignored because it only mirrors another registry: m.",)


def test_a_mirror_alone_is_read() -> None:
    imported = COMPOSE.read(f"services: {{m: {{environment: {_MIRROR}}}}}")
    assert imported.settings.rootdirectory == "/m"
    assert imported.remarks == ()


# Compose v1


def test_services_at_the_top_are_read() -> None:
    text = "registry:\n  image: registry:2\n  environment:\n    - REGISTRY_STORAGE_S3_BUCKET=b\ndb: {build: .}\n"
    assert detect(text) == "compose"
    assert COMPOSE.read(text).settings.bucket == "b"


def test_a_mapping_of_other_things_is_no_compose_file() -> None:
    assert not COMPOSE.recognizes(Given("", ({"registry": {"image": {"repository": "x"}}},)))
    assert not COMPOSE.recognizes(Given("", ({"registry": {"image": "x"}, "persistence": {"enabled": True}},)))
