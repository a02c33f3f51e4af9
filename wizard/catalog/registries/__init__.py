"""One module per registry: what it supports, and what to do with the saved file."""

from wizard.catalog.registries.base import ACLS, Instruction, Registry
from wizard.catalog.registries.distribution import DISTRIBUTION_2, DISTRIBUTION_3
from wizard.catalog.registries.dtr import DTR
from wizard.catalog.registries.gitlab import GITLAB
from wizard.catalog.registries.harbor import HARBOR

__all__ = ["ACLS", "REGISTRIES", "Instruction", "Registry", "registry_of"]

REGISTRIES: dict[str, Registry] = {r.id: r for r in (DTR, DISTRIBUTION_2, DISTRIBUTION_3, HARBOR, GITLAB)}


def registry_of(registry: str) -> Registry:
    """The registry of that id; an unknown id is treated as the 2.x line, which is the strictest."""
    return REGISTRIES.get(registry, DISTRIBUTION_2)
