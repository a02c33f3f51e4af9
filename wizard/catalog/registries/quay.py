"""Quay, which has a client of its own: boto3 (storage/cloud.py of quay/quay). Only its configuration is known here.

With an endpoint boto3 has the bucket in the path (`compute_endpoint_resolver_builtin_defaults` in botocore/args.py).
"""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_2
from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import Instruction, Target, check_instruction, export_instruction
from wizard.catalog.registries.registry import Images
from wizard.catalog.registries.sdk import SDK_1_55, ConfigFile
from wizard.model.settings import Settings

# https://docs.redhat.com/en/documentation/red_hat_quay/3/html/manage_red_hat_quay/standalone-deployment-backup-restore
_MIGRATION = Migration(
    collection_off=(
        Instruction(
            'Set "FEATURE_GARBAGE_COLLECTION: false" in Quay\'s config.yaml. Restart Quay after the next edit.'
        ),
    ),
    read_only=(Instruction('Set "DISABLE_PUSHES: true" in config.yaml, and restart Quay. Pulls still work.'),),
    backup=(Instruction("Back up Quay's database with pg_dump."),),
    read_write=(Instruction('Remove "DISABLE_PUSHES" from config.yaml, and restart Quay.'),),
    collection_on=(Instruction('Remove "FEATURE_GARBAGE_COLLECTION" from config.yaml, and restart Quay.'),),
    left_out=("/uploads/**",),
)


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        export_instruction(
            path,
            "quay",
            Target(("config.yaml",), "quay-storage.yaml"),
            "Add it to Quay's config, then restart Quay:",
            "Write a file, and copy its storage section into Quay's config:",
        ),
        check_instruction(path),
    )


QUAY = DISTRIBUTION_2._replace(
    id="quay",
    title="Quay",
    label="Quay",
    also=("project quay",),
    policy_name="QuayStoragePerms",
    summary="Quay 3, of which only the configuration is known.",
    sdk=SDK_1_55._replace(
        title="boto3",
        regions=None,
        config_file=ConfigFile.ALWAYS,
        v2_signatures=False,
        strict_variables={},
        client_certificate_variables=(),
    ),
    merges_last_parts=False,
    further_parameters=frozenset(),
    next_steps=_next_steps,
    images=Images(  # its tags and manifests are in its own database (data/database.py)
        left_behind="Quay keeps its tags in its database: images stay in the lists, but cannot be pulled "
        "until they are copied.",
        folder="",  # each kind of object has a folder at the top (storage/basestorage.py)
        found="Quay shows only the images in its own database. These are not among them, unless that database was made "
        "with this storage.",
    ),
    migration=_MIGRATION,
    usual_url="https://QUAY-HOST",
    trust="copy the CA file to extra_ca_certs next to config.yaml",
    is_offered=False,
    difference="Quay uses its own S3 client. Validation makes the calls of Distribution 2 with the same settings.",
)
