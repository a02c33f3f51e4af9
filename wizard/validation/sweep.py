"""Removes from the store what earlier runs left behind: runs that were killed, or lost their connection.

Nothing is removed without a proof that it is ours and that its run has ended: see `Sweep._is_stale`. Other keys that
begin in the same way, uploads of other programs, and everything that is younger than a day are never touched.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent import futures
from datetime import UTC, datetime
from functools import partial
from typing import Any

from wizard.checks.age import is_older_than
from wizard.checks.bucket_calls import BucketCalls, RunStoppedError, Version
from wizard.checks.ownership import MARKS, STALE_AGE, owner_of_key
from wizard.s3.background import in_thread
from wizard.s3.errors import StoreError
from wizard.text.sanitize import sanitize
from wizard.validation.cleanup import display_version


class Sweep:
    """The removal of stale data below `root`, which is empty or ends with a slash. Its methods raise nothing.

    `own_prefix` is that of the run itself, which is never stale, whatever the clocks show.
    """

    def __init__(self, calls: BucketCalls, root: str, own_prefix: str) -> None:
        self._calls = calls
        self._root = root
        self._own_prefix = own_prefix
        self._lock = threading.Lock()
        self._removed: list[str] = []
        self._markers: set[Version] = set()  # delete markers that the removal has made

    @property
    def removed(self) -> tuple[str, ...]:
        """What the store has confirmed to be gone, in order: keys, `KEY (upload ID)` and `KEY (version ID)`."""
        with self._lock:
            return tuple(sorted(self._removed))

    @property
    def markers(self) -> list[Version]:
        """The delete markers that the store made for removed objects, and that still exist."""
        with self._lock:
            return sorted(self._markers)

    def remove_uploads_and_objects(self) -> None:
        """Aborts stale uploads and deletes stale objects. Optional: the checks report missing permissions."""
        futures.wait([in_thread(partial(self._remove_of, f"{self._root}{mark}"), "sweep") for mark in MARKS])

    def _remove_of(self, prefix: str) -> None:
        """What runs left behind whose prefix begins so."""
        if _try(self._abort_uploads, prefix):
            _try(self._delete_objects, prefix)

    def remove_versions(self) -> None:
        """In a bucket that keeps versions: deletes the stale versions and delete markers, and those made here."""
        for mark in MARKS:
            _try(self._delete_versions, f"{self._root}{mark}")
        if self.markers:
            _try(self._delete_markers, "")

    def _abort_uploads(self, prefix: str) -> None:
        stale = [
            upload
            for upload in self._calls.uploads(prefix)
            if self._is_stale(str(upload["Key"]), upload.get("Initiated"))
        ]
        if not stale:
            return
        aborted = [upload for upload in stale if self._abort(upload)]
        still_open = {upload["UploadId"] for upload in self._calls.uploads(prefix)}
        self._record(
            f"{sanitize(upload['Key'])} (upload {sanitize(upload['UploadId'], 60)})"
            for upload in aborted
            if upload["UploadId"] not in still_open
        )

    def _abort(self, upload: dict[str, Any]) -> bool:
        try:
            self._calls.call("AbortMultipartUpload", Key=upload["Key"], UploadId=upload["UploadId"])
        except (StoreError, RunStoppedError):
            return False
        return True

    def _delete_objects(self, prefix: str) -> None:
        stale = [key for key, date in self._listed(prefix) if self._is_stale(key, date)]
        if not stale:
            return
        deletion = self._calls.delete(stale)
        with self._lock:
            self._markers.update(deletion.markers)
        remaining = {key for key, _ in (*deletion.failed, *self._listed(prefix))}
        self._record(sanitize(key) for key in stale if key not in remaining)

    def _listed(self, prefix: str) -> list[tuple[str, object]]:
        entries = self._calls.list(prefix).get("Contents", [])
        return [(str(entry["Key"]), entry.get("LastModified")) for entry in entries]

    def _delete_versions(self, prefix: str) -> None:
        stale = [version for version, date in self._calls.versions(prefix) if self._is_stale(version.key, date)]
        self._delete_by_id(stale)

    def _delete_markers(self, _prefix: str) -> None:
        self._delete_by_id(self.markers)

    def _delete_by_id(self, versions: Sequence[Version]) -> None:
        if not versions:
            return
        failed = self._calls.delete(versions).failed
        deleted = [version for version in versions if (version.key, version.version_id) not in failed]
        self._record(display_version(version) for version in deleted if version not in self._markers)
        with self._lock:
            self._markers.difference_update(deleted)

    def _record(self, names: Iterable[str]) -> None:
        with self._lock:
            self._removed += names

    # --- the proof ---

    def _is_stale(self, key: str, date: object) -> bool:
        """Whether `key` is completely ours, and older than a day.

        Both the store's date and the time in the name must say so: some stores give everything an old date. The first
        is compared with the store's own clock, the second with the clock that is behind.
        """
        owner, now = owner_of_key(self._root, key), self._calls.connection.store_time
        if owner is None or owner.prefix == self._own_prefix or now is None:
            return False
        is_old = is_older_than(date, STALE_AGE, now)
        return is_old and is_older_than(owner.started_at, STALE_AGE, self._earliest_time())

    def _earliest_time(self) -> datetime:
        """The time by the clock that is behind: the store's, or that of this machine."""
        ours = datetime.now(UTC)
        return min(ours, self._calls.connection.store_time or ours)


def _try(work: Callable[[str], None], prefix: str) -> bool:
    """Whether `work` has ended without an error."""
    try:
        work(prefix)
    except (StoreError, RunStoppedError):
        return False
    return True
