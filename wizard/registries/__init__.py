"""One module per registry: what it supports, and what to do with the saved file."""

from wizard.registries.base import ACLS, NextStep, Registry
from wizard.registries.distribution import DISTRIBUTION_2, DISTRIBUTION_3
from wizard.registries.dtr import DTR
from wizard.registries.gitlab import GITLAB
from wizard.registries.harbor import HARBOR

__all__ = ["ACLS", "REGISTRIES", "NextStep", "Registry", "registry_of"]

REGISTRIES: dict[str, Registry] = {r.id: r for r in (DTR, DISTRIBUTION_2, DISTRIBUTION_3, HARBOR, GITLAB)}


def registry_of(registry: str) -> Registry:
    """The registry of that id; an unknown id is treated as the 2.x line, which is the strictest."""
    return REGISTRIES.get(registry, DISTRIBUTION_2)
