"""The storage in Quay's config.yaml."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.support.formats import FORMATS, MINIO, SPECIAL_TEXTS
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import Settings

QUAY = FORMATS["quay"]
CEPH = MINIO.replace({"registry": "quay", "regionendpoint": "http://rgw.example:8080", "secure": False})
AMAZON = Settings(
    registry="quay", bucket="images", region="eu-west-1", accesskey="me", secretkey=Secret("0123"), v4auth=True
).replace({"encrypt": True})
# As on docs.projectquay.io, "Storage object configuration fields"
CONFIG = """SERVER_HOSTNAME: quay.example
DISTRIBUTED_STORAGE_CONFIG:
  default:
    - RadosGWStorage
    - access_key: me
      secret_key: "0123"
      bucket_name: images
      hostname: rgw.example
      is_secure: false
      port: 8080
      storage_path: /datastorage/registry
DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS: []
DISTRIBUTED_STORAGE_PREFERENCE:
  - default
"""


# The constructors in storage/cloud.py of quay/quay at 523faf2f, with `s3_region` of the documentation. They return the
# endpoint, the bucket, both keys, the path and whether they ask for encryption.


def s3_storage(
    storage_path: str,
    s3_bucket: str,
    s3_access_key: str | None = None,
    s3_secret_key: str | None = None,
    host: str | None = None,
    port: int | None = None,
    endpoint_url: str | None = None,
    s3_region: str | None = None,
) -> tuple[object, ...]:
    del s3_region
    url = (endpoint_url or build_endpoint_url(host or "", port, is_secure=True)) if host or endpoint_url else None
    return url, s3_bucket, s3_access_key or None, s3_secret_key or None, storage_path, True


def rados_gw_storage(
    hostname: str,
    is_secure: bool,
    storage_path: str,
    access_key: str,
    secret_key: str,
    bucket_name: str,
    port: int | None = None,
) -> tuple[object, ...]:
    url = build_endpoint_url(hostname, port, is_secure=is_secure)
    return url, bucket_name, access_key, secret_key, storage_path, False


def build_endpoint_url(hostname: str, port: int | None, *, is_secure: bool) -> str:
    if not hostname.startswith("http://") and not hostname.startswith("https://"):
        hostname = f"https://{hostname}" if is_secure else f"http://{hostname}"
    if port and not hostname.rsplit(":", maxsplit=1)[-1].strip(" /").isdigit():
        hostname = f"{hostname}:{port}"
    return hostname


CLASSES: dict[str, Callable[..., tuple[object, ...]]] = {"S3Storage": s3_storage, "RadosGWStorage": rados_gw_storage}


def quay_has(settings: Settings) -> tuple[object, ...]:
    """What Quay's storage has of exported settings. A parameter that its constructor does not know is an error."""
    document: dict[str, Any] = yaml.safe_load(QUAY.write(settings).text)
    assert document["DISTRIBUTED_STORAGE_PREFERENCE"] == ["default"]
    kind, parameters = document["DISTRIBUTED_STORAGE_CONFIG"]["default"]
    inspect.signature(CLASSES[kind]).bind(**parameters)
    return CLASSES[kind](**parameters)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (CEPH, ("http://rgw.example:8080", "images", "me", "0123", "/", False)),
        (CEPH.replace({"encrypt": True}), ("http://rgw.example:8080", "images", "me", "0123", "/", True)),
        (AMAZON.replace({"rootdirectory": "/x"}), (None, "images", "me", "0123", "/x", True)),
        (AMAZON.replace({"accesskey": "", "secretkey": Secret()}), (None, "images", None, None, "/", True)),
    ],
)
def test_quay_has_the_settings(settings: Settings, expected: tuple[object, ...]) -> None:
    assert quay_has(settings) == expected


@pytest.mark.parametrize(
    "endpoint",
    [
        *("https://rgw.example", "https://rgw.example:443", "http://10.0.0.5:80", "http://[::1]:9000", "https://[::1]"),
        *("https://rgw.example/s3", "https://rgw.example:8443/s3"),
    ],
)
def test_quay_builds_the_same_endpoint(endpoint: str) -> None:
    settings = CEPH.replace({"regionendpoint": endpoint, "secure": endpoint.startswith("https")})
    assert quay_has(settings)[0] == endpoint
    assert QUAY.read(QUAY.write(settings).text).settings.regionendpoint == endpoint


@pytest.mark.parametrize("text", [text for text in SPECIAL_TEXTS if text])
@pytest.mark.parametrize("settings", [CEPH, AMAZON])
def test_special_characters_reach_quay(settings: Settings, text: str) -> None:
    found = quay_has(settings.replace({"accesskey": text, "secretkey": Secret(text), "rootdirectory": text}))
    assert set(found[2:5]) == {text}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"region": "eu-1"}, "Set AWS_DEFAULT_REGION=eu-1"),
        ({"storageclass": "REDUCED_REDUNDANCY"}, 'Quay does not support "storageclass"'),
        ({"v4auth": False}, '"v4auth: false" was omitted'),
        ({"encrypt": True}, "always requests AES256 encryption"),
        ({"registry": "distribution-3", "forcepathstyle": False}, 'Quay does not support "forcepathstyle"'),
        ({"useragent": "x"}, 'Quay does not support "useragent"'),
    ],
)
def test_what_quay_decides_itself_is_said(changes: dict[str, Any], sentence: str) -> None:
    assert any(sentence in remark for remark in QUAY.write(CEPH.replace(changes)).remarks)


def test_redirects_that_are_off_are_a_feature_of_quay() -> None:
    text = QUAY.write(CEPH.replace({"redirect": False})).text
    assert yaml.safe_load(text)["FEATURE_PROXY_STORAGE"] is True
    assert not QUAY.read(text).settings.redirect


# Reading


def test_the_example_of_the_documentation_is_read() -> None:
    assert detect(CONFIG) == "quay"
    imported = QUAY.read(CONFIG)
    settings = imported.settings
    assert (settings.registry, settings.region, settings.encrypt) == ("quay", "us-east-1", False)
    assert (settings.regionendpoint, settings.rootdirectory) == ("http://rgw.example:8080", "/datastorage/registry")
    assert "Quay uses its own S3 client" in imported.remarks[0]


@pytest.mark.parametrize(
    ("parameters", "endpoint"),
    [
        ("host: s3.eu-west-1.amazonaws.com", "https://s3.eu-west-1.amazonaws.com"),
        ("host: minio.example, port: '9000'", "https://minio.example:9000"),
        ("host: 'http://minio.example:9000/', port: 1", "http://minio.example:9000/"),
        ("host: x, endpoint_url: 'http://minio.example'", "http://minio.example"),
        ("s3_region: eu-west-1", ""),
    ],
)
def test_s3_storage_is_read(parameters: str, endpoint: str) -> None:
    storage = f"[S3Storage, {{s3_bucket: images, storage_path: /, {parameters}}}]"
    imported = QUAY.read(f"DISTRIBUTED_STORAGE_CONFIG: {{default: {storage}}}\n")
    settings = imported.settings
    assert (settings.bucket, [each for each in imported.remarks if "not supported" in each]) == ("images", [])
    assert (settings.regionendpoint, settings.encrypt, settings.rootdirectory) == (endpoint, True, "")


TWO = CONFIG.replace("  default:\n", "  local: [LocalStorage, {storage_path: /x}]\n  default:\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TWO, "The other storage locations were ignored: local"),
        (
            TWO.replace("  - default\n", "  - other\n"),
            "2 storage locations, but DISTRIBUTED_STORAGE_PREFERENCE contains none",
        ),
        ("SERVER_HOSTNAME: x\n", "no DISTRIBUTED_STORAGE_CONFIG"),
        (CONFIG.replace("RadosGWStorage", "AzureStorage"), "The storage engine is AzureStorage. Only these"),
        (CONFIG.replace("RadosGWStorage", "5"), "must be a list of a class and its parameters"),
        (CONFIG.replace("hostname: rgw.example", "hostname: 5"), '"hostname" must be a quoted string'),
        (CONFIG.replace("port: 8080", "port: canary"), '"port" must be a number'),
        (CONFIG.replace("port: 8080", "hostname2: canary"), '"hostname2" is not supported'),
        (CONFIG.replace("is_secure: false", "is_secure: 'no'"), '"is_secure" must be true or false'),
        (CONFIG.replace("port: 8080", "maximum_chunk_size_mb: 100"), '"maximum_chunk_size_mb" is not supported'),
        (CONFIG.replace("RadosGWStorage", "CloudFrontedS3Storage").replace("hostname", "host"), "CloudFront"),
    ],
)
def test_what_is_wrong_or_left_aside_is_said(text: str, sentence: str) -> None:
    try:
        said = " ".join(QUAY.read(text).remarks)
    except FormatError as error:
        said = str(error)
    assert sentence in said
    assert "canary" not in said


# Into a file


def test_a_file_with_one_key_gets_those_of_the_documentation_and_that_of_the_proxy() -> None:
    text = "SERVER_HOSTNAME: quay.example\nDISTRIBUTED_STORAGE_CONFIG: {}\n"
    merged = merge_into(text, QUAY, CEPH.replace({"redirect": False})).text
    assert yaml.safe_load(merged).keys() == {*yaml.safe_load(CONFIG), "FEATURE_PROXY_STORAGE"}


def test_the_preferred_storage_of_a_file_is_changed_and_others_stay() -> None:
    merged = merge_into(TWO, QUAY, CEPH.replace({"bucket": "new", "rootdirectory": "/datastorage/registry"}))
    assert merged.text == TWO.replace("bucket_name: images", 'bucket_name: "new"')


def test_another_class_has_its_own_parameters_alone() -> None:
    kind, parameters = yaml.safe_load(merge_into(CONFIG, QUAY, AMAZON).text)["DISTRIBUTED_STORAGE_CONFIG"]["default"]
    assert kind == "S3Storage"
    assert parameters.keys() == {"s3_bucket", "s3_region", "s3_access_key", "s3_secret_key", "storage_path"}


@pytest.mark.parametrize("others", ["", "      s3_bucket: old # ours\n"])
def test_a_parameter_behind_the_dash_is_removed(others: str) -> None:
    text = f"DISTRIBUTED_STORAGE_CONFIG:\n  a:\n    - S3Storage\n    - host: old\n{others}X: 1\n"
    after = merge_into(text, QUAY, AMAZON).text
    written = yaml.safe_load(QUAY.write(AMAZON).text)["DISTRIBUTED_STORAGE_CONFIG"]["default"]
    assert yaml.safe_load(after)["DISTRIBUTED_STORAGE_CONFIG"] == {"a": written}
    assert after.count("# ours\n") == others.count("# ours\n")


@pytest.mark.parametrize(
    "present",
    [
        "    - SwiftStorage\n    - swift_container: x\n      swift_password: canary\n",
        "    - CloudFrontedS3Storage\n    - {s3_bucket: b, cloudfront_key_id: canary}\n",
    ],
)
def test_a_parameter_of_another_class_does_not_stay_because_quay_would_not_start(present: str) -> None:
    merged = merge_into(f"DISTRIBUTED_STORAGE_CONFIG:\n  default: # ours\n{present}X: 1\n", QUAY, CEPH).text
    assert "canary" not in merged
    assert "  default: # ours\n" in merged
    written = yaml.safe_load(QUAY.write(CEPH).text)["DISTRIBUTED_STORAGE_CONFIG"]
    assert yaml.safe_load(merged)["DISTRIBUTED_STORAGE_CONFIG"] == written


def test_a_further_parameter_of_the_same_class_stays() -> None:
    text = (
        "DISTRIBUTED_STORAGE_CONFIG:\n  a:\n  - RadosGWStorage\n  - bucket_name: b\n    maximum_chunk_size_mb: 9 # k\n"
    )
    assert "    maximum_chunk_size_mb: 9 # k\n" in merge_into(text, QUAY, CEPH).text
    as_json = json.dumps(yaml.safe_load(text))
    parameters = json.loads(merge_into(as_json, QUAY, CEPH).text)["DISTRIBUTED_STORAGE_CONFIG"]["a"][1]
    assert (parameters["bucket_name"], parameters["maximum_chunk_size_mb"]) == (CEPH.bucket, 9)
