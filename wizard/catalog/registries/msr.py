"""Mirantis Secure Registry 3, built on Distribution 2 (docs.mirantis.com, MSR 3.1, "Switch storage backends").

MSR 2 is `DTR`; MSR 4 is Harbor.
"""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.registries.distribution import DISTRIBUTION_2
from wizard.catalog.registries.next_steps import Instruction, check_instruction, export_command
from wizard.catalog.registries.registry import MOUNTED_CA
from wizard.model.settings import Settings


def _next_steps(settings: Settings, path: Path) -> tuple[Instruction, ...]:
    del settings
    return (
        Instruction("Merge it into the values of MSR's chart, then upgrade it:", export_command(path, "msr-helm")),
        Instruction("With MSR's operator, merge it into its resource:", export_command(path, "msr-operator")),
        check_instruction(path),
    )


MSR_3 = DISTRIBUTION_2._replace(
    id="msr-3",
    title="MSR 3",
    label="MSR 3",
    also=("mirantis secure registry 3",),
    summary="Mirantis Secure Registry 3.x on Kubernetes or Swarm.",
    next_steps=_next_steps,
    trust=MOUNTED_CA,
)
