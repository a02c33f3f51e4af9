"""What the store is found to be: by one look at it, and by a run of checks, its events and the report at its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wizard.catalog.registries import registry_of
from wizard.checks.check import Check
from wizard.model.findings import Finding
from wizard.model.settings import Settings


@dataclass(frozen=True, slots=True)
class ReachabilityStatus:
    """What one listing tells: whether the endpoint answers, the keys are accepted, the bucket is there.

    None means that this did not show. `finding` is what is wrong.
    """

    endpoint: bool | None = None
    keys: bool | None = None
    bucket: bool | None = None
    finding: Finding | None = None


class Status(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    WARNING = "warning"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Started:
    """A check has begun."""

    check: Check


@dataclass(frozen=True, slots=True)
class Result:
    """A check is over. `reason` says why one was skipped; `seconds` is wall time."""

    check: Check
    status: Status
    seconds: float = 0.0
    finding: Finding | None = None
    reason: str = ""

    def as_json(self, settings: Settings) -> dict[str, object]:
        """The shape that `check --json` prints."""
        registry = registry_of(settings.registry)
        shape: dict[str, object] = {
            "id": self.check.id,
            "title": self.check.title,
            "status": self.status.value,
            "seconds": round(self.seconds, 3),
            "calls": list(self.check.calls_of(registry)),
            "actions": list(self.check.actions_of(registry)),
            "needed_for": list(self.check.needed_for),
            "finding": self.finding.as_json() if self.finding else None,
        }
        return shape | ({"reason": self.reason} if self.status is Status.SKIPPED else {})


@dataclass(frozen=True, slots=True)
class Report:
    """The whole run, its results in the checks' order. `leftovers` are full keys that could not be removed."""

    settings: Settings
    results: tuple[Result, ...]
    seconds: float
    leftovers: tuple[str, ...] = ()
    cancelled: bool = False

    @property
    def passed(self) -> bool:
        """Whether the registry can work with these settings: nothing failed, and nothing was broken off."""
        return not self.cancelled and not self.failed

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
        }


Event = Started | Result | Report
