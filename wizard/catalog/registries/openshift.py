"""OpenShift's image registry, built on Distribution 3; its operator writes the configuration (see `formats.openshift`).

Sources: pkg/storage/s3/s3.go of openshift/cluster-image-registry-operator, go.mod of openshift/image-registry.
"""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_3
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.model.settings import Settings


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
    trust='put the CA into a ConfigMap in openshift-config and set "trustedCA.name" to its name',
)
