"""Tests a change of settings before it is offered, so that an offered fix is known to work.

A test is one listing with the changed settings. A fix that follows from the store's response must get further than the
failed call; a fix that is only a guess must get further still. A change of what is sent with each object is tested by
writing the test object with it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import partial

from wizard import rules
from wizard.checks.context import CheckContext
from wizard.diagnosis.diagnose import diagnose
from wizard.diagnosis.error_codes import missing_action
from wizard.model.endpoint import host_of, scheme_of
from wizard.model.findings import Cause, Finding, Fix, Value
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ConnectionFailed, ErrorResponse, StoreError
from wizard.s3.operations import OPERATIONS
from wizard.s3.timeouts import Timeouts, run_with_timeout
from wizard.validation.fix_candidates import candidates, write_candidates

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
_AUTHENTICATED = len(_STAGES)  # the stage of all other causes
_SUCCEEDED = len(_STAGES) + 1
_VERIFIABLE = {"region", "regionendpoint", "secure", "v4auth", "forcepathstyle"}  # by one listing
_LISTINGS = ("ListObjects", "ListObjectsV2")
# Verifiable by one write
_SENT_WITH_OBJECTS = {"encrypt", "keyid", "storageclass", "objectacl", "objectownership", "checksum_disabled"}


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
        write_with: Callable[[Settings], None] | None = None,
    ) -> None:
        """`write_with` writes the test object with changed settings; without it, such fixes are not tested."""
        self._settings = settings
        self._is_stopped = is_stopped
        self._write_with = write_with
        self._anonymous = anonymous
        self._lock = threading.Lock()
        self._reached: dict[tuple[tuple[str, Value], ...], int] = {}  # change -> stage

    def finding_for(self, error: StoreError) -> Finding:
        """The finding for an error, with a fix that works; or another explanation whose fix works."""
        finding = diagnose(error, self._settings)
        if error.operation == "PutObject" and self._write_with is not None and self._is_refusal(error):
            finding = self._finding_for_write(finding)
        if finding.fix and _VERIFIABLE.intersection(finding.fix.set):
            if self._stage_with(finding.fix) > _stage_of(finding.cause):
                return finding
            finding = finding._replace(fix=None)
        if not _can_fail_as_listing(error):
            return finding
        for candidate in candidates(finding, error, self._settings):
            if candidate.fix and self._stage_with(candidate.fix) >= _required_stage(candidate):
                return candidate
        return finding

    def _is_refusal(self, error: StoreError) -> bool:
        """Whether the store refuses the object. Some have no key to encrypt it, and answer 500 each time.

        A refusal that names another action is explained by that: to send less than asked for would only avoid it.
        """
        if not isinstance(error, ErrorResponse) or missing_action(error) not in ("", OPERATIONS["PutObject"].action):
            return False
        return error.had_no_effect or (self._settings.encrypt and not self._can_write_with(Fix("", {})))

    def _finding_for_write(self, finding: Finding) -> Finding:
        """The finding, with a fix that works; or another explanation whose fix works."""
        if finding.fix and _SENT_WITH_OBJECTS.intersection(finding.fix.set):
            if self._can_write_with(finding.fix):
                return finding
            finding = finding._replace(fix=None)
        for candidate in write_candidates(finding, self._settings):
            if candidate.fix and self._can_write_with(candidate.fix):
                return candidate
        return finding

    def _can_write_with(self, fix: Fix) -> bool:
        change, changed = tuple(fix.set.items()), self._settings.replace(fix.set)
        with self._lock:
            if change not in self._reached:
                self._reached[change] = 0
                if self._write_with is not None and not rules.errors(changed):
                    with contextlib.suppress(StoreError):
                        self._write_with(changed)
                        self._reached[change] = _SUCCEEDED
            return self._reached[change] == _SUCCEEDED

    def _stage_with(self, fix: Fix) -> int:
        """The stage that a listing reaches with the fix."""
        change = tuple(fix.set.items())
        with self._lock:
            if change not in self._reached:
                self._reached[change] = self._list_with(self._settings.replace(fix.set))
            return self._reached[change]

    def _list_with(self, changed: Settings) -> int:
        if rules.errors(changed):
            return 0
        # The user has not agreed to the change yet: send no signature over plain http or to another host.
        is_downgrade = scheme_of(changed) == "http" != scheme_of(self._settings)
        anonymous = self._anonymous or is_downgrade or host_of(changed) != host_of(self._settings)
        context = CheckContext(changed, partial(connect, timeouts=_TIMEOUTS, anonymous=anonymous), self._is_stopped)
        try:
            run_with_timeout(_TIMEOUTS.total, _LISTINGS[0], lambda: context.list(context.root, 1))
        except StoreError as error:
            return _stage_of(diagnose(error, changed).cause)
        finally:
            context.close()
        return _SUCCEEDED


def _can_fail_as_listing(error: StoreError) -> bool:
    """Whether a listing can fail for the same reason. Other calls have reasons that a listing does not have."""
    return error.operation in _LISTINGS or (isinstance(error, ConnectionFailed) and error.while_connecting)


def _stage_of(cause: Cause) -> int:
    """The stage at which the cause ends a call."""
    return next((stage for stage, causes in enumerate(_STAGES) if cause in causes), _AUTHENTICATED)


def _required_stage(candidate: Finding) -> int:
    """The stage that confirms a guess. A signature version is confirmed only by success: other errors prove nothing."""
    return _SUCCEEDED if candidate.cause in (Cause.V4_REQUIRED, Cause.V2_REQUIRED) else _AUTHENTICATED
