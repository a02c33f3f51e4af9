"""What is told of a run: each check's result once, and each cause once, in the order of the checks."""

from __future__ import annotations

import time
from collections.abc import Container, Iterator
from dataclasses import dataclass

from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.check import Check
from wizard.diagnosis import clock
from wizard.diagnosis.diagnose import STORE_WIDE
from wizard.model.findings import Finding, Fix
from wizard.model.settings import Settings
from wizard.validation import network_layers
from wizard.validation.results import Result, Status

_NO_CERTIFICATE = "plain http has no certificate"


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that waits until the checks before it are decided, so that one cause gets one red line."""

    check: Check
    seconds: float
    finding: Finding
    operation: str

    @property
    def identities(self) -> tuple[tuple[str, ...], ...]:
        """Two failures that share one of these are one: they stop every call, are of one call, or say the same."""
        cause = self.finding.cause
        return ((cause,),) if cause in STORE_WIDE else ((cause, self.operation), (cause, self.finding.text))


class ResultCollector:
    """The results so far. Every method that decides something yields the results to tell."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.began = time.monotonic()
        self.results: dict[str, Result] = {}
        self.failures: list[Failure] = []
        self._beyond_settings = False  # whether something told so far is mended by no setting
        self._told: dict[tuple[str, ...], str] = {}

    def has_not_passed(self, check_id: str) -> bool:
        """Whether a check is over without having passed."""
        return check_id in self.results and not self.has_passed(check_id)

    def has_passed(self, check_id: str) -> bool:
        """Whether a check has passed, be it with a warning."""
        found = self.results.get(check_id)
        return found is not None and found.status in (Status.PASSED, Status.WARNING)

    def settle(self, result: Result) -> Iterator[Result]:
        """A check is over; failures that waited for it are told now."""
        yield self.record(result)
        yield from self.flush_failures()

    def record(self, result: Result) -> Result:
        """Keeps a result."""
        self.results[result.check.id] = result
        return result

    def flush_failures(self) -> Iterator[Result]:
        """Tells each failure once all checks before it are decided; one with a cause already told is skipped."""
        for failure in sorted(self.failures, key=lambda f: S3_CHECKS.index(f.check)):
            before = S3_CHECKS[: S3_CHECKS.index(failure.check)]
            if any(check.id not in self.results and check.run is not None for check in before):
                return
            self.failures.remove(failure)
            told = (self._told[i] for i in failure.identities if i in self._told)
            first = next(told, "") or self._stopped_by()
            if not first:
                self._told |= dict.fromkeys(failure.identities, failure.check.id)
                finding = self._offered(failure.finding)
                yield self.record(Result(failure.check, Status.FAILED, failure.seconds, finding))
            else:
                reason = f"the same cause as `{first}`"
                yield self.record(Result(failure.check, Status.SKIPPED, failure.seconds, reason=reason))

    def _offered(self, finding: Finding) -> Finding:
        """Beside a failure that no setting mends, another's fix is advice: it would not make the registry work."""
        fix = finding.fix
        if fix is None or not fix.applies:
            self._beyond_settings = True
        elif self._beyond_settings:
            return finding._replace(fix=Fix(fix.text))
        return finding

    def _stopped_by(self) -> str:
        """The check that told of what stops every call, where no call got through."""
        told = [check_id for (cause, *_), check_id in self._told.items() if cause in STORE_WIDE]
        return told[0] if told and not self.any_call_succeeded() else ""

    def any_call_succeeded(self) -> bool:
        """Whether any call has worked."""
        return any(self.has_passed(check.id) for check in S3_CHECKS if check.run)

    # --- name, connection, certificate, clock ---

    def record_reached(self, clock_skew: float | None) -> Iterator[Result]:
        """The store has answered; told once. `clock_skew` is its clock minus ours, in seconds."""
        if "resolve" in self.results:
            return
        seconds = time.monotonic() - self.began
        late = clock.skew_warning(clock_skew)
        for check in self._layers():
            if check.id == "tls" and network_layers.is_plain(self.settings):
                yield self.record(Result(check, Status.SKIPPED, reason=_NO_CERTIFICATE))
            elif check.id == "clock" and late:
                yield self.record(Result(check, Status.WARNING, finding=late))
            else:
                yield self.record(Result(check, Status.PASSED, seconds if check.id == "connect" else 0.0))

    def record_unreached(self, failed: str, finding: Finding) -> Iterator[Result]:
        """A call came no further than the layer `failed`."""
        seconds = time.monotonic() - self.began
        for check in self._layers():
            place = network_layers.LAYERS.index(check.id) - network_layers.LAYERS.index(failed)
            if place < 0 and check.id == "tls" and network_layers.is_plain(self.settings):
                yield self.record(Result(check, Status.SKIPPED, reason=_NO_CERTIFICATE))
            elif place < 0:
                yield self.record(Result(check, Status.PASSED))
            elif place == 0:
                yield self.record(Result(check, Status.FAILED, seconds, finding))
            else:
                yield self.record(Result(check, Status.SKIPPED, reason=f"needs `{failed}`"))

    def _layers(self) -> list[Check]:
        return [check for check in S3_CHECKS if check.id in network_layers.LAYERS]

    def skip(self, ids: Container[str], reason: str) -> Iterator[Result]:
        """Skips those of `ids` that are not decided."""
        for check in S3_CHECKS:
            if check.id in ids and check.id not in self.results:
                yield self.record(Result(check, Status.SKIPPED, reason=reason))
