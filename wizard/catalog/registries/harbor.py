"""Harbor, which includes Distribution 2.8 (REGISTRY_SRC_TAG in its Makefile)."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_2
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command, restart_instruction
from wizard.model.settings import Settings


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("In harbor.yml:", export_command(path, "harbor --into harbor.yml")),
        restart_instruction("harbor", path),
        check_instruction(path),
    )


HARBOR = DISTRIBUTION_2._replace(
    id="harbor",
    title="Harbor",
    label="Harbor, MSR 4",
    also=("msr 4", "goharbor", "mirantis secure registry 4"),
    summary="Harbor 2.x and Mirantis Secure Registry 4.x, with Distribution 2.8 inside.",
    next_steps=_next_steps,
    proxy_note="Harbor before 2.16 gives its registry no proxy.",  # goharbor/harbor#13590
)
