"""CNCF Distribution, on which the other registries are built (registry/storage/driver/s3-aws/s3.go).

`DISTRIBUTION_2` is 2.8 as it is released, in the image registry:2 and in Harbor. Debian builds its package
docker-registry with a newer SDK, which asks for metadata tokens and knows more regions. `DISTRIBUTION_3` is the newest
3.x.
"""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import Instruction, NextSteps, Target, check_instruction, export_instruction
from wizard.catalog.registries.registry import Images, Registry
from wizard.catalog.registries.sdk import SDK_1_15, SDK_1_55
from wizard.model.settings import Settings

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
# Parameters of the driver that are not among the settings.
PARAMETERS_2 = frozenset(["multipartcopychunksize", "multipartcopymaxconcurrency", "useragent"])

# Its only record of repositories and tags is the storage (registry/storage/paths.go).
_IMAGES = Images(
    left_behind="The registry keeps its tags in the storage, too: it starts empty until the images are copied.",
    found="The registry will serve them.",
)
# https://distribution.github.io/distribution/about/configuration/#maintenance
_MIGRATION = Migration(
    collection_off=(
        Instruction('Turn off garbage collection: the cron job or timer that runs "registry garbage-collect".'),
    ),
    read_only=(
        Instruction(
            "Stop the registry, so that nothing changes during the last copy; in a container, with docker stop NAME. "
            'To keep pulls working, set "storage.maintenance.readonly.enabled" to true in its config instead and '
            "restart it. Set it to false again before the restart below.",
            "sudo systemctl stop docker-registry",
        ),
    ),
    collection_on=(Instruction("Turn on garbage collection again."),),
)


def _merge_into_configuration(format_id: str, system_file: str) -> NextSteps:
    def next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
        del settings
        return (
            export_instruction(
                path,
                format_id,
                Target(("config.yml", system_file), "config.yml"),
                "Add it to the registry's config, then restart the registry:",
                "Write a config for the registry, and start the registry with it:",
            ),
            check_instruction(path),
        )

    return next_steps


DISTRIBUTION_2 = Registry(
    id="distribution-2",
    title="Distribution 2",
    label="Distribution 2",
    also=("registry:2", "docker registry", "docker-registry"),
    summary='The registry:2 image and Linux "docker-registry" packages.',
    sdk=SDK_1_15,
    storage_classes=CLASSES_2,
    newer_storage_classes={},
    path_style_setting=False,
    blank_region=False,
    stat_by_list=True,
    list_version=1,
    needs_truncation=True,
    merges_last_parts=True,
    further_parameters=PARAMETERS_2,
    next_steps=_merge_into_configuration("distribution-2", "/etc/docker/registry/config.yml"),
    images=_IMAGES,
    migration=_MIGRATION,
    usual_url="http://REGISTRY-HOST:5000",
)

DISTRIBUTION_3 = Registry(
    id="distribution-3",
    title="Distribution 3",
    label="Distribution 3",
    also=("registry:3", "cncf distribution"),
    summary="The registry:3 image (CNCF Distribution). Recommended for new installs.",
    sdk=SDK_1_55,
    storage_classes=CLASSES_3,
    newer_storage_classes={"EXPRESS_ONEZONE": "3.1.1"},
    path_style_setting=True,
    blank_region=True,
    stat_by_list=False,
    list_version=2,
    needs_truncation=False,
    merges_last_parts=False,
    further_parameters=PARAMETERS_2 | {"loglevel", "accelerate", "usedualstack", "usefipsendpoint"},
    next_steps=_merge_into_configuration("distribution-3", "/etc/distribution/config.yml"),
    images=_IMAGES,
    migration=_MIGRATION,
    usual_url=DISTRIBUTION_2.usual_url,
)
