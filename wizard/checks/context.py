"""What the checks of one run share: the store, the prefix of the test objects, and the ledger of what was created."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from wizard.catalog.registries import Registry, registry_of
from wizard.checks.bucket_calls import BucketCalls, Connection, Version
from wizard.checks.ledger import Ledger
from wizard.checks.ownership import new_prefix
from wizard.checks.violations import contract_violation
from wizard.model.findings import Cause, Finding
from wizard.model.fixes import NO_CHECKSUMS
from wizard.model.further_parameters import FURTHER_PARAMETERS
from wizard.model.settings import Settings
from wizard.s3.background import in_thread
from wizard.s3.errors import ContractViolation, ErrorResponse
from wizard.text.sanitize import sanitize

if TYPE_CHECKING:
    from wizard.s3.client import Store

_T = TypeVar("_T")
_Work = Callable[["CheckContext"], _T]
# The settings that change only what is sent with every object, and so can be tried by writing one
SENT_WITH_OBJECTS = {"encrypt", "keyid", "storageclass", "objectacl", "objectownership", "checksum_disabled"}
FIX = "fix"  # the object that is written to try them
SIZE = 2048  # bytes of the test object: large enough to show truncation, small enough for a slow line
_CREATING = ("PutObject", "CopyObject", "CompleteMultipartUpload")  # calls that create a version of an object
_TICK = 0.02  # seconds between two looks whether the run was stopped
_REPEATABLE = (
    *("ListObjects", "ListObjectsV2", "GetObject", "HeadObject", "ListParts", "ListMultipartUploads"),
    "UploadPartCopy",  # no failure of a moment should lead to the fix that replaces it
)
_MOMENTARY = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
_PAUSE = 0.2  # seconds before a call is repeated
_TRAILER = b"\r\n0\r\nx-amz-checksum-"
_COMPRESSED = ("gzip", "deflate", "br", "zstd")


class Made(NamedTuple):
    """An object that a check has made: what sentences call it, its key, and the calls that made it or may change it."""

    subject: str
    key: str
    made_by: str
    changed_by: str = "GetObject"
    expected: bytes | None = None  # its content from `start` on; the test data if None
    start: int = 0


class CheckContext(BucketCalls):
    """The shared state of one run, and its calls.

    `connect` opens a client for the store of some settings, on first use. `is_stopped` is called before each call.
    """

    def __init__(
        self, settings: Settings, connect: Callable[[Settings], Store], is_stopped: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(settings, Connection(lambda: connect(settings)), is_stopped)
        self._connect = connect
        self.cleaner = BucketCalls(settings, self.connection, lambda: False)  # for the calls after the end of the run
        self.ledger = Ledger()
        self.body = os.urandom(SIZE)
        self.started_at = time.monotonic()
        self.has_tried_to_write = threading.Event()
        self.has_written = False  # the test object, with the settings as they are
        self.place_of_objects = (settings.bucket, "")  # the bucket that the store writes to, and what begins keys there
        self.bucket_was_absent = False  # until the store created it at the first write
        self.is_new_bucket = False  # the program has created it for the user
        self._prepared: dict[_Work[Any], Future[Any]] = {}
        self.hides_objects = False  # listings do not show what exists
        self.hides_uploads = False
        self.notes: list[str] = []  # sentences on what the run did beyond the usual, for the report
        root = settings.rootdirectory.strip("/")
        self.root = f"{root}/" if root else ""
        self.prefix = f"{self.root}{new_prefix()}"

    def close(self) -> None:
        """Closes the connections."""
        self.connection.close()

    def key(self, name: str) -> str:
        """The full key of a test object."""
        return f"{self.prefix}/{name}"

    def object_headers(self) -> dict[str, str]:
        """The parameters that the registry sends with every object that it writes."""
        return _object_headers(self.settings)

    def write_test_object(self) -> None:
        """Writes the test object as the registry would."""
        key = self.key("write")
        try:
            with self.ledger.creating_object(key):
                self.call("PutObject", Key=key, Body=self.body, **self.object_headers())
            self.has_written = True
        finally:
            self.has_tried_to_write.set()

    def wait_for_test_object(self) -> bool:
        """Waits until the test object has been written, or could not be. Returns whether it was written."""
        while not self.has_tried_to_write.wait(_TICK):
            self.raise_if_stopped()
        return self.has_written

    def wait_for(self, outcome: Future[_T]) -> _T:
        """Waits for the result of another thread, or raises its exception."""
        self._wait_for_end(outcome)
        return outcome.result()

    def _wait_for_end(self, outcome: Future[Any]) -> None:
        while not futures.wait([outcome], _TICK).done:
            self.raise_if_stopped()

    def prepare(self, work: _Work[Any], name: str) -> Future[Any]:
        """Starts work in a thread with a name. `result_of` has its result."""
        outcome = self._prepared[work] = in_thread(partial(work, self), name)
        return outcome

    def result_of(self, work: _Work[_T]) -> _T:
        """What `work` returns, or has returned if it was prepared; raises what it raises.

        It is done again if the bucket was absent, as some stores create it at the first write.
        """
        if work not in self._prepared:
            return work(self)
        try:
            result: _T = self.wait_for(self._prepared[work])
        except ErrorResponse as error:
            if error.code != "NoSuchBucket":
                raise
            return work(self)
        return result

    def wait_for_prepared(self, work: _Work[Any]) -> None:
        """Waits for the end of work, if it was prepared, whatever its result."""
        if work in self._prepared:
            self._wait_for_end(self._prepared[work])

    def write_with(self, settings: Settings, operation: str) -> None:
        """Writes an object, or starts an upload, as the registry would with other `SENT_WITH_OBJECTS`.

        In place of the test object if that was refused; otherwise beside it, as checks are using it. `operation` is
        PutObject or CreateMultipartUpload.
        """
        is_refused = self.has_tried_to_write.is_set() and not self.has_written
        headers = {name: settings.value(name) for name in SENT_WITH_OBJECTS if name not in FURTHER_PARAMETERS}
        changed = self.settings.replace(headers).with_further(settings.further)
        key, connection = self.key("write" if is_refused else FIX), Connection(lambda: self._connect(changed))
        other = BucketCalls(changed, connection, self._is_stopped)
        with contextlib.closing(connection):
            if operation == "PutObject":
                with self.ledger.creating_object(key):
                    self._record_version(
                        key, other.call(operation, Key=key, Body=self.body, **_object_headers(changed))
                    )
                return
            with self.ledger.starting_upload(key):
                upload_id = other.call(operation, Key=key, **_object_headers(changed)).get("UploadId")
                self.ledger.record_upload(str(upload_id), key)

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """One call on the bucket of the settings. The version that it creates is recorded in the ledger.

        One that fails for a moment is repeated once, as the SDKs of the registries do, and the report says so.
        """
        try:
            response = super().call(operation, **parameters)
        except ErrorResponse as error:
            if operation not in _REPEATABLE or error.status not in _MOMENTARY:
                raise
            response = self._repeat(error, operation, **parameters)
        if operation in _CREATING:
            self._record_version(str(parameters["Key"]), response)
        return response

    def _repeat(self, error: ErrorResponse, operation: str, **parameters: object) -> dict[str, Any]:
        """A call once more that has failed with `error`. A note says so unless it fails in that way again."""
        time.sleep(_PAUSE)
        answer = " ".join(filter(None, dict.fromkeys((str(error.status), sanitize(error.code, 40)))))
        note = f"Repeated {operation}, which the store had answered with {answer}."
        try:
            response = super().call(operation, **parameters)
        except ErrorResponse as second:
            if second.status not in _MOMENTARY:
                self.notes.append(note)
            raise
        self.notes.append(note)
        return response

    def _record_version(self, key: str, response: Mapping[str, Any]) -> None:
        if version_id := response.get("VersionId"):
            self.ledger.record_version(Version(key, str(version_id)))

    def check_body_size(self, operation: str, size: int, **parameters: object) -> None:
        """Declares a body of `size` bytes with `Expect: 100-continue`, and sends none of it.

        Raises `ErrorResponse` if the store or a proxy rejects the size.
        """
        self.store.announce_body(operation, size, Bucket=self.bucket, **parameters)

    def read(self, key: str, start: int = 0) -> bytes:
        """The object from byte `start`. Like the registry, it always sends a Range header."""
        try:
            response = self.call("GetObject", Key=key, Range=f"bytes={start}-")
        except ErrorResponse as error:
            if error.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return b""  # the object ends before `start`
            raise
        if response.get("ContentEncoding") in _COMPRESSED:
            raise contract_violation("GetObject", "The store, or a proxy in front of it, compresses objects.")
        body: bytes = response["Body"]
        return body

    def verify_content(self, made: Made) -> None:
        """Reads an object back and compares it with what was written.

        A missing object is a violation of the call that made it, other content one of the call that may change it.
        """
        wanted = self.body if made.expected is None else made.expected
        try:
            body = self.read(made.key, made.start)
        except ErrorResponse as error:
            if error.code in ("NoSuchKey", "404"):
                text = f"{made.subject} was accepted by the store, but isn't there."
                raise contract_violation(made.made_by, text) from None
            raise
        if _TRAILER in body and _TRAILER not in wanted:
            raise _stored_trailer(self.registry)
        if body != wanted:
            has_same_length = len(body) == len(wanted)
            short = f"only {len(body)} of {len(wanted)} bytes came back"
            difference = "data came back different" if has_same_length else short
            raise contract_violation(made.changed_by, f"{made.subject} was accepted by the store, but {difference}.")

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes `keys` in one call. Raises on an error for a single key, although the call itself returns 200."""
        deletion = self.delete(keys)
        for marker in deletion.markers:
            self.ledger.record_version(marker)
        for error in deletion.errors[:1]:
            raise error


def _stored_trailer(registry: Registry) -> ContractViolation:
    text = (
        f"The store saves the checksum that {registry.title} sends after an object as part of the object: it does "
        "not support the aws-chunked encoding."
    )
    return ContractViolation("PutObject", Finding(Cause.UNSUPPORTED, text, setting="regionendpoint", fix=NO_CHECKSUMS))


def _object_headers(settings: Settings) -> dict[str, str]:
    headers = {"ContentType": "application/octet-stream"}
    if acl := registry_of(settings.registry).acl(settings):
        headers["ACL"] = acl
    if settings.storageclass != "NONE":
        headers["StorageClass"] = settings.storageclass
    if settings.encrypt:
        headers["ServerSideEncryption"] = "aws:kms" if settings.keyid else "AES256"
        if settings.keyid:
            headers["SSEKMSKeyId"] = settings.keyid
    return headers
