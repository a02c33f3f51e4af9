"""The declaration of a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.catalog.registries import Registry
from wizard.model.findings import Finding
from wizard.s3.operations import OPERATIONS

if TYPE_CHECKING:
    from wizard.checks.context import CheckContext


class Skip(Exception):
    """The check does not apply. The text is the reason that the report gives."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check as data.

    `requires`: checks that must have passed before this one starts.
    `runs_after`: checks that must have ended before this one starts, whatever their result.
    `prepare`: what is done at the start of the run already, beside the first checks, to save a round trip.
    `needed_for`: what the registry cannot do when this check fails.
    `group`: the row of the Validate screen, a key of `GROUPS`.
    `advisory`: never fails, and never delays the end of a run.
    """

    id: str
    title: str
    group: str
    run: Callable[[CheckContext], Finding | None] | None = None  # None: the result comes from other calls
    prepare: Callable[[CheckContext], None] | None = None
    calls: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    runs_after: tuple[str, ...] = ()
    needed_for: tuple[str, ...] = ()
    advisory: bool = False

    def calls_of(self, registry: Registry) -> tuple[str, ...]:
        """The S3 calls that the check makes for this registry."""
        list_call = "ListObjects" if registry.list_version == 1 else "ListObjectsV2"
        stat_call = list_call if registry.stat_by_list else "HeadObject"
        names = {"List": list_call, "Stat": stat_call}
        return tuple(dict.fromkeys(names.get(call, call) for call in self.calls))

    def actions_of(self, registry: Registry) -> tuple[str, ...]:
        """The IAM actions that these calls require."""
        return tuple(dict.fromkeys(OPERATIONS[call].action for call in self.calls_of(registry)))


EVERYTHING = ("push", "pull", "delete", "garbage collection")
GROUPS: dict[str, str] = {
    "reach": "Reach the store",
    "objects": "Read and write",
    "layers": "Large layers",
    "redirect": "Redirects",
    "delete": "Delete",
    "cleanup": "Clean up",
    "advice": "Advice",
}
SETTINGS_CHECK = Check("settings", "Settings make sense", "reach")  # of a bucket and of a folder
