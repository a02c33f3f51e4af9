"""The quick check while the user types: a single listing, which writes nothing."""

from __future__ import annotations

import dataclasses
from functools import partial

from wizard.checks.context import CheckContext
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ConnectionFailed, ErrorResponse, NoCredentials, NotS3, StoreError
from wizard.s3.timeouts import Timeouts, run_with_timeout
from wizard.validation.fix_verifier import FixVerifier
from wizard.validation.reachability import ReachabilityStatus

_TIMEOUTS = Timeouts(connect=3.0, read=5.0)

_KEY_CAUSES = {
    Cause.MALFORMED_ACCESS_KEY,
    Cause.UNKNOWN_ACCESS_KEY,
    Cause.WRONG_SECRET,
    Cause.EXPIRED_TOKEN,
}


def quick_check(settings: Settings) -> ReachabilityStatus:
    """Lists the bucket once. Without credentials the request is unsigned, which still shows endpoint and bucket."""
    if settings.accesskey:
        return _list_bucket(settings, anonymous=False)
    status = _list_bucket(settings, anonymous=False)
    if status.finding is not None and status.finding.cause is Cause.NO_CREDENTIALS:
        return _list_bucket(settings, anonymous=True)
    return status


def _list_bucket(settings: Settings, *, anonymous: bool) -> ReachabilityStatus:
    context = CheckContext(settings, partial(connect, timeouts=_TIMEOUTS, anonymous=anonymous))
    try:
        run_with_timeout(_TIMEOUTS.total, "ListObjects", lambda: context.list(context.root, 1))
    except StoreError as error:
        finding = FixVerifier(settings, anonymous=anonymous).finding_for(error)
        return _status_after(error, finding, anonymous=anonymous)
    finally:
        context.close()
    source = "" if settings.accesskey or anonymous else context.connection.credentials
    return ReachabilityStatus(endpoint=True, keys=None if anonymous else True, bucket=True, credentials=source)


def _status_after(error: StoreError, finding: Finding, *, anonymous: bool) -> ReachabilityStatus:
    """What a failed listing still shows."""
    if isinstance(error, NoCredentials):
        return ReachabilityStatus(finding=finding)
    if isinstance(error, ConnectionFailed | NotS3) or finding.cause is Cause.HTTPS_REQUIRED:
        return ReachabilityStatus(endpoint=False, finding=finding)
    answered = ReachabilityStatus(endpoint=True, finding=finding)
    match finding.cause:
        case Cause.NO_BUCKET:
            return dataclasses.replace(answered, bucket=False, keys=None if anonymous else True)
        case Cause.ACCESS_DENIED if anonymous:
            return ReachabilityStatus(endpoint=True, bucket=True)
        case Cause.ACCESS_DENIED:
            return dataclasses.replace(answered, keys=True)
        case cause if cause in _KEY_CAUSES and not anonymous:
            return dataclasses.replace(answered, keys=False)
        case _ if anonymous and isinstance(error, ErrorResponse) and finding.cause is not Cause.WRONG_REGION:
            return ReachabilityStatus(endpoint=True)
        case _:
            return answered
