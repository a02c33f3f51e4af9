"""Mirantis Secure Registry 3, built on Distribution 2 (docs.mirantis.com, MSR 3.1, "Switch storage backends").

MSR 2 is `DTR`; MSR 4 is Harbor.
"""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_2
from wizard.catalog.registries.dtr import COLLECTION_OFF, COLLECTION_ON, DTR, READ_ONLY, READ_WRITE
from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.catalog.registries.registry import MOUNTED_CA, Images
from wizard.model.settings import Settings

# https://docs.mirantis.com/msr/3.1/ops/msr-configure/configure-external-storage/switch-storage-backends.html
_IMAGES = Images(
    left_behind="MSR 3 starts an empty metadata store on other storage: all tags are gone, unless you copy the "
    "images first and restore a backup of the metadata.",
    found=DTR.images.found.replace("From 2.6 on, DTR and MSR 2 show", "MSR 3 shows").replace("their own", "its own"),
)
# https://docs.mirantis.com/msr/3.1/ops/disaster-recovery/create-a-backup.html
_MIGRATION = Migration(
    collection_off=(COLLECTION_OFF,),
    read_only=(READ_ONLY,),
    backup=(
        Instruction(
            'Back up the metadata with "msr backup": https://docs.mirantis.com/msr/3.1/ops/disaster-recovery/'
            "create-a-backup.html"
        ),
    ),
    read_write=(
        Instruction('Restore the metadata with "msr restore": on other storage it starts empty.'),
        READ_WRITE,
    ),
    collection_on=(COLLECTION_ON,),
)


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction(
            "Write values for MSR's chart to a private file, then upgrade the chart with them (helm upgrade -f):",
            export_command(path, "msr-helm -o msr-storage.yaml"),
        ),
        Instruction(
            "With MSR's operator: write a patch to a private file; the command says how to apply it:",
            export_command(path, "msr-operator -o msr-patch.yaml"),
        ),
        check_instruction(path),
    )


MSR_3 = DISTRIBUTION_2._replace(
    id="msr-3",
    title="MSR 3",
    label="MSR 3",
    also=("mirantis secure registry 3",),
    summary="Mirantis Secure Registry 3.x on Kubernetes or Swarm.",
    next_steps=_next_steps,
    images=_IMAGES,
    migration=_MIGRATION,
    usual_url="https://MSR-HOST",
    trust=MOUNTED_CA,
)
