"""The Config of OpenShift's image registry, and the Secret with its keys."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
import yaml

from tests.formats.test_kubernetes_reader import decode
from tests.support.formats import FORMATS, MINIO, SPECIAL_TEXTS
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.formats.yaml_splice import merge_into, with_kept_parameters
from wizard.model.secret import Secret
from wizard.model.settings import MIB, Settings

OPENSHIFT = FORMATS["openshift"]
AMAZON = Settings(registry="distribution-3", bucket="images", region="eu-west-1", v4auth=True)
CEPH = MINIO.replace({"registry": "distribution-3", "regionendpoint": "https://rgw.example", "forcepathstyle": True})

# The schema of `spec`, as far as it is about storage: imageregistry/v1/zz_generated.crd-manifests/00_configs.crd.yaml
# of openshift/api at c763669d; `chunkSizeMiB` from imageregistry/v1/tests/…/ChunkSizeMiB.yaml at 0a2abb2b.
SPEC: dict[str, type] = {"managementState": str, "replicas": int, "disableRedirect": bool, "storage": dict}
REQUIRED = {"replicas"}
STORAGE: dict[str, type] = {"managementState": str, "s3": dict}
S3: dict[str, type] = {
    **dict.fromkeys(["bucket", "region", "regionEndpoint", "keyID"], str),
    **dict.fromkeys(["encrypt", "virtualHostedStyle"], bool),
    "chunkSizeMiB": int,
    "trustedCA": dict,
    "cloudFront": dict,
}

CONFIG = """apiVersion: imageregistry.operator.openshift.io/v1
kind: Config
metadata: {name: cluster}
spec:
  managementState: Managed
  replicas: 2
  storage:
    managementState: Unmanaged
    s3:
      bucket: images
      region: us-east-1
      regionEndpoint: https://rgw.example
"""
SECRET = """---
apiVersion: v1
kind: Secret
metadata: {name: image-registry-private-configuration-user, namespace: openshift-image-registry}
data:
  REGISTRY_STORAGE_S3_ACCESSKEY: bWU=
stringData:
  REGISTRY_STORAGE_S3_SECRETKEY: "0123"
"""


def config_of(settings: Settings) -> dict[str, Any]:
    config: dict[str, Any] = next(yaml.safe_load_all(OPENSHIFT.write(settings).text))
    return config


def require_schema(value: dict[str, Any], schema: dict[str, type]) -> None:
    assert value.keys() <= schema.keys()
    assert {name: type(each) for name, each in value.items()} == {name: schema[name] for name in value}


@pytest.mark.parametrize(
    "settings", [AMAZON, CEPH, CEPH.replace({"encrypt": True, "keyid": "k", "chunksize": 64 * MIB, "redirect": False})]
)
def test_the_config_fits_the_schema(settings: Settings) -> None:
    config = config_of(settings)
    assert (config["apiVersion"], config["kind"]) == ("imageregistry.operator.openshift.io/v1", "Config")
    assert config["metadata"] == {"name": "cluster"}
    require_schema(config["spec"], SPEC)
    assert config["spec"].keys() >= REQUIRED
    require_schema(config["spec"]["storage"], STORAGE)
    require_schema(config["spec"]["storage"]["s3"], S3)
    assert re.fullmatch("Managed|Unmanaged", config["spec"]["storage"]["managementState"])


@pytest.mark.parametrize(
    ("size", "written"),
    [
        *((10 * MIB, None), (10 * MIB + 1, None), (64 * MIB + 1, None)),
        *((4 * MIB, None), (5 * MIB, 5), (5120 * MIB, 5120), (5121 * MIB, None)),
    ],
)
def test_only_a_chunk_size_that_the_operator_accepts_is_written(size: int, written: int | None) -> None:
    settings = CEPH.replace({"chunksize": size})
    assert config_of(settings)["spec"]["storage"]["s3"].get("chunkSizeMiB") == written


def test_the_keys_are_in_the_secret_alone() -> None:
    config, secret = yaml.safe_load_all(OPENSHIFT.write(CEPH.replace({"secretkey": Secret("canary")})).text)
    assert "canary" not in str(config)
    assert secret["metadata"] == {
        "name": "image-registry-private-configuration-user",
        "namespace": "openshift-image-registry",
    }
    assert secret["stringData"] == {
        "REGISTRY_STORAGE_S3_ACCESSKEY": "me",
        "REGISTRY_STORAGE_S3_SECRETKEY": "canary",
    }


def test_a_role_has_no_secret() -> None:
    exported = OPENSHIFT.write(AMAZON)
    assert "kind: Secret" not in exported.text
    assert any("credentials that the cluster creates" in remark for remark in exported.remarks)


@pytest.mark.ci_server
def test_kubernetes_reads_special_characters_in_the_secret_as_they_are() -> None:
    texts = [text for text in SPECIAL_TEXTS if text]
    exported = [OPENSHIFT.write(CEPH.replace({"accesskey": text, "secretkey": Secret(text)})).text for text in texts]
    secrets = decode("---\n".join(text.partition("---\n")[2] for text in exported))
    found = [{base64.b64decode(value).decode() for value in secret["data"].values()} for secret in secrets]
    assert found == [{text} for text in texts]


@pytest.mark.parametrize(
    ("changes", "is_virtual"),
    [
        ({}, False),
        ({"forcepathstyle": False}, True),
        ({"registry": "distribution-2", "forcepathstyle": False}, False),
        ({"regionendpoint": ""}, False),
    ],
)
def test_path_style_is_used_unless_the_config_says_otherwise(changes: dict[str, Any], *, is_virtual: bool) -> None:
    assert config_of(CEPH.replace(changes))["spec"]["storage"]["s3"]["virtualHostedStyle"] is is_virtual


@pytest.mark.parametrize("value", [" x", "x ", "a #b", "a ;b", '"x"', "a\nb"])
def test_a_key_that_a_credentials_file_does_not_hold_has_a_remark(value: str) -> None:
    remarks = OPENSHIFT.write(CEPH.replace({"secretkey": Secret(value)})).remarks
    assert any("credentials file" in remark and '"secretkey"' in remark for remark in remarks)


def test_an_endpoint_without_a_scheme_gets_one() -> None:
    plain = CEPH.replace({"regionendpoint": "rgw.example:8080", "secure": False})
    assert config_of(plain)["spec"]["storage"]["s3"]["regionEndpoint"] == "http://rgw.example:8080"


# Reading


def test_a_config_and_its_secret_are_read() -> None:
    imported = OPENSHIFT.read(CONFIG + SECRET)
    assert detect(CONFIG + SECRET) == "openshift"
    assert (imported.settings.accesskey, imported.settings.secretkey) == ("me", Secret("0123"))
    assert imported.settings.forcepathstyle
    assert imported.settings.regionendpoint == "https://rgw.example"


@pytest.mark.parametrize("text", [SECRET, SECRET + SECRET])
def test_the_secret_alone_is_recognized(text: str) -> None:
    assert detect(text) == "openshift"


def test_a_list_of_both_is_read() -> None:
    items = [each for each in yaml.safe_load_all(CONFIG + SECRET) if each]
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items})
    assert OPENSHIFT.read(text) == OPENSHIFT.read(CONFIG + SECRET)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("virtualHostedStyle: true", "forcepathstyle", False),
        ("chunkSizeMiB: 64", "chunksize", 64 * MIB),
        ("keyID: k", "keyid", "k"),
        ("encrypt: true", "encrypt", True),
    ],
)
def test_a_parameter_has_its_setting(line: str, name: str, value: object) -> None:
    assert OPENSHIFT.read(f"{CONFIG}      {line}\n").settings.value(name) == value


def test_redirects_that_are_off_are_read() -> None:
    assert not OPENSHIFT.read(CONFIG + "  disableRedirect: true\n").settings.redirect


def test_amazon_s3_is_reached_by_its_dual_stack_host() -> None:
    settings = OPENSHIFT.read(OPENSHIFT.write(AMAZON).text).settings
    assert (settings.forcepathstyle, settings.value("usedualstack")) == (False, True)


def test_what_the_operator_has_chosen_is_in_the_status() -> None:
    text = re.sub(r"\n +bucket: images", "", CONFIG) + "status: {storage: {s3: {bucket: chosen, region: other}}}\n"
    settings = OPENSHIFT.read(text).settings
    assert (settings.bucket, settings.region) == ("chosen", "us-east-1")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (CONFIG, "add the Secret. To get it, run: oc get -o yaml"),
        (CONFIG + SECRET.replace("SECRETKEY", "X"), "has no REGISTRY_STORAGE_S3_SECRETKEY"),
        (CONFIG + "      cloudFront: {baseURL: x}\n", '"cloudFront" was ignored'),
        (CONFIG + "      trustedCA: {name: ca}\n", '"trustedCA" was ignored'),
        (CONFIG + "      rootdirectory: /x\n", '"rootdirectory" is not supported'),
        (CONFIG + "  proxy: {http: http://p}\n", '"proxy" was ignored'),
        (re.sub(r"\n +bucket: images", "", CONFIG), "status.storage.s3.bucket"),
        (re.sub(r"\n +region\w*: [^\n]+", "", CONFIG), "uses the cluster's region"),
        (CONFIG.replace("s3:", "gcs:"), '"spec.storage" is "gcs"'),
        (CONFIG.replace("s3:", "x:").replace("    x:", "    emptyDir: {}\n    s3:"), 'is "emptyDir, s3"'),
        (SECRET + SECRET, "Config of the OpenShift registry not found. To write both into the file"),
        (SECRET, "Config of the OpenShift registry not found. To write both into the file"),
        (CONFIG + SECRET + SECRET, "image-registry-private-configuration-user twice"),
        (f"{CONFIG}---\n{CONFIG}", "The file contains the Config of the registry twice"),
        (CONFIG + "      chunkSizeMiB: x\n", '"chunkSizeMiB" must be a number of MiB'),
        (CONFIG + "      virtualHostedStyle: 'no'\n", '"virtualHostedStyle" must be true or false'),
        (CONFIG + SECRET.replace("bWU=", "canary!"), "not valid Base64"),
    ],
)
def test_what_is_wrong_or_elsewhere_is_said(text: str, sentence: str) -> None:
    try:
        said = " ".join(OPENSHIFT.read(text).remarks)
    except FormatError as error:
        said = str(error)
    assert sentence in said
    assert "canary" not in said


# Into a file


def test_the_dual_stack_host_is_not_a_parameter_that_the_file_has() -> None:
    text = OPENSHIFT.write(AMAZON).text
    assert dict(with_kept_parameters(text, OPENSHIFT, AMAZON).further) == {}
    assert dict(with_kept_parameters(text, OPENSHIFT, CEPH).further) == {}


def test_only_the_storage_of_the_config_changes() -> None:
    merged = merge_into(CONFIG + SECRET, OPENSHIFT, CEPH.replace({"bucket": "new", "secretkey": Secret("canary")}))
    changed = CONFIG.replace("bucket: images", 'bucket: "new"')
    added = "      virtualHostedStyle: false\n      encrypt: false\n  disableRedirect: false\n"
    assert merged.text == changed + added + SECRET
    assert "They go in the Secret image-registry-private-configuration-user" in merged.remarks[0]
