"""OpenShift's image registry, built on Distribution 3; its operator writes the configuration (see `formats.openshift`).

Sources: pkg/storage/s3/s3.go of openshift/cluster-image-registry-operator, go.mod of openshift/image-registry.
"""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_3
from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.model.settings import Settings

_CONFIG = "configs.imageregistry.operator.openshift.io/cluster"
_PRUNER = "imagepruners.imageregistry.operator.openshift.io/cluster"


def _patch(resource: str, field: str, value: str) -> str:
    return f'oc patch {resource} --type merge -p \'{{"spec":{{"{field}":{value}}}}}\''


# https://docs.redhat.com/en/documentation/openshift_container_platform/4.21/html/registry/
_MIGRATION = Migration(
    collection_off=(Instruction("Suspend the pruner:", _patch(_PRUNER, "suspend", "true")),),
    read_only=(Instruction("Make the registry read-only. Pulls still work.", _patch(_CONFIG, "readOnly", "true")),),
    backup=(
        Instruction(
            "Back up the operator's resource, and etcd, which contains the image streams:",
            f"oc get {_CONFIG} -o yaml > image-registry.yaml",
        ),
    ),
    read_write=(Instruction("Make the registry writable again:", _patch(_CONFIG, "readOnly", "false")),),
    collection_on=(Instruction("Resume the pruner:", _patch(_PRUNER, "suspend", "false")),),
)


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("Give it to the registry's operator:", f"{export_command(path, 'openshift')} | oc apply -f -"),
        check_instruction(path),
    )


OPENSHIFT = DISTRIBUTION_3._replace(
    id="openshift",
    title="OpenShift's registry",
    label="OpenShift",
    also=("okd", "image registry operator"),
    summary="OpenShift 4's image registry. In old releases: choose Distribution 2.",
    next_steps=_next_steps,
    migration=_MIGRATION,
    storage_classes=("STANDARD",),  # this and the following: what the operator has no setting for
    newer_storage_classes={},
    acls=("private",),
    has_root=False,
    can_skip_verification=False,
    usual_url="https://default-route-openshift-image-registry.apps.CLUSTER",
    trust='put the CA into a ConfigMap in openshift-config and set "trustedCA.name" to its name',
)
