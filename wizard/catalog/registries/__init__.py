"""The registries: what the S3 driver of each one supports, and the commands that put the saved settings to use.

To add a registry, add a module with a `Registry` and list it in `REGISTRIES`. A registry that is built on another one
is the other one's `Registry` with some fields replaced. What several registries suggest is in `next_steps`.
"""

from wizard.catalog.registries.distribution import DISTRIBUTION_2, DISTRIBUTION_3
from wizard.catalog.registries.dtr import DTR
from wizard.catalog.registries.gitlab import GITLAB
from wizard.catalog.registries.harbor import HARBOR
from wizard.catalog.registries.msr import MSR_3
from wizard.catalog.registries.next_steps import Instruction
from wizard.catalog.registries.openshift import OPENSHIFT
from wizard.catalog.registries.quay import QUAY
from wizard.catalog.registries.registry import ACLS, MOUNTED_CA, Registry
from wizard.catalog.registries.zot import ZOT
from wizard.text.name_search import exactly_named, nearest_named

__all__ = [
    "ACLS",
    "MOUNTED_CA",
    "REGISTRIES",
    "Instruction",
    "Registry",
    "nearest_registry",
    "registry_named",
    "registry_names",
    "registry_of",
]

REGISTRIES: dict[str, Registry] = {
    r.id: r for r in (DTR, MSR_3, HARBOR, DISTRIBUTION_2, DISTRIBUTION_3, GITLAB, OPENSHIFT, ZOT, QUAY)
}


def registry_of(registry_id: str) -> Registry:
    """The registry with that id; Distribution 2, which supports least, for an unknown one."""
    return REGISTRIES.get(registry_id, DISTRIBUTION_2)


def registry_named(text: str) -> str:
    """The id of the registry that has `text` as its id or another name, without case; empty if none has."""
    return exactly_named(text, registry_names())


def nearest_registry(text: str) -> str:
    """The id of the registry that an unknown name most probably means; empty if it can mean several, or none."""
    return nearest_named(text, registry_names())


def registry_names() -> dict[str, tuple[str, ...]]:
    """The names of each registry by its id: the one in lists first."""
    return {each.id: (each.label, each.title, *each.also) for each in REGISTRIES.values()}
