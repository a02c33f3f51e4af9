"""What a run has made in a store and not yet taken away again."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from wizard.s3.errors import StoreError


class LedgerClosedError(Exception):
    """Nothing more is made in this run."""


class Ledger:
    """Keys and multipart uploads of one run, noted before the call that makes them, so that none is forgotten.

    Threads share it. An entry leaves only when the store has confirmed that it is gone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()
        self._uploads: dict[str, str] = {}  # upload id -> key
        self._in_flight: set[str] = set()
        self._beginning: set[str] = set()
        self._perhaps_begun: set[str] = set()
        self._closed = False

    def close(self) -> None:
        """The run is being cleaned up: a thread that is late makes nothing more."""
        with self._lock:
            self._closed = True

    @contextmanager
    def creating(self, key: str) -> Iterator[None]:
        """Around a call that makes `key`: noted before, and known to be under way until it is over.

        Unless it is certain that the call did nothing, the object may be there, whatever the answer was.
        """
        with self._lock:
            self._refuse_if_closed()
            self._keys.add(key)
            self._in_flight.add(key)
        made = True
        try:
            yield
        except StoreError as error:
            made = not error.had_no_effect
            raise
        finally:
            with self._lock:
                self._in_flight.discard(key)
                if not made:
                    self._keys.discard(key)

    @contextmanager
    def starting_upload(self, key: str) -> Iterator[None]:
        """Around a call that begins an upload in parts, whose id only its answer tells."""
        with self._lock:
            self._refuse_if_closed()
            self._beginning.add(key)
        begun = False
        try:
            yield
        except StoreError as error:
            begun = not error.had_no_effect
            raise
        finally:
            with self._lock:
                self._beginning.discard(key)
                if begun:
                    self._perhaps_begun.add(key)

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise LedgerClosedError("the run is being cleaned up")

    def upload_started(self, upload_id: str, key: str) -> None:
        """An upload in parts is open at the store from now on."""
        with self._lock:
            self._uploads[upload_id] = key

    def uploads_listed(self, found: Iterable[tuple[str, str]]) -> None:
        """The store has told all uploads that are open, as (key, upload id): those begun in vain are not among them."""
        with self._lock:
            self._uploads |= {upload_id: key for key, upload_id in found}
            self._perhaps_begun.clear()

    def upload_ended(self, upload_id: str) -> None:
        """It was completed or aborted."""
        with self._lock:
            self._uploads.pop(upload_id, None)

    def confirm_deleted(self, key: str) -> None:
        """The store has confirmed that there is no such object; one that is still being made stays noted."""
        with self._lock:
            if key not in self._in_flight:
                self._keys.discard(key)

    def keys(self) -> list[str]:
        """The objects that may be there still."""
        with self._lock:
            return sorted(self._keys)

    def uploads(self) -> list[tuple[str, str]]:
        """The uploads that are open still, as (key, upload id)."""
        with self._lock:
            return sorted((key, upload_id) for upload_id, key in self._uploads.items())

    def unconfirmed_uploads(self) -> list[str]:
        """The keys of uploads that were asked for, of which no answer or none that tells has come."""
        with self._lock:
            return sorted(self._beginning | self._perhaps_begun)
