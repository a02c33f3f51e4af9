"""Values that YAML reads as another type, or that are code elsewhere, in the files that Helm and kubectl read.

They are read as there: by sigs.k8s.io/yaml, which makes JSON of them. Other formats have their own real readers, in
test_kubernetes_reader, test_compose_reader, test_openshift, test_zot, test_quay, test_gitlab and tests/registry.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
import yaml

from tests.support.charts import render_docker_registry
from tests.support.formats import FORMATS, MINIO, SPECIAL_TEXTS, registry_for
from tests.support.servers.readers import KUBERNETES_MANIFEST
from wizard.model.secret import Secret
from wizard.model.settings import Settings

pytestmark = pytest.mark.ci_server

CONTROLS = ("\x00", "\x07\x1b", "\x7f\x85", "\ufeff\u200b", "a\nb", "a\r\nb")
TEXTS = [text for text in (*SPECIAL_TEXTS, *CONTROLS, "{{ .Values.x }}") if text]
STORAGE_OF_QUAY = "DISTRIBUTED_STORAGE_CONFIG.default.1"


def read_by_helm(documents: list[str]) -> list[Any]:
    """The documents as Helm has them: one run for all."""
    command = [str(KUBERNETES_MANIFEST.require()), "-values"]
    text = "\n---\n".join(documents)
    run = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.split("\n") if line]


def at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document[int(name) if name.isdecimal() else name]
    return document


def special(name: str, text: str) -> Settings:
    settings = MINIO.replace({"registry": registry_for(name), "regionendpoint": "https://minio.example:9000"})
    settings = settings.replace({"encrypt": True, "forcepathstyle": True, "rootdirectory": text})
    return settings.replace({"accesskey": text, "secretkey": Secret(text), "keyid": text})


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("msr-helm", ["registry.storage.s3.accesskey", "registry.storage.s3.secretkey"]),
        ("msr-operator", ["spec.registry.storage.s3.secretkey", "spec.registry.storage.s3.rootdirectory"]),
        (
            "quay",
            [f"{STORAGE_OF_QUAY}.s3_secret_key", f"{STORAGE_OF_QUAY}.storage_path"],
        ),
        ("openshift", ["spec.storage.s3.keyID"]),
    ],
)
def test_a_value_that_bites_comes_back(name: str, paths: list[str]) -> None:
    exported = [FORMATS[name].write(special(name, text)).text.split("\n---\n")[0] for text in TEXTS]
    found = [[at(document, path) for path in paths] for document in read_by_helm(exported)]
    assert found == [[text] * len(paths) for text in TEXTS]


def test_a_value_that_bites_comes_back_from_the_docker_registry_chart() -> None:
    """Read by Helm, put into a manifest by the template, and read once more by the registry."""
    exported = [FORMATS["docker-registry-helm"].write(special("docker-registry-helm", text)).text for text in TEXTS]
    for text, values in zip(TEXTS, read_by_helm(exported), strict=True):
        variables, configuration = render_docker_registry(values)
        names = ("ACCESSKEY", "SECRETKEY", "ROOTDIRECTORY")
        assert {yaml.safe_load(variables[f"REGISTRY_STORAGE_S3_{name}"]) for name in names} == {text}
        assert yaml.safe_load(configuration)["storage"]["s3"]["keyid"] == text


def test_a_bucket_and_a_region_that_bite_come_back_from_the_docker_registry_chart() -> None:
    settings = [special("docker-registry-helm", text).replace({"bucket": text, "region": text}) for text in TEXTS]
    exported = [FORMATS["docker-registry-helm"].write(each).text for each in settings]
    for text, values in zip(TEXTS, read_by_helm(exported), strict=True):
        variables, _ = render_docker_registry(values)
        assert {yaml.safe_load(variables[f"REGISTRY_STORAGE_S3_{name}"]) for name in ("BUCKET", "REGION")} == {text}
