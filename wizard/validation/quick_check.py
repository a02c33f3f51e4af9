"""One look at a store while somebody types: a single listing, nothing written."""

from __future__ import annotations

import dataclasses

from wizard.checks.context import CheckContext
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ConnectionFailed, ErrorResponse, NoCredentials, NotS3, StoreError
from wizard.s3.timeouts import Timeouts, run_with_timeout
from wizard.validation.fix_verifier import FixVerifier
from wizard.validation.results import ReachabilityStatus

_DEADLINES = Timeouts(connect=3.0, read=5.0)

_ABOUT_KEYS = {
    Cause.MALFORMED_ACCESS_KEY,
    Cause.UNKNOWN_ACCESS_KEY,
    Cause.WRONG_SECRET,
    Cause.EXPIRED_TOKEN,
}


def quick_check(settings: Settings) -> ReachabilityStatus:
    """Asks the store once. Without any credentials it asks unsigned, which still tells of endpoint and bucket."""
    if settings.accesskey:
        return _ask(settings, anonymous=False)
    seen = _ask(settings, anonymous=False)
    if seen.finding is not None and seen.finding.cause is Cause.NO_CREDENTIALS:
        return _ask(settings, anonymous=True)
    return seen


def _ask(settings: Settings, *, anonymous: bool) -> ReachabilityStatus:
    context = CheckContext(settings, lambda: connect(settings, _DEADLINES, anonymous=anonymous))
    try:
        run_with_timeout(_DEADLINES.total, "ListObjects", lambda: context.list(context.root, 1))
    except StoreError as error:
        return _seen(error, FixVerifier(settings, anonymous=anonymous).finding(error), anonymous=anonymous)
    finally:
        context.close()
    return ReachabilityStatus(endpoint=True, keys=None if anonymous else True, bucket=True)


def _seen(error: StoreError, finding: Finding, *, anonymous: bool) -> ReachabilityStatus:
    if isinstance(error, NoCredentials):
        return ReachabilityStatus(finding=finding)
    if isinstance(error, ConnectionFailed | NotS3):
        return ReachabilityStatus(endpoint=False, finding=finding)
    answered = ReachabilityStatus(endpoint=True, finding=finding)
    match finding.cause:
        case Cause.NO_BUCKET:
            return dataclasses.replace(answered, bucket=False, keys=None if anonymous else True)
        case Cause.ACCESS_DENIED if anonymous:
            return ReachabilityStatus(endpoint=True, bucket=True)
        case Cause.ACCESS_DENIED:
            return dataclasses.replace(answered, keys=True)
        case cause if cause in _ABOUT_KEYS and not anonymous:
            return dataclasses.replace(answered, keys=False)
        case _ if anonymous and isinstance(error, ErrorResponse) and finding.cause is not Cause.WRONG_REGION:
            return ReachabilityStatus(endpoint=True)
        case _:
            return answered
