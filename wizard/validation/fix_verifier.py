"""Tests a change of settings before it is offered, so that an offered fix is known to work.

A test is one listing with the changed settings. A fix that follows from the store's response must get further than the
failed call; a fix that is only a guess must get further still. A change of what is sent with each object is tested by
writing the test object with it. The fix of a rule, which no call has failed for, must lead to an answer of S3.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from http import HTTPStatus

from wizard import rules
from wizard.checks.context import SENT_WITH_OBJECTS, CheckContext
from wizard.diagnosis.diagnose import diagnose
from wizard.diagnosis.error_codes import missing_action
from wizard.model.endpoint import host_of, scheme_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings, Value
from wizard.s3.connect import connect
from wizard.s3.errors import ConnectionFailed, ErrorResponse, StoreError
from wizard.s3.operations import OPERATIONS
from wizard.s3.timeouts import Timeouts, run_with_timeout
from wizard.validation.fix_candidates import better_fix, candidates, other_fixes, write_candidates

_TIMEOUTS = Timeouts(connect=1.5, read=2.5)

# The stages of a call, by the causes that end it there. A cause that is not listed ends a call after all of them.
_STAGES: tuple[frozenset[Cause], ...] = (
    frozenset(
        {
            Cause.DNS,
            Cause.REFUSED,
            Cause.UNREACHABLE,
            Cause.PROXY,
            Cause.TIMEOUT,
            Cause.STORE_ERROR,
            Cause.INVALID_SETTING,
            Cause.NO_CREDENTIALS,
        }
    ),
    frozenset({Cause.PLAIN_HTTP, Cause.HTTPS_REQUIRED}),
    frozenset({Cause.TLS_UNTRUSTED, Cause.TLS_HOSTNAME, Cause.TLS_EXPIRED}),
    frozenset({Cause.NOT_S3, Cause.THROTTLED}),
    frozenset({Cause.PATH_STYLE_REQUIRED, Cause.VIRTUAL_HOST_REQUIRED}),
    frozenset({Cause.V4_REQUIRED, Cause.V2_REQUIRED}),
    frozenset({Cause.WRONG_REGION}),
)
_IS_S3 = _STAGES.index(frozenset({Cause.NOT_S3, Cause.THROTTLED})) + 1  # from this stage on, S3 has answered
_AUTHENTICATED = len(_STAGES)  # the stage of all other causes
_SUCCEEDED = len(_STAGES) + 1
_VERIFIABLE = {"region", "regionendpoint", "secure", "v4auth", "forcepathstyle"}  # by one listing
_WRITES = ("PutObject", "CreateMultipartUpload")  # the calls that send what is sent with every object
_LISTINGS = ("ListObjects", "ListObjectsV2")
_ADDRESS = {"region", "regionendpoint", "secure", "forcepathstyle", "skipverify"}  # what leads to the store
_SENT = _ADDRESS | SENT_WITH_OBJECTS | {"bucket", "rootdirectory", "accesskey", "secretkey", "v4auth"}
_SAYS_NOTHING = (Cause.NO_CREDENTIALS, Cause.PROXY, Cause.THROTTLED)  # about the settings that a fix changes
_MOST_FIXES = 12  # of errors, one after the other


class _Outcome(Enum):
    """What the test of a fix has shown. It is open where something else fails first."""

    WORKS = auto()
    FAILS = auto()
    OPEN = auto()


class FixVerifier:
    """Diagnoses errors of calls with `settings`. Each change is tested once, also if several checks lead to it.

    Thread-safe. `anonymous`: the calls are not signed. `is_stopped` is asked before each call; once it returns True,
    `RunStoppedError` is raised instead.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        anonymous: bool = False,
        is_stopped: Callable[[], bool] = lambda: False,
        write_with: Callable[[Settings, str], None] | None = None,
    ) -> None:
        """`write_with` makes one of `_WRITES` with changed settings; without it, such fixes are not tested."""
        self._settings = settings
        self._is_stopped = is_stopped
        self._write_with = write_with
        self._anonymous = anonymous
        self._lock = threading.Lock()
        self._reached: dict[tuple[tuple[str, Value], ...], int] = {}  # change -> stage of a listing
        self._written: dict[tuple[str, tuple[tuple[str, Value], ...]], bool] = {}  # call and change -> success

    def finding_for(self, error: StoreError, *, of_listing: bool = True) -> Finding:
        """The finding for an error, with a fix that works; or another explanation whose fix works.

        `of_listing`: the call that failed is the one that tests a fix. For another call a fix is offered only if that
        one fails without it, too.
        """
        finding = diagnose(error, self._settings)
        if error.operation in _WRITES and self._write_with is not None and self._is_refusal(error):
            finding = self._finding_for_write(finding, error.operation)
        if (better := better_fix(finding)) and self._stage_with(better) == _SUCCEEDED:
            return finding._replace(fix=better)
        if finding.fix and _VERIFIABLE.intersection(finding.fix.set):
            can_test = of_listing or not self._can_list()
            if can_test and self._stage_with(finding.fix) > _stage_of(finding.cause):
                return finding
            finding = finding._replace(fix=None)
        if not _can_fail_as_listing(error) or (not of_listing and self._can_list()):
            return finding
        for candidate in candidates(finding, error, self._settings):
            if candidate.fix and self._stage_with(candidate.fix) >= _required_stage(candidate):
                return candidate
        return finding

    def _can_list(self) -> bool:
        return self._stage_with(Fix("", {})) == _SUCCEEDED

    def must_test(self, fix: Fix) -> bool:
        """Whether the fix of a rule changes a listing or a small write, so that a test can show something."""
        return not _SENT.isdisjoint(fix.set)

    def finding_of_rule(self, finding: Finding) -> Finding:
        """The finding of a rule, with a fix that works. Where the test is left open, the fix is only text."""
        for fix in filter(None, (finding.fix, *other_fixes(finding))):
            outcome = self._outcome_of(fix)
            if outcome is not _Outcome.FAILS:
                return finding._replace(fix=fix if outcome is _Outcome.WORKS else Fix(fix.text))
        return finding._replace(fix=None)

    def _outcome_of(self, fix: Fix) -> _Outcome:
        """Tests the fix of a rule, with the fixes of all other errors."""
        changed = _without_errors(self._settings.replace(fix.set))
        if rules.errors(changed):
            return _Outcome.OPEN
        changes_objects = not SENT_WITH_OBJECTS.isdisjoint(fix.set)
        failure = self._failure_with(changed)
        if failure is None:
            return _Outcome.WORKS if not changes_objects or self._can_write(changed, "PutObject") else _Outcome.FAILS
        if failure.setting in fix.set and failure.cause is not Cause.NO_BUCKET:  # a bucket can be created
            return _Outcome.FAILS
        if failure.cause in _SAYS_NOTHING or changes_objects:
            return _Outcome.OPEN
        if _stage_of(failure.cause) >= _IS_S3:
            return _Outcome.WORKS
        return _Outcome.OPEN if _ADDRESS.isdisjoint(fix.set) else _Outcome.FAILS

    def _is_refusal(self, error: StoreError) -> bool:
        """Whether the store refuses the object. Some have no key to encrypt it, and answer 500 each time.

        A refusal that names another action is explained by that: to send less than asked for would only avoid it.
        """
        if not isinstance(error, ErrorResponse) or missing_action(error) not in ("", OPERATIONS["PutObject"].action):
            return False
        if error.had_no_effect or error.status == HTTPStatus.NOT_IMPLEMENTED:
            return True
        return self._settings.encrypt and not self._can_write_with(Fix("", {}), error.operation)

    def _finding_for_write(self, finding: Finding, operation: str) -> Finding:
        """The finding, with a fix that works; or another explanation whose fix works."""
        if finding.fix and SENT_WITH_OBJECTS.intersection(finding.fix.set):
            if self._can_write_with(finding.fix, operation):
                return finding
            finding = finding._replace(fix=None)
        for candidate in write_candidates(finding, self._settings):
            if candidate.fix and self._can_write_with(candidate.fix, operation):
                return candidate
        return finding

    def _can_write_with(self, fix: Fix, operation: str) -> bool:
        change, changed = (operation, tuple(fix.set.items())), self._settings.replace(fix.set)
        with self._lock:
            if change not in self._written:
                self._written[change] = not rules.errors(changed) and self._can_write(changed, operation)
            return self._written[change]

    def _can_write(self, changed: Settings, operation: str) -> bool:
        if self._write_with is None:
            return False
        try:
            self._write_with(changed, operation)
        except StoreError:
            return False
        return True

    def _stage_with(self, fix: Fix) -> int:
        """The stage that a listing reaches with the fix."""
        change = tuple(fix.set.items())
        with self._lock:
            if change not in self._reached:
                changed = self._settings.replace(fix.set)
                failure = _INVALID if rules.errors(changed) else self._failure_with(changed)
                self._reached[change] = _stage_of(failure.cause) if failure else _SUCCEEDED
            return self._reached[change]

    def _failure_with(self, changed: Settings) -> Finding | None:
        """Why a listing with the changed settings fails; None if it succeeds."""
        # The user has not agreed to the change yet: send no signature over plain http or to another host.
        is_downgrade = scheme_of(changed) == "http" != scheme_of(self._settings)
        anonymous = self._anonymous or is_downgrade or host_of(changed) != host_of(self._settings)
        context = CheckContext(changed, partial(connect, timeouts=_TIMEOUTS, anonymous=anonymous), self._is_stopped)
        try:
            run_with_timeout(_TIMEOUTS.total, _LISTINGS[0], lambda: context.list(context.root, 1))
        except StoreError as error:
            return diagnose(error, changed)
        finally:
            context.close()
        return None


_INVALID = Finding(Cause.INVALID_SETTING, "The settings are not valid.")


def _without_errors(settings: Settings) -> Settings:
    """The settings with the fixes of their errors, as far as these have one."""
    for _ in range(_MOST_FIXES):
        fix = next((finding.fix for finding in rules.errors(settings) if finding.fix), None)
        if fix is None:
            break
        settings = settings.replace(fix.set)
    return settings


def _can_fail_as_listing(error: StoreError) -> bool:
    """Whether a listing can fail for the same reason. Other calls have reasons that a listing does not have."""
    return error.operation in _LISTINGS or (isinstance(error, ConnectionFailed) and error.while_connecting)


def _stage_of(cause: Cause) -> int:
    """The stage at which the cause ends a call."""
    return next((stage for stage, causes in enumerate(_STAGES) if cause in causes), _AUTHENTICATED)


def _required_stage(candidate: Finding) -> int:
    """The stage that confirms a guess. A signature version is confirmed only by success: other errors prove nothing."""
    return _SUCCEEDED if candidate.cause in (Cause.V4_REQUIRED, Cause.V2_REQUIRED) else _AUTHENTICATED
