"""CNCF Distribution, on which the other registries are built (registry/storage/driver/s3-aws/s3.go)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.next_steps import Instruction, NextSteps, check_instruction, export_command
from wizard.catalog.registries.registry import Registry
from wizard.model.settings import Settings

# The regions of aws-sdk-go v1.15.11, which every 2.8.z is built with.
REGIONS_2 = frozenset(
    [
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "cn-north-1",
        "cn-northwest-1",
        "us-gov-west-1",
    ]
)
# The regions of aws-sdk-go v1.55.5, which 3.0 and 3.1 are built with.
REGIONS_3 = REGIONS_2 | frozenset(
    [
        "af-south-1",
        "ap-east-1",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ca-west-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "us-gov-east-1",
        "us-iso-east-1",
        "us-iso-west-1",
        "us-isob-east-1",
        "eu-isoe-west-1",
    ]
)
CLASSES_2 = ("STANDARD", "REDUCED_REDUNDANCY", "NONE")
CLASSES_3 = (
    *CLASSES_2,
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "OUTPOSTS",
    "GLACIER_IR",
    "EXPRESS_ONEZONE",
)


def _merge_into_configuration(format_id: str) -> NextSteps:
    def next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
        del settings
        return (
            Instruction("Put it into the registry's file, and then start the registry again:"),
            Instruction("", export_command(path, f"{format_id} --into config.yml")),
            check_instruction(path),
        )

    return next_steps


DISTRIBUTION_2 = Registry(
    id="distribution-2",
    title="Distribution 2.x",
    summary="The image registry:2, and Docker Distribution as Linux systems package it.",
    regions=REGIONS_2,
    storage_classes=CLASSES_2,
    path_style_setting=False,
    stat_by_list=True,
    list_version=1,
    full_credential_chain=False,
    v2_signatures=True,
    proxy_with_skipverify=False,
    content_md5=True,
    merges_last_parts=True,
    next_steps=_merge_into_configuration("distribution-2"),
)

DISTRIBUTION_3 = Registry(
    id="distribution-3",
    title="Distribution 3.x",
    summary="The image registry:3, CNCF Distribution. Recommended for a new one.",
    regions=REGIONS_3,
    storage_classes=CLASSES_3,
    path_style_setting=True,
    stat_by_list=False,
    list_version=2,
    full_credential_chain=True,
    v2_signatures=True,
    proxy_with_skipverify=True,
    content_md5=True,
    merges_last_parts=False,
    next_steps=_merge_into_configuration("distribution-3"),
)
