"""What is asked of a store on request: which buckets there are, or that one is made, closed to the public."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from wizard.diagnosis.diagnose import diagnose
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.findings import Finding
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.s3.timeouts import Timeouts, run_with_timeout
from wizard.text.sanitize import sanitize

if TYPE_CHECKING:
    from wizard.s3.client import Store

_T = TypeVar("_T")
_DEADLINES = Timeouts(connect=5.0, read=15.0)
_LONGEST_NAME = 255  # of any store's; a name that cannot be shown as it is cannot be chosen either
_ANYWHERE = ("us-east-1", "auto")  # regions that a store does not want to be told
_NO_CONSTRAINT = ("InvalidLocationConstraint", "IllegalLocationConstraintException", "MalformedXML", "NotImplemented")
_CLOSED = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}


def create(settings: Settings) -> Finding | None:
    """Makes the bucket of the settings; what kept it from being made, or None.

    Where the store knows how, public access is blocked; stores that do not are closed until somebody opens them.
    """

    def work(store: Store) -> None:
        _make(store, settings)
        _close_to_the_public(store, settings)

    try:
        _asked("CreateBucket", settings, work)
    except StoreError as error:
        return diagnose(error, settings)
    return None


def names(settings: Settings) -> list[str] | Finding:
    """All buckets that the keys may see, sorted; or why they may not be listed."""
    try:
        found = _asked("ListBuckets", settings, lambda store: store.call("ListBuckets").get("Buckets", []))
    except StoreError as error:
        return diagnose(error, settings)
    named = (str(bucket.get("Name", "")) for bucket in found)
    return sorted(name for name in named if name and sanitize(name, _LONGEST_NAME) == name)


def _asked(operation: str, settings: Settings, work: Callable[[Store], _T]) -> _T:
    """What `work` gives with a store that is connected for it."""

    def connected() -> _T:
        store = connect(settings, _DEADLINES)
        try:
            return work(store)
        finally:
            store.close()

    return run_with_timeout(_DEADLINES.both, operation, connected)


def _make(store: Store, settings: Settings) -> None:
    for constraint in _constraints(settings):
        try:
            store.call("CreateBucket", Bucket=settings.bucket, **constraint)
        except ErrorResponse as error:
            if error.code == "BucketAlreadyOwnedByYou":
                return
            if not constraint or error.code not in _NO_CONSTRAINT:
                raise
        else:
            return


def _constraints(settings: Settings) -> Iterator[dict[str, object]]:
    """Where the bucket is to be; a compatible server may know its region by another name, and then goes by its own."""
    if settings.region not in _ANYWHERE:
        yield {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}
    if settings.region in _ANYWHERE or not Endpoint.parse(url_of(settings)).is_amazon():
        yield {}


def _close_to_the_public(store: Store, settings: Settings) -> None:
    with contextlib.suppress(ErrorResponse):  # most compatible servers do not know it
        store.call("PutPublicAccessBlock", Bucket=settings.bucket, PublicAccessBlockConfiguration=_CLOSED)
