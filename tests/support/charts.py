"""What the template of the docker-registry chart makes of values, line by line as it inserts them.

From templates/_helpers.tpl, secret.yaml and configmap.yaml of twuni/docker-registry.helm at commit 06a26b17 (2.x).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

# `configData` in values.yaml of the chart
_CONFIGURATION: dict[str, Any] = {
    "version": 0.1,
    "log": {"fields": {"service": "registry"}},
    "storage": {"cache": {"blobdescriptor": "inmemory"}},
    "http": {"addr": ":5000"},
}


def render_docker_registry(values: dict[str, Any]) -> tuple[dict[str, str], str]:
    """The variables of the registry's container that are about storage, and its config.yml."""
    manifest = "".join(f"- name: {name}\n  value: {text}\n" for name, text in _lines(values))
    variables = {entry["name"]: entry["value"] for entry in yaml.safe_load(manifest)}
    assert all(isinstance(value, str) for value in variables.values()), variables  # Kubernetes refuses anything else
    keys = values["secrets"]["s3"] if values["storage"] == "s3" else {}
    if keys.get("accessKey") and keys.get("secretKey"):
        variables["REGISTRY_STORAGE_S3_ACCESSKEY"] = keys["accessKey"]
        variables["REGISTRY_STORAGE_S3_SECRETKEY"] = keys["secretKey"]
    variables |= {entry["name"]: entry["value"] for entry in values.get("extraEnvVars", [])}
    return variables, yaml.safe_dump(_merge(_CONFIGURATION, values.get("configData", {})))


def _lines(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each variable with the text after `value:`."""
    if values["storage"] == "filesystem":
        yield "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", '"/var/lib/registry"'
        return
    s3 = values["s3"]
    for name in ("region", "bucket", "regionEndpoint"):
        if s3.get(name) or name != "regionEndpoint":
            yield f"REGISTRY_STORAGE_S3_{name.upper()}", s3[name]
    for name in ("rootdirectory", "encrypt", "secure"):
        if s3.get(name):
            text = s3[name] if isinstance(s3[name], str) else "true"
            yield f"REGISTRY_STORAGE_S3_{name.upper()}", json.dumps(text, ensure_ascii=False)


def _merge(defaults: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The defaults of the chart with the values over them, mapping by mapping."""
    merged = dict(defaults)
    for name, value in values.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merge(merged[name], value) if both else value
    return merged
