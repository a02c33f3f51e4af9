"""The calls of a run on the bucket of the settings, through one connection that all its threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from wizard.catalog.registries import registry_of
from wizard.checks.violations import contract_violation
from wizard.model.findings import Cause
from wizard.model.settings import Settings
from wizard.s3.errors import ErrorResponse, StoreError

if TYPE_CHECKING:
    from wizard.s3.client import Store


_OF_LISTING = ("Name", "Contents", "KeyCount", "MaxKeys")  # elements that the answer to a listing has


class RunStoppedError(Exception):
    """The run was stopped, or is being cleaned up: it must not call the store any more, except to clean up."""


class Version(NamedTuple):
    """A version of an object, or a delete marker, which a bucket with versioning keeps in place of a deleted object."""

    key: str
    version_id: str
    is_delete_marker: bool = False


@dataclass(frozen=True, slots=True)
class Deletion:
    """What a store answered to a call that deletes several objects or versions."""

    markers: tuple[Version, ...]  # delete markers that the store made instead of deleting an object
    errors: tuple[ErrorResponse, ...]  # of single objects, although the call itself succeeded
    failed: frozenset[tuple[str, str]]  # the objects with an error: key, and version id or ''


class Connection:
    """One client of the store, opened by `connect` when first needed, so that no thread waits for an unused one."""

    def __init__(self, connect: Callable[[], Store]) -> None:
        self._connect = connect
        self._store: Store | None = None
        self._lock = threading.Lock()
        self._of_thread = threading.local()
        self.has_sent = False  # a request

    def open(self, check: Callable[[], None]) -> Store:
        """The client. `check` is called before each request of this thread, also after the request was prepared."""
        self._of_thread.check = check
        with self._lock:
            if self._store is None:
                self._store = self._connect()
                self._store.call_before_sending(self._check)
            return self._store

    def _check(self) -> None:
        self._of_thread.check()
        self.has_sent = True

    @property
    def credentials(self) -> str:
        """What the credentials come from, if not from the settings; empty before the first call."""
        return self._store.credentials if self._store is not None else ""

    @property
    def environment(self) -> tuple[str, ...]:
        """The names of what of this machine the connection depends on; empty before the first call."""
        return self._store.environment if self._store is not None else ()

    @property
    def clock_skew(self) -> float | None:
        """The store's clock minus this machine's, in seconds. None before the first response, and without a date."""
        return self._store.clock_skew if self._store is not None else None

    @property
    def store_time(self) -> datetime | None:
        """What the store's own clock shows now. None if it is unknown."""
        skew = self.clock_skew
        return None if skew is None else datetime.now(UTC) + timedelta(seconds=skew)

    @property
    def answered_at(self) -> float:
        """When the last response arrived, on the monotonic clock. 0 before the first one."""
        return self._store.answered_at if self._store is not None else 0.0

    def close(self) -> None:
        """Closes the connections. Does not wait for a connection that another thread is opening."""
        if self._store is not None:
            self._store.close()


class BucketCalls:
    """Calls on the bucket of the settings, validated for the elements that the registry reads.

    `is_stopped` is asked before each call. Once it returns True, every method raises `RunStoppedError`.
    """

    def __init__(self, settings: Settings, connection: Connection, is_stopped: Callable[[], bool]) -> None:
        self.settings = settings
        self.registry = registry_of(settings.registry)
        self.connection = connection
        self._is_stopped = is_stopped

    @property
    def store(self) -> Store:
        """The client that all calls go through."""
        self.raise_if_stopped()
        return self.connection.open(self.raise_if_stopped)

    def raise_if_stopped(self) -> None:
        """Raises `RunStoppedError` once the run was stopped."""
        if self._is_stopped():
            raise RunStoppedError("the run was stopped")

    @property
    def bucket(self) -> str:
        """The bucket of the settings."""
        return self.settings.bucket

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """One call on the bucket of the settings."""
        return self.store.call(operation, Bucket=self.bucket, **parameters)

    def list(self, prefix: str, limit: int = 1000) -> dict[str, Any]:
        """A listing with the registry's version of the call, validated for the elements that the registry reads."""
        operation = "ListObjects" if self.registry.list_version == 1 else "ListObjectsV2"
        response = self._call_with_prefix(operation, prefix, MaxKeys=limit)
        if "IsTruncated" not in response and (
            self.registry.needs_truncation or response.keys().isdisjoint(_OF_LISTING)
        ):
            raise contract_violation(
                operation,
                "The list reply is not a valid S3 listing: it doesn't say whether it is complete. Is this the S3 API, "
                "and is the address style right?",
                Cause.NOT_S3,
            )
        if not all(str(entry.get("Key", "")).startswith(prefix) for entry in response.get("Contents", [])):
            raise contract_violation(
                operation,
                "A listing contains objects outside the requested prefix. The registry would use them as its own.",
            )
        return response

    def uploads(self, prefix: str) -> Sequence[dict[str, Any]]:
        """The open uploads below `prefix`. Some stores ignore the prefix and list uploads of other programs too."""
        uploads = self._call_with_prefix("ListMultipartUploads", prefix).get("Uploads", [])
        return [each for each in uploads if str(each.get("Key", "")).startswith(prefix) and each.get("UploadId")]

    def _call_with_prefix(self, operation: str, prefix: str, **parameters: object) -> dict[str, Any]:
        """A listing below `prefix`. Some stores list folders only: their prefixes end in a slash."""
        try:
            return self.call(operation, Prefix=prefix, **parameters)
        except ErrorResponse as error:
            folder = prefix[: prefix.rfind("/") + 1]
            if error.code != "NotImplemented" or prefix == folder or not self._can_list(operation, folder):
                raise
        raise contract_violation(
            operation,
            f"The store lists only prefixes that end in a slash ({operation}). The registry lists by the full name of "
            "an object.",
            Cause.UNSUPPORTED,
        )

    def _can_list(self, operation: str, prefix: str) -> bool:
        try:
            self.call(operation, Prefix=prefix)
        except StoreError:
            return False
        return True

    def versions(self, prefix: str) -> Iterator[tuple[Version, object]]:
        """The versions and delete markers below `prefix`, each with its date. At most the first 1000."""
        response = self.call("ListObjectVersions", Prefix=prefix)
        for element in ("Versions", "DeleteMarkers"):
            for entry in response.get(element, []):
                version = Version(str(entry.get("Key", "")), str(entry.get("VersionId", "")), element != "Versions")
                if version.key.startswith(prefix) and version.version_id:
                    yield version, entry.get("LastModified")

    def delete(self, objects: Sequence[str | Version]) -> Deletion:
        """Deletes objects by their keys, and versions by their ids, in one call."""
        targets = [
            {"Key": each} if isinstance(each, str) else {"Key": each.key, "VersionId": each.version_id}
            for each in objects
        ]
        response = self.call("DeleteObjects", Delete={"Objects": targets, "Quiet": False})
        errors = response.get("Errors", [])
        return Deletion(
            tuple(_markers(response, {target["Key"] for target in targets})),
            tuple(
                ErrorResponse("DeleteObjects", 200, str(error.get("Code", "")), str(error.get("Message", "")))
                for error in errors
            ),
            frozenset((str(error.get("Key", "")), str(error.get("VersionId") or "")) for error in errors),
        )


def _markers(response: dict[str, Any], keys: set[str]) -> Iterator[Version]:
    """The delete markers that the store has made for the objects with these keys; others are not ours to delete."""
    for entry in response.get("Deleted", []):
        is_new = entry.get("DeleteMarker") and not entry.get("VersionId")  # else a marker was deleted by its id
        if is_new and (version_id := entry.get("DeleteMarkerVersionId")):
            marker = Version(str(entry.get("Key", "")), str(version_id), is_delete_marker=True)
            if marker.key in keys:
                yield marker
