"""Creates a bucket and lists buckets, each with a connection of its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from wizard.model.endpoint import Endpoint, url_of
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ErrorResponse, NotStarted, StoreError
from wizard.s3.timeouts import Timeouts, run_with_timeout
from wizard.text.sanitize import sanitize

if TYPE_CHECKING:
    from wizard.s3.client import Store

_T = TypeVar("_T")
_TIMEOUTS = Timeouts(connect=5.0, read=15.0)
_MAX_NAME_LENGTH = 255  # characters, of any store
_REGIONS_WITHOUT_CONSTRAINT = ("us-east-1", "auto")
_CONSTRAINT_REJECTED = (
    "InvalidLocationConstraint",
    "IllegalLocationConstraintException",
    "MalformedXML",
    "NotImplemented",
)
_BLOCK_ALL = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@dataclass(frozen=True, slots=True)
class CreatedBucket:
    """A bucket that belongs to this account. `public_access` is why public access may not be blocked, None if it is."""

    existed: bool = False  # before; its settings are not changed then
    public_access: StoreError | None = None


def create_bucket(settings: Settings, stop: threading.Event) -> CreatedBucket:
    """Creates the bucket of the settings, and blocks public access to it. Once `stop` is set, no call begins.

    Raises `StoreError` if the bucket was not created or, unless the error `had_no_effect`, may not have been created.
    """
    try:
        _with_store("CreateBucket", settings, lambda store: _create(store, settings, stop), stop)
    except ErrorResponse as error:
        if error.code != "BucketAlreadyOwnedByYou":
            raise
        return CreatedBucket(existed=True)
    if stop.is_set():
        return CreatedBucket(public_access=NotStarted("PutPublicAccessBlock"))
    try:
        _with_store("PutPublicAccessBlock", settings, lambda store: _block_public_access(store, settings.bucket), stop)
    except StoreError as error:
        return CreatedBucket(public_access=error)
    return CreatedBucket()


def list_buckets(settings: Settings) -> list[str]:
    """The names of the buckets that the keys can see, sorted. Raises `StoreError`.

    Omits a name that is displayed differently than it is: selecting it would select something else.
    """
    entries = _with_store("ListBuckets", settings, lambda store: store.call("ListBuckets").get("Buckets", []))
    names = (str(entry.get("Name", "")) for entry in entries)
    return sorted(name for name in names if name and sanitize(name, _MAX_NAME_LENGTH) == name)


def _with_store(
    operation: str, settings: Settings, work: Callable[[Store], _T], stop: threading.Event | None = None
) -> _T:
    """The result of `work` with a new connection."""

    def connect_and_work() -> _T:
        with contextlib.closing(connect(settings, _TIMEOUTS)) as store:
            return work(store)

    return run_with_timeout(_TIMEOUTS.total, operation, connect_and_work, stop)


def _create(store: Store, settings: Settings, stop: threading.Event) -> None:
    *preferred, last = _constraints(settings)
    for parameters in preferred:
        try:
            store.call("CreateBucket", Bucket=settings.bucket, **parameters)
        except ErrorResponse as error:
            if error.code not in _CONSTRAINT_REJECTED:
                raise
        else:
            return
        if stop.is_set():
            raise NotStarted("CreateBucket")
    store.call("CreateBucket", Bucket=settings.bucket, **last)


def _block_public_access(store: Store, bucket: str) -> None:
    store.call("PutPublicAccessBlock", Bucket=bucket, PublicAccessBlockConfiguration=_BLOCK_ALL)


def _constraints(settings: Settings) -> Iterator[dict[str, object]]:
    """The parameters for the location of the bucket, in the order in which they are tried.

    A compatible server can reject the region that it signs for: without a constraint it uses its own.
    """
    if settings.region not in _REGIONS_WITHOUT_CONSTRAINT:
        yield {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}
    if settings.region in _REGIONS_WITHOUT_CONSTRAINT or not Endpoint.parse(url_of(settings)).is_amazon():
        yield {}
