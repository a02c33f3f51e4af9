"""The declaration of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

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

    `title` names it in reports, reasons and verdicts; `word` names it in the row of its group, among the others.
    `requires`: checks that must have passed before this one starts.
    `runs_after`: checks that must have ended before this one starts, whatever their result.
    `prepare`: what is done from the start of the run on, beside the first checks, to save round trips. It can be `run`
    itself. `CheckContext.result_of` has its result.
    `needed_for`: what the registry cannot do when this check fails.
    `group`: the row of the Validate screen, a key of `GROUPS`.
    `advisory`: never fails, and never delays the end of a run.
    """

    id: str
    title: str
    word: str
    group: str
    run: Callable[[CheckContext], Finding | None] | None = None  # None: the result comes from other calls
    prepare: Callable[[CheckContext], Any] | None = None
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


class Group(NamedTuple):
    """A row of the Validate screen; `proves` is the clause that holds once its checks have passed."""

    title: str
    proves: str


GROUPS: Mapping[str, Group] = {
    "reach": Group("Reach the store", "the store answers at this address"),
    "objects": Group("Read and write", "images can be pushed and come back identical"),
    "layers": Group("Large layers", "large layers and resumed uploads work"),
    "redirect": Group("Pull by redirect", "clients can download through signed links"),
    "delete": Group("Delete", "deleted data is really deleted"),
    "cleanup": Group("Clean up", "no test data is left in the store"),
    "advice": Group("Advice", "the bucket's settings suit a registry"),
}
SETTINGS_CHECK = Check("settings", "Check settings", "settings", "reach")  # of a bucket and of a folder
