"""Docker Trusted Registry 2.x and Mirantis Secure Registry 2.x, built on Distribution 2."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_2
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.model.settings import Settings


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    page = "Amazon S3" if settings.type == "s3" else "Filesystem"
    return (
        Instruction(f"In the DTR or MSR web UI, open System > Storage, choose {page},"),
        Instruction("enter these values and click Save. Or run:", export_command(path, "dtr")),
        check_instruction(path),
    )


DTR = DISTRIBUTION_2._replace(
    id="dtr",
    title="Docker Trusted Registry",
    label="DTR, MSR 2",
    also=("msr 2", "mirantis secure registry 2"),
    summary="Docker Trusted Registry 2.x and Mirantis Secure Registry 2.x.",
    next_steps=_next_steps,
)
