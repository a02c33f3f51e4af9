"""The entry point of a verification: its checks one after the other, with a deadline, cancellation and clean-up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from dataclasses import dataclass, replace
from pathlib import Path

from wizard.checks.bucket_calls import RunStoppedError
from wizard.checks.check import Check, Skip
from wizard.diagnosis.diagnose import diagnose
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.redaction import hide_credentials, hide_in_finding
from wizard.model.settings import Settings
from wizard.oci.address import Address
from wizard.oci.authentication import Credentials, Session
from wizard.oci.client import RegistryClient
from wizard.oci.errors import CallFailedError, TokenError
from wizard.oci.transport import Transport
from wizard.s3.background import in_thread
from wizard.s3.errors import StoreError
from wizard.s3.timeouts import Timeouts
from wizard.text.sanitize import sanitize
from wizard.validation import active_runs
from wizard.validation.results import (
    CANCELLED,
    NO_TIME_LEFT,
    Event,
    Report,
    Result,
    Started,
    Status,
    skipped_as_needing,
)
from wizard.validation.runner import check_settings
from wizard.validation.step import Outcome, Step
from wizard.validation.time_limit import TimeLimit
from wizard.verification import answers
from wizard.verification.all_checks import CLEANUP, PULL, PUSH, STORAGE, VERIFY_CHECKS
from wizard.verification.cleaning import (
    finding_of_leftovers,
    leftovers,
    look_for_image,
    pending_paths,
    place_of_leftovers,
    remove_from_registry,
    remove_from_storage,
)
from wizard.verification.connections import Party, finding_of_failure
from wizard.verification.image import Image
from wizard.verification.steps import STEPS, StepFailedError, Verification
from wizard.verification.storage import storage_of

_TICK = 0.02  # seconds between two looks whether the run was stopped
_CANCELLED = 0.85  # seconds for cleaning up after a cancel
_LATE = 0.4  # seconds of those for the answer to the request that was in flight
_HEAD_START = 0.4  # seconds that the registry has for its part of the clean-up, before that of the store starts
_CLEANUP = 60.0  # seconds for cleaning up, if the time limit leaves so much
_RESERVE = 2.0  # seconds of the time limit that are kept for that, but not more than `_RESERVED_PART` of it
_RESERVED_PART = 0.25
_NOTHING_PUSHED = "nothing was pushed"  # so that there is nothing to clean up
_PASSED = (Status.PASSED, Status.WARNING)


@dataclass(frozen=True, slots=True)
class Target:
    """What is verified: a registry, and with `settings` that it keeps its images where they say.

    `config` is the file of the settings. `insecure`: accept any certificate of the registry. `ca_file`: certificates
    that are trusted besides those of this machine.
    """

    address: Address
    settings: Settings | None = None
    config: Path | None = None
    credentials: Credentials | None = None
    insecure: bool = False
    ca_file: Path | None = None
    notes: tuple[str, ...] = ()  # for the report

    def with_settings(self, settings: Settings, config: Path) -> Target:
        """The target with the settings of a file."""
        return replace(self, settings=settings, config=config)

    def with_credentials(self, credentials: Credentials) -> Target:
        """The target with the user who signs in."""
        return replace(self, credentials=credentials)

    def with_note(self, note: str) -> Target:
        """The target with one more sentence for the report."""
        return replace(self, notes=(*self.notes, note))


def verify(target: Target, cancel: threading.Event, limit: TimeLimit) -> Iterator[Event]:
    """Yields `Started` and `Result` events, and one `Report` at the end.

    Everything that can be is removed before the report, also when `cancel` is set or `limit` has passed; the report's
    `leftovers` name the rest. Setting `cancel` ends the run within a second, and no call starts after it except to
    clean up.
    """
    return _Run(target, cancel, limit).events()


class _Run:
    def __init__(self, target: Target, cancel: threading.Event, limit: TimeLimit) -> None:
        self._target, self._cancel, self._limit = target, cancel, limit
        self._started_at = time.monotonic()
        self._reserve = min(_RESERVE, _RESERVED_PART * limit.seconds)
        if target.credentials is not None:
            target.credentials.hide()
        longest = max(0.1, limit.remaining)
        self._timeouts = Timeouts(connect=min(5.0, longest), read=min(15.0, longest))
        self._transports = [self._new_transport(self._raise_if_stopped)]
        self._session = Session(target.address, self._transports[0], target.credentials)
        self._state = self._new_state()
        self._results: dict[Check, Result] = {}
        self._late: threading.Thread | None = None  # a push that had not ended when the run was stopped

    def _new_transport(self, before_send: Callable[[], None]) -> Transport:
        target = self._target
        return Transport(self._timeouts, before_send, accepts_any=target.insecure, ca_file=target.ca_file)

    def _new_state(self) -> Verification:
        target, image = self._target, Image.create()
        client = RegistryClient(target.address, self._session, self._transports[0], image.repository)
        state = Verification(client, image, target.settings)
        if target.settings is not None:
            result = check_settings(target.settings)
            state.settings_problem = result.finding if result.status is Status.FAILED else None
            state.storage = storage_of(target.settings, self._timeouts, self._is_stopped)
        return state

    def _is_stopped(self) -> bool:
        return self._cancel.is_set() or self._is_late()

    def _is_late(self) -> bool:
        return self._limit.remaining <= self._reserve

    def _raise_if_stopped(self) -> None:
        if self._is_stopped():
            raise RunStoppedError("the run was stopped")

    def events(self) -> Iterator[Event]:
        """See `verify`."""
        active_runs.register(self._describe_leftovers)
        has_crashed = False
        try:
            if self._state.storage is not None and self._state.settings_problem is None:
                in_thread(self._state.storage.open, "open the store")
            for check in VERIFY_CHECKS[:-1]:
                result = self._skipped(check)
                if result is None:
                    yield Started(check)
                    result = self._run(check)
                self._results[check] = result
                yield result
            if self._state.has_started:
                yield Started(CLEANUP)
            left = self._clean_up()
            self._results[CLEANUP] = self._cleanup_result(left)
            yield self._results[CLEANUP]
            yield self._report(left)
        except Exception:
            has_crashed = True
            raise
        finally:
            left = [] if CLEANUP in self._results else self._clean_up(_CANCELLED)  # the caller has closed the generator
            self._close()
            if not (has_crashed and left):  # nothing else names them then
                active_runs.unregister(self._describe_leftovers)

    # --- steps ---

    def _skipped(self, check: Check) -> Result | None:
        """The result of a check that cannot run; None if it can."""
        if self._cancel.is_set():
            return Result(check, Status.SKIPPED, reason=CANCELLED)
        failed = next((known for known, each in self._results.items() if each.status is Status.FAILED), None)
        if failed is None:  # also if it is late: then this check fails for that
            return None
        if self._is_late():
            return Result(check, Status.SKIPPED, reason=NO_TIME_LEFT)
        ended = {known.id: result for known, result in self._results.items()}
        is_possible = all(ended[needed].status in _PASSED for needed in check.requires)
        return None if is_possible else skipped_as_needing(check, failed)

    def _run(self, check: Check) -> Result:
        started_at = time.monotonic()
        step = Step(lambda: self._outcome_of(check), f"check {check.id}")
        outcome = step.wait(self._is_stopped)
        seconds = time.monotonic() - started_at
        if outcome is None or (outcome.finding and self._cancel.is_set()):
            self._late = step.thread if check is PUSH else None  # the others make nothing
            if self._cancel.is_set():
                return Result(check, Status.SKIPPED, seconds, reason=CANCELLED)
            outcome = Outcome(self._timeout_finding(check))
        if outcome.skip_reason:
            return Result(check, Status.SKIPPED, reason=outcome.skip_reason)
        return Result(check, _status_of(outcome.finding), seconds, self._hidden(outcome.finding))

    def _outcome_of(self, check: Check) -> Outcome:
        try:
            return Outcome(STEPS[check](self._state))
        except Skip as skip:
            return Outcome(skip_reason=str(skip))
        except StepFailedError as failure:
            return Outcome(failure.finding)
        except TokenError as error:
            return Outcome(answers.no_token(error, self._session))
        except CallFailedError as error:
            is_registry = error.origin == self._target.address.origin
            return Outcome(finding_of_failure(error, Party.REGISTRY if is_registry else Party.TOKEN_SERVER))
        except StoreError as error:
            return Outcome(self._diagnosis(error))
        except RunStoppedError:
            return Outcome(self._timeout_finding(check))
        except OSError as error:  # of a folder
            return Outcome(self._folder_finding(error))
        except BaseException as crash:  # noqa: BLE001 - raised again in the caller's thread
            return Outcome(crash=crash)

    def _diagnosis(self, error: StoreError) -> Finding | None:
        finding = diagnose(error, self._target.settings) if self._target.settings else None
        if finding and finding.cause is Cause.NO_BUCKET and self._state.storage:  # the registry has just used its own
            self._state.is_elsewhere = True
            return answers.other_storage(self._state.storage.place)
        return finding

    def _folder_finding(self, error: OSError) -> Finding:
        name = self._state.storage.name if self._state.storage else "the folder"
        reason = sanitize(error.strerror or "", 80)
        return Finding(
            Cause.ACCESS_DENIED,
            f"{name[:1].upper()}{name[1:]} can't be read here: {reason}. Run this as the registry's user, or as root.",
        )

    def _timeout_finding(self, check: Check) -> Finding:
        where = "the store" if check is STORAGE else str(self._target.address)
        text = f"No time was left of {self._limit}: {where} answers too slowly, or not at all. Use a longer --timeout."
        if check in (PUSH, PULL):
            text += " If that doesn't help, check the registry's storage: storage-wizard check."
        return Finding(Cause.TIMEOUT, text)

    def _hidden(self, finding: Finding | None) -> Finding | None:
        return finding and hide_in_finding(finding, self._target.settings or Settings())

    # --- clean-up ---

    def _clean_up(self, seconds: float = _CLEANUP) -> list[str]:
        """Removes what was made, within `seconds` and the time limit. Returns what may be left."""
        if not self._state.has_started:
            return []
        outcome = in_thread(self._remove, "clean-up")
        until = time.monotonic() + max(_CANCELLED, min(seconds, self._limit.remaining))
        while not futures.wait([outcome], _TICK).done and time.monotonic() < until:
            if self._cancel.is_set():
                until = min(until, time.monotonic() + _CANCELLED)
        if outcome.done():
            outcome.result()  # raises what it has raised
        return leftovers(self._state)

    def _remove(self) -> None:
        """The body of the thread that cleans up. The store does not wait for a registry that does not answer."""
        state, client = self._state, self._new_client()
        of_registry = in_thread(lambda: self._remove_from_registry(client), "clean-up of the registry")
        is_silent = not futures.wait([of_registry], _HEAD_START).done
        if is_silent:
            state.may_reappear = pending_paths(state)
            remove_from_storage(state)
        is_said_to_be_gone = of_registry.result()
        remove_from_storage(state)
        state.may_reappear = []
        if is_said_to_be_gone:
            look_for_image(state, client)

    def _new_client(self) -> RegistryClient:
        """A client with connections of its own, which may call the registry although the run was stopped."""
        transport = self._new_transport(lambda: None)
        self._transports.append(transport)
        session = replace(self._session, transport=transport)
        return RegistryClient(self._target.address, session, transport, self._state.image.repository)

    def _remove_from_registry(self, client: RegistryClient) -> bool:
        if self._late is not None:
            self._late.join(_LATE)
        return remove_from_registry(self._state, client)

    def _cleanup_result(self, left: list[str]) -> Result:
        finding = finding_of_leftovers(self._state, left)
        if not self._state.has_started:
            return Result(CLEANUP, Status.SKIPPED, reason=_NOTHING_PUSHED)
        return Result(CLEANUP, _status_of(finding), finding=self._hidden(finding))

    def _close(self) -> None:
        for transport in self._transports:
            transport.close()
        if self._state.storage is not None:
            self._state.storage.close()

    def _describe_leftovers(self) -> str:
        """See `active_runs`."""
        names = [] if CLEANUP in self._results else self._shown(leftovers(self._state))
        return "\n".join(("Test data may remain in the registry:", *names)) if names else ""

    def _shown(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(hide_credentials(name, self._target.settings or Settings()) for name in names)

    # --- report ---

    def _report(self, left: list[str]) -> Report:
        settings = self._target.settings or Settings()
        of_storage = self._state.storage.environment if self._state.storage else ()
        used = (name for transport in self._transports for name in list(transport.environment))
        return Report(
            settings,
            tuple(self._results[check] for check in VERIFY_CHECKS),
            time.monotonic() - self._started_at,
            self._shown(left),
            cancelled=self._cancel.is_set(),
            notes=(*self._target.notes, *filter(None, [place_of_leftovers(self._state, left)])),
            environment=tuple(dict.fromkeys((*used, *of_storage))),
        )


def _status_of(finding: Finding | None) -> Status:
    if finding is None or finding.severity is Severity.HINT:
        return Status.PASSED
    return Status.WARNING if finding.severity is Severity.WARNING else Status.FAILED
