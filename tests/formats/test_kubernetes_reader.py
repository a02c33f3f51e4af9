"""Manifests as Kubernetes' own types and its strict decoder read them."""

from __future__ import annotations

import base64
import json
import subprocess
from typing import Any

import pytest
import yaml

from tests.formats.test_kubernetes import (
    BUCKET,
    CONFIGURATION,
    MINIO_SECRET,
    REGION,
    encoded,
    holder,
    reference,
    workload,
)
from tests.support.formats import FOLDER, FORMATS, MINIO, SPECIAL_TEXTS
from tests.support.servers.readers import KUBERNETES_MANIFEST
from wizard.formats.format import FormatError
from wizard.model.secret import Secret
from wizard.model.settings import Settings

KUBERNETES = FORMATS["kubernetes"]

pytestmark = pytest.mark.ci_server


def decode(manifest: str) -> list[dict[str, Any]]:
    """The objects in a manifest; the test fails if the decoder refuses it."""
    run = run_reader(manifest)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.split("\n") if line]


def run_reader(manifest: str) -> subprocess.CompletedProcess[str]:
    """A run of the decoder."""
    command = [KUBERNETES_MANIFEST.require()]
    return subprocess.run(command, input=manifest, capture_output=True, encoding="utf-8", check=False)


def configuration_in(manifest: str) -> str:
    """The registry's configuration as a Pod that mounts the only Secret of the manifest sees it."""
    (secret,) = decode(manifest)
    assert (secret["kind"], secret["type"]) == ("Secret", "Opaque")
    assert list(secret["data"]) == ["config.yml"]
    return base64.b64decode(secret["data"]["config.yml"]).decode()


def special_settings(registry: str) -> list[Settings]:
    """Settings with each special text, in all settings that can hold any text."""
    settings = MINIO.replace({"registry": registry})
    nasty = [
        text for text in (*SPECIAL_TEXTS, "\x00", "\x07\x1b", "\x7f\x85", "\ufeff\u200b", "a\nb", "a\r\nb") if text
    ]
    return [
        settings.replace({"accesskey": text, "secretkey": Secret(text), "rootdirectory": text, "keyid": text})
        for text in nasty
    ]


@pytest.mark.parametrize("registry", ["distribution-2", "distribution-3"])
def test_a_pod_sees_the_configuration_as_it_was_written(registry: str) -> None:
    """One run for all texts: they are documents of one manifest."""
    all_settings = [*special_settings(registry), FOLDER.replace({"registry": registry})]
    secrets = decode("---\n".join(KUBERNETES.write(settings).text for settings in all_settings))
    seen = [base64.b64decode(secret["data"]["config.yml"]).decode() for secret in secrets]
    assert seen == [FORMATS[registry].write(settings).text for settings in all_settings]
    for settings, text in zip(all_settings, seen, strict=True):
        imported = FORMATS[registry].read(text).settings
        assert (imported.accesskey, imported.secretkey) == (settings.accesskey, settings.secretkey)


def test_an_export_is_one_secret() -> None:
    assert configuration_in(KUBERNETES.write(MINIO).text) == FORMATS["distribution-2"].write(MINIO).text


@pytest.mark.parametrize(
    "manifest",
    [
        holder("Secret", stringData={"config.yml": CONFIGURATION}),
        holder("Secret", data={"config.yml": "\n".join(encoded(CONFIGURATION))}),
        holder("Secret", data={"config.yml": encoded("old")}, stringData={"config.yml": CONFIGURATION}),
        holder("ConfigMap", data={"config.yml": CONFIGURATION}),
        holder("ConfigMap", binaryData={"config.yml": encoded(CONFIGURATION)}),
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "List",
                "items": [yaml.safe_load(holder("ConfigMap", data={"config.yml": CONFIGURATION}))],
            }
        ),
    ],
)
def test_a_configuration_is_read_as_kubernetes_reads_it(manifest: str) -> None:
    (decoded,) = decode(manifest)
    of_bytes = decoded["data"] if decoded["kind"] == "Secret" else decoded.get("binaryData", {})
    texts = {key: base64.b64decode(value).decode() for key, value in of_bytes.items()} or decoded["data"]
    assert texts == {"config.yml": CONFIGURATION}
    assert KUBERNETES.read(manifest) == FORMATS["distribution-2"].read(CONFIGURATION)


@pytest.mark.parametrize("kind", ["Deployment", "CronJob", "Pod", "ReplicationController", "DaemonSet", "StatefulSet"])
def test_the_variables_that_are_read_are_where_kubernetes_has_them(kind: str) -> None:
    """The shapes of the other tests are those of Kubernetes: the strict decoder knows each field."""
    version = {"CronJob": "batch/v1", "Pod": "v1", "ReplicationController": "v1"}.get(kind, "apps/v1")
    manifest = workload(
        [BUCKET, REGION, reference("ACCESSKEY", "user"), reference("KEYID", "id", "configMap")],
        kind,
        envFrom=[{"prefix": "A_", "secretRef": {"name": "minio"}}, {"configMapRef": {"name": "other"}}],
    ).replace("apps/v1", version)
    (decoded, _) = decode(f"{manifest}---\n{MINIO_SECRET}")
    assert "REGISTRY_STORAGE_S3_BUCKET" in json.dumps(decoded)
    assert KUBERNETES.read(f"{manifest}---\n{MINIO_SECRET}").settings.accesskey == "me"


@pytest.mark.parametrize("encoded_text", ["canary!", "Y2Fu=", "Y2F", "Y2F=Y2F=", "Y2Fu Y2Fu", "-_-_"])
def test_base64_that_is_refused_is_refused_by_kubernetes(encoded_text: str) -> None:
    manifest = holder("Secret", data={"config.yml": encoded_text})
    assert run_reader(manifest).returncode == 1
    with pytest.raises(FormatError, match="not valid Base64"):
        KUBERNETES.read(manifest)


@pytest.mark.parametrize(
    "manifest",
    [
        holder("Secret", stringdata={"config.yml": CONFIGURATION}),
        holder("Secret", stringData={"config.yml": 1}),
        holder("Secret", stringData={"config yml": CONFIGURATION}),
        "stringData: {a: x}\n" + holder("Secret", stringData={"config.yml": CONFIGURATION}),
        holder("Secrets", stringData={"config.yml": CONFIGURATION}),
    ],
)
def test_the_decoder_is_strict(manifest: str) -> None:
    """So an export that it accepts has no misspelled field, name given twice or value of a wrong type."""
    assert run_reader(manifest).returncode == 1
