"""One look at a store while somebody types: a single listing, nothing written."""

from __future__ import annotations

import dataclasses

from wizard.finding import Cause, Finding
from wizard.settings import Settings
from wizard.store.bench import Bench
from wizard.store.connect import connect
from wizard.store.deadlines import Deadlines, within
from wizard.store.errors import NoAnswer, NoCredentials, NotS3, Refusal, StoreError
from wizard.store.report import Glance
from wizard.store.trial import Trials

_DEADLINES = Deadlines(connect=3.0, read=5.0)

_ABOUT_KEYS = {
    Cause.MALFORMED_ACCESS_KEY,
    Cause.UNKNOWN_ACCESS_KEY,
    Cause.WRONG_SECRET,
    Cause.EXPIRED_TOKEN,
}


def glance(settings: Settings) -> Glance:
    """Asks the store once. Without any credentials it asks unsigned, which still tells of endpoint and bucket."""
    if settings.accesskey:
        return _ask(settings, anonymous=False)
    seen = _ask(settings, anonymous=False)
    if seen.finding is not None and seen.finding.cause is Cause.NO_CREDENTIALS:
        return _ask(settings, anonymous=True)
    return seen


def _ask(settings: Settings, *, anonymous: bool) -> Glance:
    bench = Bench(settings, lambda: connect(settings, _DEADLINES, anonymous=anonymous))
    try:
        within(_DEADLINES.both, "ListObjects", lambda: bench.list(bench.root, 1))
    except StoreError as error:
        return _seen(error, Trials(settings, anonymous=anonymous).finding(error), anonymous=anonymous)
    finally:
        bench.close()
    return Glance(endpoint=True, keys=None if anonymous else True, bucket=True)


def _seen(error: StoreError, finding: Finding, *, anonymous: bool) -> Glance:
    if isinstance(error, NoCredentials):
        return Glance(finding=finding)
    if isinstance(error, NoAnswer | NotS3):
        return Glance(endpoint=False, finding=finding)
    answered = Glance(endpoint=True, finding=finding)
    match finding.cause:
        case Cause.NO_BUCKET:
            return dataclasses.replace(answered, bucket=False, keys=None if anonymous else True)
        case Cause.ACCESS_DENIED if anonymous:
            return Glance(endpoint=True, bucket=True)
        case Cause.ACCESS_DENIED:
            return dataclasses.replace(answered, keys=True)
        case cause if cause in _ABOUT_KEYS and not anonymous:
            return dataclasses.replace(answered, keys=False)
        case _ if anonymous and isinstance(error, Refusal) and finding.cause is not Cause.WRONG_REGION:
            return Glance(endpoint=True)
        case _:
            return answered
