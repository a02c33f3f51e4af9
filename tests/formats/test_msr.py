"""The storage of Mirantis Secure Registry 3."""

from __future__ import annotations

import pytest
import yaml

from tests.support.formats import FORMATS, MINIO
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import Settings

HELM, OPERATOR = FORMATS["msr-helm"], FORMATS["msr-operator"]
# As on docs.mirantis.com, MSR 3.1, "Switch storage backends"
PAGE = """spec:
  registry:
    storage:
      backend: "s3"
      s3:
        region: us-east-2
        bucket: testing-msr-kube
        accesskey: me
        secretkey: canary
        v4auth: true
      persistentVolume:
        size: 5Gi
"""
VALUES = yaml.safe_dump(yaml.safe_load(PAGE)["spec"])
RESOURCE = f"apiVersion: msr.mirantis.com/v1\nkind: MSR\nmetadata: {{name: msr}}\n{PAGE}"
AMAZON = Settings(
    registry="msr-3",
    bucket="testing-msr-kube",
    region="us-east-2",
    accesskey="me",
    secretkey=Secret("canary"),
    v4auth=True,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PAGE, "msr-operator"),
        (RESOURCE, "msr-operator"),
        (yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(RESOURCE)]}), "msr-operator"),
        (VALUES, "msr-helm"),
        (yaml.safe_dump({"msr": yaml.safe_load(VALUES)}), "msr-helm"),
    ],
)
def test_the_sections_of_the_documentation_are_read(text: str, name: str) -> None:
    assert detect(text) == name
    assert FORMATS[name].read(text) == (AMAZON, ())


def test_what_the_documentation_shows_is_written() -> None:
    expected = yaml.safe_load(PAGE)
    del expected["spec"]["registry"]["storage"]["persistentVolume"]
    expected["spec"]["registry"]["storage"]["s3"] |= {"secure": True, "skipverify": False}
    assert yaml.safe_load(OPERATOR.write(AMAZON).text) == expected
    assert yaml.safe_load(HELM.write(AMAZON).text) == expected["spec"]


def test_the_part_of_a_resource_is_merged_into_it_and_holds_no_name() -> None:
    exported = OPERATOR.write(AMAZON)
    assert exported.handover is not None
    command = exported.handover.of_input()
    assert command == "kubectl patch msrs.msr.mirantis.com NAME --type merge --patch-file /dev/stdin"


@pytest.mark.parametrize("name", ["msr-helm", "msr-operator"])
def test_another_backend_erases_the_tags(name: str) -> None:
    assert any("all tags are lost" in remark for remark in FORMATS[name].write(AMAZON).remarks)


def test_parameters_that_no_page_names_are_written_and_named() -> None:
    remarks = HELM.write(
        MINIO.replace({"regionendpoint": "http://m:9000", "useragent": "x", "redirect": False})
    ).remarks
    assert any('does not mention "regionendpoint", "useragent"' in remark for remark in remarks)
    assert any('"redirect" was omitted' in remark for remark in remarks)
    assert not any("do not name" in remark for remark in HELM.write(AMAZON).remarks)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "msr-helm",
            VALUES.replace("backend: s3", "backend: persistentVolume"),
            'The storage backend is "persistentVolume"',
        ),
        ("msr-operator", RESOURCE.replace("kind: MSR", "kind: X"), "No custom resource of MSR"),
        ("msr-helm", f"{VALUES}---\n{VALUES}", "The file contains 2 values of MSR"),
        (
            "msr-operator",
            f"{RESOURCE}---\n{RESOURCE.replace('us-east-2', 'x')}",
            "The file contains 2 custom resource of MSR",
        ),
        ("msr-helm", "registry: {storage: {secret: a, key: b}}\n", "No values of MSR"),
    ],
)
def test_a_refusal_says_what_is_wrong(name: str, text: str, sentence: str) -> None:
    with pytest.raises(FormatError) as refusal:
        FORMATS[name].read(text)
    assert sentence in str(refusal.value)


def test_the_volume_of_a_resource_stays() -> None:
    after = merge_into(RESOURCE, OPERATOR, AMAZON.replace({"bucket": "new"})).text
    assert after.startswith(RESOURCE[: RESOURCE.index("bucket")])
    assert yaml.safe_load(after)["spec"]["registry"]["storage"]["persistentVolume"] == {"size": "5Gi"}
