"""What has happened so far in a validation: the model behind the Validate screen, without its drawing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from wizard.checks.check import GROUPS, Check, Group
from wizard.model.displayed_host import display_host
from wizard.model.findings import Finding, Fix
from wizard.model.settings import Settings
from wizard.validation.results import Event, Report, Result, Started, Status
from wizard.validation.summary import main_failure

_CLEAN_UP = "cleanup"  # the id of the check that removes the test data


class Plan(NamedTuple):
    """What runs: the checks in their order, the rows that show them by their ids, and what a slow check waits for."""

    checks: tuple[Check, ...]
    groups: Mapping[str, Group]
    place: str


@dataclass
class ValidationProgress:
    """The checks that have started and their results, by check id. Without arguments: no validation has run yet.

    `started`, `started_at` and `clock` are in seconds, of a clock whose zero has no meaning. `other_plan` replaces that
    of the settings.
    """

    results: dict[str, Result] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)
    report: Report | None = None
    settings: Settings = field(default_factory=Settings)
    started_at: float = 0.0
    clock: Callable[[], float] = time.monotonic
    other_plan: Plan | None = None

    @classmethod
    def start(cls, settings: Settings, other_plan: Plan | None = None) -> ValidationProgress:
        """A validation that starts now."""
        return cls(settings=settings, started_at=time.monotonic(), other_plan=other_plan)

    @cached_property
    def plan(self) -> Plan:
        """What runs."""
        from wizard.validation.runner import checks_for  # imported here: the first screens do without the checks

        place = "the folder" if self.settings.type == "filesystem" else display_host(self.settings)
        return self.other_plan or Plan(checks_for(self.settings), GROUPS, place)

    def record(self, event: Event) -> None:
        """Records an event of the validation."""
        match event:
            case Started():
                self.started[event.check.id] = self.clock()
            case Result():
                self.results[event.check.id] = event
            case Report():
                self.report = _without_unended(event)
                self.results = {result.check.id: result for result in self.report.results}

    @property
    def is_running(self) -> bool:
        return self.started_at > 0 and self.report is None

    @property
    def is_removing(self) -> bool:
        """Whether the validation has ended, and the test data is still being removed."""
        return self.report is not None and self.report.later is not None

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks of the validation, in their order."""
        return self.plan.checks

    @cached_property
    def groups(self) -> dict[str, list[Check]]:
        """The checks of each group, in the order of the groups."""
        groups: dict[str, list[Check]] = {}
        for check in self.checks:
            groups.setdefault(check.group, []).append(check)
        return groups

    def status_of(self, check: Check) -> Status | None:
        """How a check ended; None before that."""
        result = self.results.get(check.id)
        return result.status if result else None

    def has_started(self, checks: Iterable[Check]) -> bool:
        """Whether any of these checks has started or was skipped."""
        return any(check.id in self.started or check.id in self.results for check in checks)

    def has_findings(self, group: str) -> bool:
        """Whether a check of the group has failed or warns."""
        return any(self.status_of(check) in (Status.FAILED, Status.WARNING) for check in self.groups[group])

    def findings(self) -> Iterator[Finding]:
        """The failures, and after them the warnings, in the order of the checks."""
        return (finding for _, _, finding in self.findings_of(self.checks))

    def findings_of(self, checks: Sequence[Check]) -> Iterator[tuple[Check, Status, Finding]]:
        """The failures of these checks, and after them their warnings, each with its check and how that ended."""
        for wanted in (Status.FAILED, Status.WARNING):
            for check in checks:
                result = self.results.get(check.id)
                if result and result.status is wanted and result.finding:
                    yield check, wanted, result.finding

    def main_failure(self) -> Finding | None:
        """The failure to correct first; None if there is none."""
        return main_failure(self.results[check.id] for check in self.checks if check.id in self.results)

    def fix(self) -> Fix | None:
        """The first fix that a key can apply: that of a failure, or of a warning where nothing has failed."""
        wanted = Status.FAILED if self.main_failure() else Status.WARNING
        found = (finding.fix for _, status, finding in self.findings_of(self.checks) if status is wanted)
        return next((fix for fix in found if fix and fix.applies), None)

    def running_check(self) -> tuple[Check, float] | None:
        """The first check that is running, and for how many seconds; None if none is."""
        running = ((check, self.seconds_since_start(check)) for check in self.checks)
        return next(((check, seconds) for check, seconds in running if seconds is not None), None)

    def seconds_since_start(self, check: Check) -> float | None:
        """How long a check has been running; None when it is not running."""
        started = self.started.get(check.id)
        return self.clock() - started if started and check.id not in self.results else None

    @property
    def seconds(self) -> float:
        """How long the validation has taken so far, or took."""
        return self.report.seconds if self.report else self.clock() - self.started_at


def _without_unended(report: Report) -> Report:
    """The report without the result of a clean-up that continues."""
    if report.later is None:
        return report
    return replace(report, results=tuple(each for each in report.results if each.check.id != _CLEAN_UP))
