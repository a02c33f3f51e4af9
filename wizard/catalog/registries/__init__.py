"""The registries: what the S3 driver of each one supports, and the commands that put the saved settings to use.

To add a registry, add a module with a `Registry` and list it in `REGISTRIES`. A registry that is built on another one
is the other one's `Registry` with some fields replaced. What several registries suggest is in `next_steps`.
"""

from wizard.catalog.registries.distribution import DISTRIBUTION_2, DISTRIBUTION_3
from wizard.catalog.registries.dtr import DTR
from wizard.catalog.registries.gitlab import GITLAB
from wizard.catalog.registries.harbor import HARBOR
from wizard.catalog.registries.next_steps import Instruction
from wizard.catalog.registries.quay import QUAY
from wizard.catalog.registries.registry import ACLS, Registry

__all__ = ["ACLS", "REGISTRIES", "Instruction", "Registry", "registry_of"]

REGISTRIES: dict[str, Registry] = {r.id: r for r in (DTR, DISTRIBUTION_2, DISTRIBUTION_3, HARBOR, GITLAB, QUAY)}


def registry_of(registry_id: str) -> Registry:
    """The registry with that id; Distribution 2.x, which supports least, for an unknown one."""
    return REGISTRIES.get(registry_id, DISTRIBUTION_2)
