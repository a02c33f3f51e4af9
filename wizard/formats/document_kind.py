"""What kind of file a YAML document is, by its keys: a section is written only into a file of the right kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

# Keys at the top of the values of Harbor's chart (values.yaml of goharbor/harbor-helm)
_HARBOR_VALUES = frozenset(
    [
        *("expose", "externalURL", "persistence", "imageChartStorage", "harborAdminPassword", "internalTLS"),
        *("ipFamily", "imagePullPolicy", "imagePullSecrets", "updateStrategy", "logLevel", "caSecretName"),
        *("secretKey", "existingSecretAdminPassword", "proxy", "nginx", "portal", "core", "jobservice", "registry"),
        *("trivy", "database", "redis", "exporter", "metrics", "trace", "cache", "enableMigrateHelmHook"),
    ]
)

_OPENSHIFT_GROUP = "imageregistry.operator.openshift.io/"
_MSR_GROUP = "msr.mirantis.com/"
_ZOT_STORAGE = frozenset(["rootdirectory", "storagedriver", "subpaths", "dedupe", "remotecache"])
# Keys at the top of the values of MSR 3, which other charts do not have
_MSR_VALUES = frozenset(["enzi", "garant", "jobrunner", "rethinkdb", "notarySigner", "notaryServer"])


class DocumentKind(NamedTuple):
    """A kind of file: how sentences name it, the formats whose section it can contain, and how it is recognized."""

    title: str
    formats: tuple[str, ...]
    matches: Callable[[Mapping[str, object]], bool]


def is_openshift_config(document: Mapping[str, object]) -> bool:
    """Whether a document is the Config of the operator of OpenShift's image registry."""
    return document.get("kind") == "Config" and str(document.get("apiVersion", "")).startswith(_OPENSHIFT_GROUP)


def is_msr_resource(document: Mapping[str, object]) -> bool:
    """Whether a document is the custom resource of MSR 3, or the part of one that an export writes."""
    if "kind" in document:
        return document["kind"] == "MSR" and str(document.get("apiVersion", "")).startswith(_MSR_GROUP)
    return document.keys() == {"spec"} and is_msr_section(document["spec"])


def is_msr_section(values: object) -> bool:
    """Whether values have the storage of MSR 3 at `registry.storage`."""
    registry = values.get("registry") if isinstance(values, Mapping) else None
    storage = registry.get("storage") if isinstance(registry, Mapping) else None
    return isinstance(storage, Mapping) and "backend" in storage


def is_zot(document: Mapping[str, object]) -> bool:
    """Whether a document is a configuration of zot, which reads names without case."""
    values = {str(name).lower(): value for name, value in document.items()}
    storage = values.get("storage")
    names = {str(name).lower() for name in storage} if isinstance(storage, Mapping) else set()
    return "distspecversion" in values or not names.isdisjoint(_ZOT_STORAGE)


# The first that matches decides.
_KINDS = (
    DocumentKind(
        "the Config of the OpenShift image registry",
        ("openshift",),
        is_openshift_config,
    ),
    DocumentKind(
        "an MSR 3 custom resource",
        ("msr-operator",),
        is_msr_resource,
    ),
    DocumentKind("a Kubernetes manifest", (), lambda document: {"apiVersion", "kind"} <= document.keys()),
    DocumentKind("a Compose file", ("compose",), lambda document: "services" in document),
    DocumentKind(
        "Harbor's harbor.yml",
        ("harbor",),
        lambda document: "storage_service" in document or {"hostname", "data_volume"} <= document.keys(),
    ),
    DocumentKind(
        "values of the docker-registry chart",
        ("docker-registry-helm",),
        lambda document: (
            "configData" in document or (isinstance(document.get("storage"), str) and "version" not in document)
        ),
    ),
    DocumentKind(
        "a Quay configuration",
        ("quay",),
        lambda document: (
            "DISTRIBUTED_STORAGE_CONFIG" in document or {"SERVER_HOSTNAME", "SECRET_KEY"} <= document.keys()
        ),
    ),
    DocumentKind("the configuration of zot", ("zot",), is_zot),
    DocumentKind(
        "a registry configuration",
        ("distribution-2", "distribution-3"),
        lambda document: "storage" in document or isinstance(document.get("version"), float),
    ),
    DocumentKind(
        "values of the MSR 3 chart",
        ("msr-helm",),
        lambda document: is_msr_section(document) or not _MSR_VALUES.isdisjoint(document),
    ),
    DocumentKind("values of a Helm chart", ("harbor-helm",), lambda document: not _HARBOR_VALUES.isdisjoint(document)),
)


def kind_of(document: Mapping[str, object]) -> DocumentKind | None:
    """The kind of a document; None if no key shows it."""
    return next((kind for kind in _KINDS if kind.matches(document)), None)
