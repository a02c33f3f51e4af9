"""Collects the results of a run: one result for each check, and one failure for each cause."""

from __future__ import annotations

import time
from collections.abc import Container, Iterator
from dataclasses import dataclass

from wizard import rules
from wizard.checks.all_checks import S3_CHECKS, check_named
from wizard.checks.check import Check
from wizard.diagnosis import clock
from wizard.diagnosis.diagnose import STORE_WIDE
from wizard.model.findings import Finding, Fix
from wizard.model.settings import Settings
from wizard.validation.network_layers import LAYERS, uses_plain_http
from wizard.validation.results import Result, Status, skipped_as_needing, skipped_as_same_cause

_NO_CERTIFICATE = "plain http has no certificate"


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that waits until all earlier checks have a result, so that one cause is reported once."""

    check: Check
    seconds: float
    finding: Finding
    operation: str  # the S3 call that failed, or ''

    @property
    def identities(self) -> tuple[tuple[str, ...], ...]:
        """Two failures with a common identity are one: a cause that stops every call, the same call, or the same text.

        The first item of each is the cause.
        """
        cause = self.finding.cause
        return ((cause,),) if cause in STORE_WIDE else ((cause, self.operation), (cause, self.finding.text))


class ResultCollector:
    """The results so far. A method that decides results yields them, in the order in which they are decided."""

    def __init__(self, settings: Settings) -> None:
        self.results: dict[str, Result] = {}  # check id -> result
        self._settings = settings
        self._started_at = time.monotonic()
        self._pending: list[Failure] = []
        self._reported: dict[tuple[str, ...], Check] = {}  # identity -> the check that reported it
        self._has_unfixable_failure = False

    @property
    def pending_checks(self) -> list[Check]:
        """The checks that have failed, but whose failure is not reported yet."""
        return [failure.check for failure in self._pending]

    def has_passed(self, check_id: str) -> bool:
        """Whether a check has passed, with or without a warning."""
        result = self.results.get(check_id)
        return result is not None and result.status in (Status.PASSED, Status.WARNING)

    def has_ended_without_passing(self, check_id: str) -> bool:
        """Whether a check has failed or was skipped."""
        return check_id in self.results and not self.has_passed(check_id)

    def has_failed(self, check_id: str) -> bool:
        """Whether a check's failure was reported."""
        return check_id in self.results and self.results[check_id].status is Status.FAILED

    def any_call_succeeded(self) -> bool:
        """Whether any check that makes calls has passed."""
        return any(self.has_passed(check.id) for check in S3_CHECKS if check.run)

    def record(self, result: Result) -> Iterator[Result]:
        """Records the result of a check, and reports the failures that waited for it."""
        yield self._add(result)
        yield from self.flush_failures()

    def record_failure(self, failure: Failure) -> Iterator[Result]:
        """Records a failure, and reports it if no earlier check is undecided."""
        self._pending.append(failure)
        yield from self.flush_failures()

    def drop_failures(self) -> None:
        """Forgets the failures that are not reported yet."""
        self._pending.clear()

    def flush_failures(self) -> Iterator[Result]:
        """Reports each failure whose earlier checks all have a result. A check with a reported cause is skipped."""
        for failure in sorted(self._pending, key=lambda failure: S3_CHECKS.index(failure.check)):
            earlier = S3_CHECKS[: S3_CHECKS.index(failure.check)]
            if any(check.id not in self.results and check.run is not None for check in earlier):
                return
            self._pending.remove(failure)
            same_cause = (self._reported[key] for key in failure.identities if key in self._reported)
            reported_by = next(same_cause, None) or self._store_wide_failure()
            if reported_by:
                yield self._add(skipped_as_same_cause(failure.check, reported_by, failure.seconds))
            else:
                self._reported |= dict.fromkeys(failure.identities, failure.check)
                finding = self._without_useless_fix(failure.finding)
                yield self._add(Result(failure.check, Status.FAILED, failure.seconds, finding))

    def skip(self, ids: Container[str], reason: str) -> Iterator[Result]:
        """Skips those of `ids` that have no result yet."""
        for check in S3_CHECKS:
            if check.id in ids and check.id not in self.results:
                yield self._add(Result(check, Status.SKIPPED, reason=reason))

    def _add(self, result: Result) -> Result:
        self.results[result.check.id] = result
        return result

    def _without_useless_fix(self, finding: Finding) -> Finding:
        """Beside a failure that no setting fixes, a fix is only text: applying it would not make the registry work."""
        fix = finding.fix
        if fix is None or not fix.applies:
            self._has_unfixable_failure = True
        elif self._has_unfixable_failure:
            return finding._replace(fix=Fix(fix.text))
        return finding

    def _store_wide_failure(self) -> Check | None:
        """The check that reported a cause that stops every call, unless a call has succeeded nevertheless."""
        if self.any_call_succeeded():
            return None
        return next((check for (cause, *_), check in self._reported.items() if cause in STORE_WIDE), None)

    # --- name, connection, certificate, clock ---

    def record_layers_passed(self, clock_skew: float | None) -> Iterator[Result]:
        """The store has responded. `clock_skew` is its clock minus this machine's, in seconds, if known."""
        if "resolve" in self.results:
            return
        seconds = time.monotonic() - self._started_at
        skewed = clock.skew_warning(clock_skew)
        for check in _layer_checks():
            if check.id == "tls" and uses_plain_http(self._settings):
                yield self._add(self._result_without_tls(check))
            elif check.id == "clock" and skewed:
                yield self._add(Result(check, Status.WARNING, finding=skewed))
            else:
                yield self._add(Result(check, Status.PASSED, seconds if check.id == "connect" else 0.0))

    def record_layer_failed(self, failed: str, finding: Finding) -> Iterator[Result]:
        """A call has failed at the layer `failed`: the layers before it passed, those after it are skipped."""
        seconds = time.monotonic() - self._started_at
        for check in _layer_checks():
            distance = LAYERS.index(check.id) - LAYERS.index(failed)
            if distance > 0:
                yield self._add(skipped_as_needing(check, check_named(failed)))
            elif distance == 0:
                yield self._add(Result(check, Status.FAILED, seconds, finding))
            elif check.id == "tls" and uses_plain_http(self._settings):
                yield self._add(self._result_without_tls(check))
            else:
                yield self._add(Result(check, Status.PASSED))

    def _result_without_tls(self, check: Check) -> Result:
        """The result of the check of the certificate with plain http, which only this machine may use unwarned."""
        if warnings := rules.of_later_checks(self._settings):
            return Result(check, Status.WARNING, finding=warnings[0])
        return Result(check, Status.SKIPPED, reason=_NO_CERTIFICATE)


def _layer_checks() -> list[Check]:
    return [check for check in S3_CHECKS if check.id in LAYERS]
