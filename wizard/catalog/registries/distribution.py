"""CNCF Distribution, the registry that the others descend from (registry/storage/driver/s3-aws/s3.go)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.base import Instruction, Registry
from wizard.config import DEFAULT_FILE
from wizard.model.settings import Settings

# The list compiled into aws-sdk-go v1.15.11, which every 2.8.z is built with.
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
# aws-sdk-go v1.55.5, which 3.0 and 3.1 are built with.
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


def check_again(path: Path) -> Instruction:
    """The step that all registries share: the same validation, from a script or a cron job."""
    import shlex

    return Instruction("Check it again at any time:", f"storage-wizard check {shlex.quote(str(path))}")


def export_command(path: Path, arguments: str) -> str:
    """What writes the settings of a file for a registry."""
    import shlex  # here, as most only ask what a registry knows

    file = "" if path == DEFAULT_FILE else f" -c {shlex.quote(str(path))}"
    return f"storage-wizard export{file} --to {arguments}"


def _next_2(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("Put it into the registry's file, and then start the registry again:"),
        Instruction("", export_command(path, "distribution-2 --into config.yml")),
        check_again(path),
    )


def _next_3(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("Put it into the registry's file, and then start the registry again:"),
        Instruction("", export_command(path, "distribution-3 --into config.yml")),
        check_again(path),
    )


DISTRIBUTION_2 = Registry(
    id="distribution-2",
    title="Distribution 2.x",
    summary="The image registry:2, and Docker Distribution as Linux systems package it.",
    regions=REGIONS_2,
    storage_classes=CLASSES_2,
    path_style_setting=False,
    stat_by_list=True,
    list_version=1,
    wide_credentials=False,
    v2_signatures=True,
    proxy_with_skipverify=False,
    content_md5=True,
    joins_last_parts=True,
    next_steps=_next_2,
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
    wide_credentials=True,
    v2_signatures=True,
    proxy_with_skipverify=True,
    content_md5=True,
    joins_last_parts=False,
    next_steps=_next_3,
)
