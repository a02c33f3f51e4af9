"""What a check is."""

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
    """There is nothing to try; the text says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check as data.

    `after`: checks that must have passed. `once_over`: checks that must be over, however they ended. `needed_for`:
    what users cannot do without it. `group`: the row of the Validate screen. `advisory`: never fails, and never
    holds up a run.
    """

    id: str
    title: str
    group: str
    run: Callable[[CheckContext], Finding | None] | None = None  # None: read off the first call's outcome
    calls: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    once_over: tuple[str, ...] = ()
    needed_for: tuple[str, ...] = ()
    advisory: bool = False

    def calls_of(self, registry: Registry) -> tuple[str, ...]:
        """The S3 calls that it makes for this registry."""
        list_call = "ListObjects" if registry.list_version == 1 else "ListObjectsV2"
        stat_call = list_call if registry.stat_by_list else "HeadObject"
        names = {"List": list_call, "Stat": stat_call}
        return tuple(dict.fromkeys(names.get(call, call) for call in self.calls))

    def actions_of(self, registry: Registry) -> tuple[str, ...]:
        """The IAM actions that these calls take."""
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
