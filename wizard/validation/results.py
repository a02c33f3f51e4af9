"""The events of a run: a check starts, a check ends, and the report at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from wizard.catalog.registries import registry_of
from wizard.checks.check import SETTINGS_CHECK, Check
from wizard.model.findings import Finding
from wizard.model.settings import Settings

# Reasons of skipped checks.
CANCELLED = "cancelled"
NO_TIME_LEFT = "no time left"


def skipped_as_needing(check: Check, blocker: Check, seconds: float = 0.0) -> Result:
    """The result of a check that did not run because `blocker` has not passed."""
    return Result(check, Status.SKIPPED, seconds, reason=f"needs `{blocker.id}`", blocker=blocker)


def skipped_as_same_cause(check: Check, reported_by: Check, seconds: float = 0.0) -> Result:
    """The result of a check that failed for the cause that `reported_by` has reported."""
    reason = f"the same cause as `{reported_by.id}`"
    return Result(check, Status.SKIPPED, seconds, reason=reason, blocker=reported_by)


class Status(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    WARNING = "warning"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Started:
    """A check has started."""

    check: Check


@dataclass(frozen=True, slots=True)
class Result:
    """A check has ended. `seconds` is wall time.

    `reason` says for scripts why a check was skipped. `blocker` is the other check that it names by its id, if any.
    `more`: what the same check has found besides `finding`, for people.
    """

    check: Check
    status: Status
    seconds: float = 0.0
    finding: Finding | None = None
    reason: str = ""
    blocker: Check | None = None
    more: tuple[Finding, ...] = ()

    @property
    def reason_in_words(self) -> str:
        """`reason` for people, with the title of the other check."""
        if self.blocker is None:
            return "stopped" if self.reason == CANCELLED else self.reason
        if self.blocker is SETTINGS_CHECK:
            return "fix the settings first"
        return self.reason.replace(f"`{self.blocker.id}`", f'"{self.blocker.title}"')

    def as_json(self, settings: Settings) -> dict[str, object]:
        """The object that `check --json` prints for one check."""
        registry = registry_of(settings.registry)
        result: dict[str, object] = {
            "id": self.check.id,
            "title": self.check.title,
            "status": self.status.value,
            "seconds": round(self.seconds, 3),
            "calls": list(self.check.calls_of(registry)),
            "actions": list(self.check.actions_of(registry)),
            "needed_for": list(self.check.needed_for),
            "finding": self.finding.as_json() if self.finding else None,
        }
        return result | ({"reason": self.reason} if self.status is Status.SKIPPED else {})


@dataclass(frozen=True, slots=True)
class Report:
    """The complete run, with the results in the order of the checks.

    `leftovers`: the full keys (or paths) that could not be removed; `version_problem` says why versions of objects are
    among them, as the end of a sentence. `removed`: what earlier runs had left behind and this one has removed.
    `cancelled`: the run was stopped by its caller. `notes`: sentences on what the run did beyond the usual.
    `environment`: names of what the result depends on and the registry may not have, such as a proxy variable.
    `later`: where `leftovers` are still being removed, waits for the end of that, and returns the report on what is
    left then. It does so only as long as the program runs.
    """

    settings: Settings
    results: tuple[Result, ...]
    seconds: float
    leftovers: tuple[str, ...] = ()
    cancelled: bool = False
    removed: tuple[str, ...] = ()
    version_problem: str = ""
    notes: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    later: Callable[[], Report] | None = field(default=None, compare=False, repr=False)

    @property
    def passed(self) -> bool:
        """Whether the registry can work with these settings: no check failed, and the run was not cancelled."""
        return not self.cancelled and not self.failed

    @property
    def removed_sentence(self) -> str:
        """What earlier runs had left behind and this one has removed, as a sentence; empty if nothing was."""
        if not self.removed:
            return ""
        more = f" and {len(self.removed) - 1} more" if len(self.removed) > 1 else ""
        return f"Removed test data left by an earlier validation: {self.removed[0]}{more}."

    @property
    def environment_sentence(self) -> str:
        """What of this machine the result depends on, as a sentence; empty if on nothing."""
        if not self.environment:
            return ""
        uses_proxy = any(name.upper().endswith("_PROXY") for name in self.environment)
        note = registry_of(self.settings.registry).proxy_note if uses_proxy else ""
        text = f"Used from this machine: {', '.join(self.environment)}. The registry's environment needs the same."
        return f"{text} {note}".rstrip()

    @property
    def failed(self) -> tuple[str, ...]:
        """The ids of the checks that failed."""
        return tuple(result.check.id for result in self.results if result.status is Status.FAILED)

    def as_json(self, config: str) -> dict[str, object]:
        """The object that `check --json` prints for one file."""
        return {
            "config": config,
            "passed": self.passed,
            "seconds": round(self.seconds, 3),
            "checks": [result.as_json(self.settings) for result in self.results],
            "leftovers": list(self.leftovers),
            "removed": list(self.removed),
            "notes": list(self.notes),
            "environment": list(self.environment),
        }


Event = Started | Result | Report
