"""Harbor, which includes Distribution 2.8 (REGISTRY_SRC_TAG in its Makefile)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_2
from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import (
    Instruction,
    Target,
    check_instruction,
    export_instruction,
    restart_instruction,
)
from wizard.catalog.registries.registry import Images
from wizard.model.settings import Settings

# https://goharbor.io/docs/main/administration/backup-restore/ and garbage-collection/ beside it; for MSR 4
# https://docs.mirantis.com/msr/latest/backup/instance-backup
_MIGRATION = Migration(
    collection_off=(
        Instruction("In Harbor, open Administration > Clean Up, and set the schedule of garbage collection to None."),
    ),
    read_only=(
        Instruction(
            "Turn on Repository Read Only in Administration > Configuration > System Settings. Pulls still work."
        ),
    ),
    backup=(
        Instruction(
            "Back up Harbor's database. In MSR 4 its user is harbor. For a database of your own, use its own tools.",
            "(umask 077; docker exec harbor-db pg_dumpall -U postgres > harbor-db.sql)",
        ),
    ),
    read_write=(Instruction("Turn off Repository Read Only."),),
    collection_on=(Instruction("Set the schedule of garbage collection again."),),
)


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        export_instruction(
            path,
            "harbor",
            Target(("harbor.yml",), "harbor-storage.yml"),
            "Add it to harbor.yml:",
            "Write a file, and copy its storage section into Harbor's harbor.yml:",
        ),
        restart_instruction("harbor"),
        check_instruction(path),
    )


HARBOR = DISTRIBUTION_2._replace(
    id="harbor",
    title="Harbor",
    label="Harbor, MSR 4",
    also=("msr 4", "goharbor", "mirantis secure registry 4"),
    policy_name="HarborStoragePerms",
    summary="Harbor 2.x and Mirantis Secure Registry 4.x, with Distribution 2.8 inside.",
    next_steps=_next_steps,
    images=Images(  # its artifacts and tags are in its own database (src/pkg/artifact/dao/model.go)
        left_behind="Harbor and MSR 4 keep projects and tags in their database: images stay in the lists, but cannot "
        "be pulled until they are copied.",
        found="Harbor and MSR 4 show only the images in their own database. These are not among them, unless that "
        "database was made with this storage.",
    ),
    migration=_MIGRATION,
    usual_url="https://HARBOR-HOST",
    trust='set "ca_bundle" in storage_service of harbor.yml to the path of the CA file',
    proxy_note="Harbor before 2.16 gives its registry no proxy.",  # goharbor/harbor#13590
)
