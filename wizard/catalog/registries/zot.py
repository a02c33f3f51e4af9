"""zot, which has the S3 driver of Distribution 3 and a storage of its own around it (see `formats.zot`)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_3
from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.catalog.registries.registry import Images
from wizard.model.settings import Settings

# https://zotregistry.dev/latest/articles/storage/; the names are those of pkg/storage/constants of project-zot/zot.
_MIGRATION = Migration(
    collection_off=(
        Instruction(
            'Turn off garbage collection: set "storage.gc" to false in zot\'s config, and restart zot.',
            "sudo systemctl restart zot",
        ),
    ),
    read_only=(Instruction("Stop zot, so that nothing changes during the last copy:", "sudo systemctl stop zot"),),
    read_write=(Instruction("Start zot. It builds its caches again:", "sudo systemctl start zot"),),
    collection_on=(Instruction('Set "storage.gc" to true again, and restart zot:', "sudo systemctl restart zot"),),
    left_out=(".uploads/**", "/cache.db", "/meta.db"),
)


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("Add it to zot's config, then restart zot:", export_command(path, "zot --into config.json")),
        check_instruction(path),
    )


ZOT = DISTRIBUTION_3._replace(
    id="zot",
    title="zot",
    label="zot",
    also=("project zot",),
    summary="zot 2, which uses the S3 driver of Distribution 3.",
    next_steps=_next_steps,
    images=Images(
        left_behind="zot keeps its tags in the storage, too: it starts empty until the images are copied.",
        found="They belong to another registry. zot uses its own folders, and does not show them.",
        folder="",  # each repository has a folder at the top
    ),
    migration=_MIGRATION,
    usual_url="http://ZOT-HOST:8080",
    difference="zot uses its own folders. Validation makes the calls of the same driver, in other folders.",
)
