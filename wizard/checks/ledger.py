"""The ledger of one run: what the run created in the store and has not removed yet."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from wizard.s3.errors import StoreError


class LedgerClosedError(Exception):
    """The run is being cleaned up: it must not create anything more."""


class Ledger:
    """Keys and multipart uploads of one run. Each is recorded before the call that creates it, so that none is lost.

    Thread-safe. An entry is removed only after the store has confirmed that the object or upload is gone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()
        self._keys_in_flight: set[str] = set()
        self._uploads: dict[str, str] = {}  # upload id -> key
        self._uploads_in_flight: set[str] = set()
        self._unconfirmed_uploads: set[str] = set()
        self._closed = False

    def close(self) -> None:
        """Rejects everything that a late thread tries to create from here on."""
        with self._lock:
            self._closed = True

    @contextmanager
    def creating_object(self, key: str) -> Iterator[None]:
        """Wraps a call that creates `key`.

        The key stays recorded after an error, unless it is certain that the call had no effect.
        """
        with self._lock:
            self._raise_if_closed()
            self._keys.add(key)
            self._keys_in_flight.add(key)
        may_exist = True
        try:
            yield
        except StoreError as error:
            may_exist = not error.had_no_effect
            raise
        finally:
            with self._lock:
                self._keys_in_flight.discard(key)
                if not may_exist:
                    self._keys.discard(key)

    @contextmanager
    def starting_upload(self, key: str) -> Iterator[None]:
        """Wraps a call that starts a multipart upload. Only the response to that call contains the upload id."""
        with self._lock:
            self._raise_if_closed()
            self._uploads_in_flight.add(key)
        may_exist = False
        try:
            yield
        except StoreError as error:
            may_exist = not error.had_no_effect
            raise
        finally:
            with self._lock:
                self._uploads_in_flight.discard(key)
                if may_exist:
                    self._unconfirmed_uploads.add(key)

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise LedgerClosedError("the run is being cleaned up")

    def record_upload(self, upload_id: str, key: str) -> None:
        """A multipart upload was started."""
        with self._lock:
            self._uploads[upload_id] = key

    def record_open_uploads(self, uploads: Iterable[tuple[str, str]]) -> None:
        """The store has listed all open uploads, as (key, upload id).

        An unconfirmed upload that is not listed was never started.
        """
        with self._lock:
            self._uploads |= {upload_id: key for key, upload_id in uploads}
            self._unconfirmed_uploads.clear()

    def confirm_upload_ended(self, upload_id: str) -> None:
        """The upload was completed or aborted."""
        with self._lock:
            self._uploads.pop(upload_id, None)

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
