"""Harbor, which runs Distribution 2.8 inside (its Makefile's REGISTRY_SRC_TAG)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.base import Instruction
from wizard.catalog.registries.distribution import DISTRIBUTION_2, check_again, export_command
from wizard.model.settings import Settings


def _next(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("In harbor.yml:", export_command(path, "harbor --into harbor.yml")),
        Instruction("Then:", "sudo ./prepare && docker compose up -d"),
        check_again(path),
    )


HARBOR = DISTRIBUTION_2._replace(
    id="harbor",
    title="Harbor",
    summary="Harbor 2.x, which runs Distribution 2.8 inside.",
    next_steps=_next,
)
