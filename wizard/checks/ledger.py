"""The ledger of one run: what the run created in the store and has not removed yet."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from wizard.checks.bucket_calls import RunStoppedError, Version
from wizard.s3.errors import ErrorResponse, NotS3, StoreError

_UNVERSIONED = "null"  # the version id in a bucket without versioning
# Statuses with which a proxy replaces the answer of a store, as it rejects what it sees in it: not before the call.
_REPLACING = (HTTPStatus.FORBIDDEN, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS)


class Ledger:
    """Keys, versions and multipart uploads of one run.

    Keys and uploads are recorded before the call that creates them, so that none is lost. Thread-safe. An entry is
    removed only after the store has confirmed that the object or upload is gone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()
        self._keys_in_flight: set[str] = set()
        self._uploads: dict[str, str] = {}  # upload id -> key
        self._uploads_in_flight: set[str] = set()
        self._unconfirmed_uploads: set[str] = set()
        # Keys whose creation was refused, and whether in words of S3: a proxy can replace the answer of the store.
        self._refused_objects: dict[str, bool] = {}
        self._refused_uploads: dict[str, bool] = {}
        self._versions: set[Version] = set()
        self._keys_of_unknown_versions: set[str] = set()
        self._keeps_versions = False
        self._has_hidden_answer = False
        self._has_started = False
        self.version_problem = ""  # why versions could not be deleted, as the end of a sentence
        self._closed = False

    def close(self) -> None:
        """Rejects everything that a late thread tries to create from here on."""
        with self._lock:
            self._closed = True

    @contextmanager
    def creating_object(self, key: str) -> Iterator[None]:
        """Wraps a call that creates `key`.

        The key stays recorded after an error, unless it is certain that the call had no effect and no call before it.
        """
        with self._lock:
            self._raise_if_closed()
            self._has_started = True
            was_recorded = key in self._keys
            self._keys.add(key)
            self._keys_in_flight.add(key)
        may_exist, is_version_known = True, False
        try:
            yield
            is_version_known = True
        except (StoreError, RunStoppedError) as error:
            may_exist = was_recorded or self._may_have_had_effect(error)
            if not may_exist and isinstance(error, ErrorResponse):
                self._refused_objects[key] = not error.has_no_s3_code
            raise
        finally:
            with self._lock:
                self._keys_in_flight.discard(key)
                if not may_exist:
                    self._keys.discard(key)
                elif not is_version_known:
                    self._keys_of_unknown_versions.add(key)

    @contextmanager
    def starting_upload(self, key: str) -> Iterator[None]:
        """Wraps a call that starts a multipart upload. Only the response to that call contains the upload id."""
        with self._lock:
            self._raise_if_closed()
            self._has_started = True
            self._uploads_in_flight.add(key)
        may_exist = False
        try:
            yield
        except (StoreError, RunStoppedError) as error:
            may_exist = self._may_have_had_effect(error)
            if not may_exist and isinstance(error, ErrorResponse):
                self._refused_uploads[key] = not error.has_no_s3_code
            raise
        finally:
            with self._lock:
                self._uploads_in_flight.discard(key)
                if may_exist:
                    self._unconfirmed_uploads.add(key)

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise RunStoppedError("the run is being cleaned up")

    def record_version(self, version: Version) -> None:
        """The store keeps a version or a delete marker of a test object."""
        with self._lock:
            if version.version_id == _UNVERSIONED and not version.is_delete_marker:
                return
            self._keeps_versions = True
            self._versions.add(version)

    def record_listed_versions(self, versions: Iterable[Version]) -> None:
        """The store has listed all versions of the test objects."""
        with self._lock:
            self._versions.update(versions)
            self._keys_of_unknown_versions &= self._keys_in_flight

    def record_upload(self, upload_id: str, key: str) -> None:
        """A multipart upload was started."""
        with self._lock:
            self._uploads[upload_id] = key

    @property
    def has_started(self) -> bool:
        """Whether a call that creates something was started."""
        return self._has_started

    @property
    def has_refused(self) -> bool:
        """Whether a creating call was refused, and the store was not yet asked whether it had an effect."""
        return bool(self._refused_objects or self._refused_uploads)

    def refused_objects(self) -> list[str]:
        """The objects whose creation was refused."""
        with self._lock:
            return sorted(self._refused_objects)

    def record_look_up(self, found: Mapping[str, bool | None]) -> None:
        """The refused objects were looked up. None where the store doesn't say: then the words of S3 are believed."""
        with self._lock:
            for key, exists in found.items():
                is_of_s3 = self._refused_objects.pop(key, True)
                if exists or (exists is None and not is_of_s3):
                    self._keys.add(key)
                    self._keys_of_unknown_versions.add(key)

    def record_open_uploads(self, uploads: Iterable[tuple[str, str]]) -> None:
        """The store has listed all open uploads, as (key, upload id).

        An unconfirmed upload that is not listed was never started.
        """
        with self._lock:
            self._uploads |= {upload_id: key for key, upload_id in uploads}
            self._unconfirmed_uploads.clear()
            self._refused_uploads.clear()

    def record_no_list_of_uploads(self) -> None:
        """The store does not list uploads: those may be open whose refusal was not one of S3."""
        with self._lock:
            self._unconfirmed_uploads |= {key for key, is_of_s3 in self._refused_uploads.items() if not is_of_s3}
            self._refused_uploads.clear()

    def confirm_upload_ended(self, upload_id: str) -> None:
        """The upload was completed or aborted."""
        with self._lock:
            self._uploads.pop(upload_id, None)

    def confirm_version_deleted(self, version: Version) -> None:
        """The store has confirmed that the version or delete marker does not exist."""
        with self._lock:
            self._versions.discard(version)

    def confirm_deleted(self, key: str) -> None:
        """The store has confirmed that the object does not exist. A key that is still being created stays recorded."""
        with self._lock:
            if key not in self._keys_in_flight:
                self._keys.discard(key)

    def keys(self) -> list[str]:
        """The objects that may still exist."""
        with self._lock:
            return sorted(self._keys)

    def uploads(self) -> list[tuple[str, str]]:
        """The uploads that are still open, as (key, upload id)."""
        with self._lock:
            return sorted((key, upload_id) for upload_id, key in self._uploads.items())

    def unconfirmed_uploads(self) -> list[str]:
        """The keys of uploads that may be open, but whose id is unknown: the response is missing or unusable."""
        with self._lock:
            return sorted(self._uploads_in_flight | self._unconfirmed_uploads)

    @property
    def has_hidden_answer(self) -> bool:
        """Whether a creating call got an answer that is not one of S3, behind which a proxy can hide a success."""
        return self._has_hidden_answer

    @property
    def keeps_versions(self) -> bool:
        """Whether a response has shown that the bucket keeps versions of deleted objects."""
        return self._keeps_versions

    def versions(self) -> list[Version]:
        """The versions and delete markers that may still exist."""
        with self._lock:
            return sorted(self._versions)

    def keys_of_unknown_versions(self) -> list[str]:
        """Where the bucket keeps versions: the keys of objects that may have one more version, whose id is unknown."""
        with self._lock:
            return sorted(self._keys_of_unknown_versions) if self._keeps_versions else []

    @property
    def may_be_left(self) -> bool:
        """Whether anything that the run created may still exist. Takes no lock: a signal handler may ask."""
        return bool(
            self._keys or self._uploads or self._uploads_in_flight or self._unconfirmed_uploads or self._versions
        )

    def _may_have_had_effect(self, error: StoreError | RunStoppedError) -> bool:
        """Whether a call that failed may have changed the store, as when a proxy has replaced the answer to it."""
        if isinstance(error, RunStoppedError):
            return False
        is_replaced = isinstance(error, ErrorResponse) and error.has_no_s3_code and error.status in _REPLACING
        self._has_hidden_answer |= is_replaced or isinstance(error, NotS3) or _is_of_proxy(error)
        return is_replaced or not error.had_no_effect


def _is_of_proxy(error: StoreError) -> bool:
    return isinstance(error, ErrorResponse) and error.is_server_error and error.has_no_s3_code
