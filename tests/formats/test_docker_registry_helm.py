"""The values of the docker-registry chart."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.support.charts import render_docker_registry
from tests.support.formats import FOLDER, FORMATS, MINIO, SPECIAL_TEXTS
from wizard.formats import env
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import MIB, Settings

CHART = FORMATS["docker-registry-helm"]
VALUES = """image: {tag: 2.8.1}
storage: s3
s3:
  region: eu-west-1
  regionEndpoint: minio.example:9000
  bucket: images
  rootdirectory: /x
  encrypt: false
  secure: true
secrets:
  s3:
    accessKey: me
    secretKey: "0a123456"
"""


def registry_reads(settings: Settings) -> dict[str, Any]:
    """The storage section that the registry has, once it has put the variables into its configuration."""
    variables, text = render_docker_registry(yaml.safe_load(CHART.write(settings).text))
    storage: dict[str, Any] = yaml.safe_load(text)["storage"]
    for name, value in variables.items():
        driver, parameter = name.removeprefix("REGISTRY_STORAGE_").lower().split("_", 1)
        storage.setdefault(driver, {})[parameter] = yaml.safe_load(value)
    del storage["cache"]
    return storage


@pytest.mark.parametrize("text", [text for text in SPECIAL_TEXTS if text])
def test_special_characters_reach_the_registry(text: str) -> None:
    special = MINIO.replace(
        {"registry": "distribution-3", "bucket": text, "region": text, "accesskey": text, "secretkey": Secret(text)}
    )
    found = registry_reads(special.replace({"rootdirectory": text, "keyid": text}))["s3"]
    assert {found[name] for name in ("bucket", "region", "accesskey", "secretkey", "rootdirectory", "keyid")} == {text}


@pytest.mark.parametrize("registry", ["distribution-2", "distribution-3"])
def test_the_registry_has_the_same_section_as_from_variables(registry: str) -> None:
    settings = MINIO.replace({"registry": registry, "regionendpoint": "http://minio.example:9000", "secure": False})
    settings = settings.replace({"v4auth": False, "encrypt": True, "redirect": False, "chunksize": 20 * MIB})
    expected: dict[str, Any] = env.section_of(settings)
    expected["s3"]["chunksize"] = str(20 * MIB)
    assert registry_reads(settings) == expected


def test_no_number_is_written_because_helm_renders_large_ones_with_an_exponent() -> None:
    section = yaml.safe_load(CHART.write(MINIO.replace({"chunksize": 20 * MIB})).text)["configData"]["storage"]["s3"]
    assert section["chunksize"] == str(20 * MIB)


def test_a_role_has_a_section_for_keys_because_the_template_fails_without() -> None:
    role = MINIO.replace({"accesskey": "", "secretkey": Secret()})
    assert yaml.safe_load(CHART.write(role).text)["secrets"]["s3"] == {"accessKey": "", "secretKey": ""}


def test_half_a_pair_of_keys_has_a_remark() -> None:
    remarks = CHART.write(MINIO.replace({"accesskey": ""})).remarks
    assert any("ignores a single key" in remark for remark in remarks)


def test_a_folder_needs_a_volume_of_its_own() -> None:
    exported = CHART.write(FOLDER)
    variables, _ = render_docker_registry(yaml.safe_load(exported.text))
    assert yaml.safe_load(variables["REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY"]) == FOLDER.rootdirectory
    assert any("extraVolumeMounts" in remark for remark in exported.remarks)


def test_the_folder_of_the_chart_s_own_volume_needs_nothing_else() -> None:
    exported = CHART.write(FOLDER.replace({"rootdirectory": "/var/lib/registry"}))
    assert "extraEnvVars" not in yaml.safe_load(exported.text)
    assert not any("extraVolumeMounts" in remark for remark in exported.remarks)


def test_values_are_read() -> None:
    settings = CHART.read(VALUES).settings
    assert (settings.registry, settings.region, settings.bucket) == ("distribution-2", "eu-west-1", "images")
    assert (settings.regionendpoint, settings.rootdirectory) == ("minio.example:9000", "/x")
    assert (settings.accesskey, settings.secretkey) == ("me", Secret("0a123456"))


@pytest.mark.parametrize(
    ("more", "name", "value"),
    [
        ("configData: {storage: {s3: {v4auth: false}}}", "v4auth", False),
        ("configData: {storage: {s3: {useragent: me}}}", "useragent", "me"),
        ("configData: {storage: {s3: {bucket: other}}}", "bucket", "images"),
        ("configData: {storage: {redirect: {disable: true}}}", "redirect", False),
        ("extraEnvVars: [{name: REGISTRY_STORAGE_S3_BUCKET, value: other}]", "bucket", "other"),
        ("extraEnvVars: [{name: REGISTRY_STORAGE_REDIRECT_DISABLE, value: 'true'}]", "redirect", False),
        ("extraEnvVars: [{name: X, value: 1}, 5]", "bucket", "images"),
    ],
)
def test_variables_win_over_the_configuration(more: str, name: str, value: object) -> None:
    assert CHART.read(f"{VALUES}{more}\n").settings.value(name) == value


def test_the_values_of_a_newer_chart_are_read() -> None:
    """templates/_helpers.tpl of the chart after 2.x, which has two more values and runs Distribution 3."""
    text = VALUES.replace("image: {tag: 2.8.1}\n", "").replace(
        "  bucket:", "  forcepathstyle: true\n  skipverify: true\n  bucket:"
    )
    settings = CHART.read(text).settings
    assert (settings.registry, settings.forcepathstyle, settings.skipverify) == ("distribution-3", True, True)
    after = merge_into(text, CHART, MINIO.replace({"registry": "distribution-3"})).text
    assert not CHART.read(after).settings.forcepathstyle


def test_the_image_or_a_parameter_of_the_3_line_says_which_registry_it_is() -> None:
    without_tag = VALUES.replace("image: {tag: 2.8.1}\n", "")
    parameter = "configData: {storage: {s3: {forcepathstyle: true}}}\n"
    texts = [VALUES, without_tag, VALUES + parameter, without_tag + parameter, VALUES.replace("2.8.1", "'3'")]
    found = [CHART.read(text).settings.registry.removeprefix("distribution-") for text in texts]
    assert found == ["2", "2", "2", "3", "3"]


@pytest.mark.parametrize(
    "around", ["docker-registry:\n", "spec:\n  values:\n", "# a list\n- name: x\n- registry:\n    values:\n"]
)
def test_values_are_found_at_any_depth(around: str) -> None:
    indented = "".join(f"      {line}\n" for line in VALUES.splitlines())
    text = f"x:\n  {around.replace(chr(10), chr(10) + '  ')}\n{indented}"
    assert detect(text) == "docker-registry-helm"
    assert CHART.read(text).settings.bucket == "images"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("accessKey: me", "secretRef: canary", "The keys are in the Secret canary (s3AccessKey, s3SecretKey)"),
        (
            "secrets:",
            "existingSecret: canary\nsecrets:",
            "The keys are in the Secret canary (s3AccessKey, s3SecretKey)",
        ),
        ("  secure: true", "  secure: false", 'The chart ignores "s3.secure: false"'),
        ("accessKey: me", "accessKey: ''", "The chart ignores a single key"),
        ("bucket:", "skipverify: true\n  bucket:", 'Charts up to 2.x ignore "s3.skipverify"'),
        ("bucket:", "chunksize: 5\n  bucket:", 'The chart does not support "s3.chunksize", so it was ignored'),
        ("bucket: images", "bucket: 2024", '"s3.bucket" is not a string after the chart renders it'),
        ("bucket: images", 'bucket: "2024"', '"s3.bucket" is not a string after the chart renders it'),
        ("rootdirectory: /x", "rootdirectory: 1", '"s3.rootdirectory" must be a quoted string'),
        ("accessKey: me", "accessKey: 1", '"secrets.s3.accessKey" must be a quoted string'),
        ("storage: s3", "storage: azure", 'The storage driver is "azure"'),
        ("image: {tag: 2.8.1}", "mirror: {storage: filesystem, s3: {}}", "The file contains values for 2 registries"),
        ("secrets:", "configData: {storage: {filesystem: {}}}\nsecrets:", ""),
        ("secrets:", "configData: {storage: {gcs: {bucket: b}}}\nsecrets:", "several drivers"),
        ("secrets:", "extraEnvVars: [{name: REGISTRY_STORAGE_S3_X, value: 1}]\nsecrets:", '"extraEnvVars" must be'),
    ],
)
def test_what_is_wrong_or_elsewhere_is_said(old: str, new: str, sentence: str) -> None:
    assert sentence in said(VALUES.replace(old, new))


def said(text: str) -> str:
    """The remarks of a reading, or its refusal."""
    try:
        return " ".join(CHART.read(text).remarks)
    except FormatError as error:
        return str(error)


def test_a_variable_from_a_secret_is_named() -> None:
    entry = "{name: REGISTRY_STORAGE_S3_SECRETKEY, valueFrom: {secretKeyRef: {name: a, key: b}}}"
    assert "REGISTRY_STORAGE_S3_SECRETKEY is in another object" in said(f"{VALUES}extraEnvVars: [{entry}]\n")


# Into a file


def test_the_keys_of_another_secret_stay_there() -> None:
    text = VALUES.replace('    accessKey: me\n    secretKey: "0a123456"\n', "    secretRef: minio\n")
    merged = merge_into(text, CHART, MINIO)
    assert yaml.safe_load(merged.text)["secrets"] == {"s3": {"secretRef": "minio"}}
    assert "s3AccessKey and s3SecretKey" in merged.remarks[0]


def test_keys_that_variables_read_from_a_secret_stay_there() -> None:
    entry = "{name: REGISTRY_STORAGE_S3_SECRETKEY, valueFrom: {secretKeyRef: {name: a, key: b}}}"
    merged = merge_into(f"{VALUES}extraEnvVars: [{entry}]\n", CHART, MINIO.replace({"secretkey": Secret("canary")}))
    assert entry in merged.text
    assert "canary" not in merged.text
    assert "Set REGISTRY_STORAGE_S3_SECRETKEY there" in merged.remarks[0]


def test_variables_that_would_all_win_are_removed() -> None:
    entries = "".join(f"  - name: REGISTRY_STORAGE_S3_{name}\n    value: old\n" for name in ("BUCKET", "REGION"))
    after = merge_into(f"{VALUES}extraEnvVars:\n{entries}", CHART, MINIO).text
    assert yaml.safe_load(after)["extraEnvVars"] == []
    assert CHART.read(after).settings.bucket == MINIO.bucket


@pytest.mark.parametrize("style", ["block", "braces", "JSON"])
def test_a_folder_replaces_the_bucket_and_the_keys(style: str) -> None:
    document = yaml.safe_load(VALUES) | {"replicaCount": 2}
    document["secrets"]["htpasswd"] = "x"
    text = {
        "block": yaml.safe_dump(document),
        "braces": yaml.safe_dump(document, default_flow_style=True),
        "JSON": json.dumps(document, indent=2),
    }[style]
    after = merge_into(text, CHART, FOLDER).text
    assert CHART.read(after).settings.rootdirectory == FOLDER.rootdirectory
    left = yaml.safe_load(after)
    assert "s3" not in left
    assert (left["secrets"], left["replicaCount"]) == ({"htpasswd": "x"}, 2)


def test_variables_that_would_win_are_removed_and_others_stay() -> None:
    entries = "[{name: REGISTRY_STORAGE_S3_BUCKET, value: old}, {name: REGISTRY_LOG_LEVEL, value: debug}]"
    after = merge_into(f"{VALUES}extraEnvVars: {entries}\n", CHART, MINIO).text
    assert yaml.safe_load(after)["extraEnvVars"] == [{"name": "REGISTRY_LOG_LEVEL", "value": "debug"}]
    assert CHART.read(after).settings.bucket == MINIO.bucket


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_other_variables_stay_as_they_are_written(newline: str) -> None:
    first = "  - name: REGISTRY_LOG_LEVEL # ours\n    value: debug\n"
    ours = "  - name: REGISTRY_STORAGE_S3_BUCKET\n    value: old\n"
    last = "  # for the proxy\n  - {name: HTTPS_PROXY, value: x}\n"
    text = f"{VALUES}extraEnvVars:\n{ours}{first}{ours.replace('BUCKET', 'REGION')}{last}nodeSelector: {{}}\n"
    after = merge_into(text.replace("\n", newline), CHART, MINIO).text
    kept = f"extraEnvVars:\n{first}{last}nodeSelector: {{}}\n"
    assert kept.replace("\n", newline) in after


def test_the_image_of_a_file_decides_what_its_registry_can_read() -> None:
    settings = MINIO.replace({"registry": "distribution-3", "forcepathstyle": True})
    after = merge_into(VALUES, CHART, settings).text
    assert after.startswith("image: {tag: 2.8.1}\n")
    assert yaml.safe_load(after)["configData"]["storage"]["s3"]["forcepathstyle"] is True


def test_a_folder_is_written_beside_other_variables() -> None:
    entries = "extraEnvVars:\n- name: REGISTRY_LOG_LEVEL\n  value: debug\n"
    after = merge_into(VALUES + entries, CHART, FOLDER).text
    assert CHART.read(after).settings.rootdirectory == FOLDER.rootdirectory
    assert len(yaml.safe_load(after)["extraEnvVars"]) == 2
    assert entries in after
