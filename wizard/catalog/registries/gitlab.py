"""The GitLab container registry with its s3_v2 driver (doc/administration/packages/container_registry.md)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_3, PARAMETERS_2
from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command, restart_instruction
from wizard.catalog.registries.registry import Images
from wizard.catalog.registries.sdk import SDK_2
from wizard.model.settings import Settings

# "Migrate to object storage without downtime" in doc/administration/packages/container_registry.md
_MIGRATION = Migration(
    collection_off=(
        Instruction(
            'Turn off garbage collection: the cron job that runs "gitlab-ctl registry-garbage-collect", the cleanup '
            "policies of projects and, with the metadata database, registry['gc'] = {'disabled' => true} in "
            "/etc/gitlab/gitlab.rb."
        ),
    ),
    read_only=(
        Instruction(
            "Add 'maintenance' => {'readonly' => {'enabled' => true}} to registry['storage'] in "
            "/etc/gitlab/gitlab.rb. Pulls still work. The new registry['storage'] below ends the read-only mode.",
            "sudo gitlab-ctl reconfigure",
        ),
    ),
    backup=(
        Instruction(
            "Back up the configuration and, with the metadata database, that database with pg_dump.",
            "sudo gitlab-ctl backup-etc",
        ),
    ),
    collection_on=(Instruction("Turn on garbage collection and the cleanup policies again."),),
)


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction(
            "Write a private file, and copy its lines into /etc/gitlab/gitlab.rb:",
            export_command(path, "gitlab -o registry-storage.rb"),
        ),
        restart_instruction("gitlab"),
        check_instruction(path),
    )


GITLAB = DISTRIBUTION_3._replace(
    id="gitlab",
    title="GitLab",
    label="GitLab",
    also=("gitlab registry",),
    policy_name="GitLabRegistryPerms",
    summary="The container registry of GitLab, with its s3_v2 driver.",
    sdk=SDK_2,
    newer_storage_classes={},
    blank_region=False,
    further_parameters=PARAMETERS_2
    | {"loglevel", "checksum_disabled", "checksum_algorithm", "objectownership"}
    | {"maxrequestspersecond", "maxretries", "parallelwalk"},
    next_steps=_next_steps,
    images=Images(  # https://docs.gitlab.com/administration/packages/container_registry_metadata_database/
        left_behind="GitLab's registry starts empty until the images are copied. With the metadata database the tags "
        "stay in the lists, but images cannot be pulled until then.",
        found="GitLab's registry will serve them. With the metadata database it shows only what that lists: import "
        "them.",
    ),
    migration=_MIGRATION,
    usual_url="",  # it accepts images only below projects that exist, and the name of the test image is random
    trust="copy the CA file to /etc/gitlab/trusted-certs",
    largest_chunk=(5 << 30) // 2,  # it can send two chunks as one part (s3-aws/common/parser.go of its registry)
)
