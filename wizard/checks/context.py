"""What the checks of one run share: the store, the prefix of the test objects, and the ledger of what was created."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from wizard.catalog.registries import registry_of
from wizard.checks.ledger import Ledger
from wizard.checks.prefix import new_prefix
from wizard.checks.violations import contract_violation
from wizard.model.findings import Cause
from wizard.model.settings import Settings
from wizard.s3.errors import ErrorResponse

if TYPE_CHECKING:
    from wizard.s3.client import Store

SIZE = 2048  # bytes of the test object: large enough to show truncation, small enough for a slow line
_COMPRESSED = ("gzip", "deflate", "br", "zstd")


class CheckContext:
    """The shared state of one run. `connect` is called on first use, so that no thread waits for an unused store."""

    def __init__(self, settings: Settings, connect: Callable[[], Store]) -> None:
        self.settings = settings
        self.registry = registry_of(settings.registry)
        self.ledger = Ledger()
        self.body = os.urandom(SIZE)
        root = settings.rootdirectory.strip("/")
        self.root = f"{root}/" if root else ""
        self.prefix = f"{self.root}{new_prefix()}"
        self._connect = connect
        self._store: Store | None = None
        self._lock = threading.Lock()

    @property
    def store(self) -> Store:
        """The connection that all checks share."""
        with self._lock:
            if self._store is None:
                self._store = self._connect()
            return self._store

    @property
    def clock_skew(self) -> float | None:
        """The store's clock minus this machine's, in seconds. None before the first response."""
        return self._store.clock_skew if self._store is not None else None

    @property
    def answered_at(self) -> float:
        """When the last response arrived, on the monotonic clock. 0 before the first one."""
        return self._store.answered_at if self._store is not None else 0.0

    def close(self) -> None:
        """Closes the connections. Does not wait for a connection that another thread is opening."""
        if self._store is not None:
            self._store.close()

    @property
    def bucket(self) -> str:
        """The bucket of the settings."""
        return self.settings.bucket

    def key(self, name: str) -> str:
        """The full key of a test object."""
        return f"{self.prefix}/{name}"

    def object_headers(self) -> dict[str, str]:
        """The parameters that the registry sends with every object that it writes."""
        headers = {"ContentType": "application/octet-stream", "ACL": self.settings.objectacl}
        if self.settings.storageclass != "NONE":
            headers["StorageClass"] = self.settings.storageclass
        if self.settings.encrypt:
            headers["ServerSideEncryption"] = "aws:kms" if self.settings.keyid else "AES256"
            if self.settings.keyid:
                headers["SSEKMSKeyId"] = self.settings.keyid
        return headers

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """One call on the bucket of the settings."""
        return self.store.call(operation, Bucket=self.bucket, **parameters)

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
            raise contract_violation("GetObject", "An object comes back compressed, by the store or a proxy before it.")
        body: bytes = response["Body"]
        return body

    def verify_content(self, subject: str, key: str, made_by: str, changed_by: str = "GetObject") -> None:
        """Reads `key` back and compares it with what was written.

        A missing object is a violation of the call `made_by`, other content one of `changed_by`.
        """
        try:
            body = self.read(key)
        except ErrorResponse as error:
            if error.code in ("NoSuchKey", "404"):
                raise contract_violation(made_by, f"{subject} was accepted by the store, and is not there.") from None
            raise
        if body != self.body:
            has_same_length = len(body) == len(self.body)
            short = f"{len(body)} bytes came back of {len(self.body)}"
            difference = "other bytes came back" if has_same_length else short
            raise contract_violation(changed_by, f"{subject} was accepted by the store, and {difference}.")

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes `keys` in one call. Raises on an error for a single key, although the call itself returns 200."""
        response = self.call("DeleteObjects", Delete={"Objects": [{"Key": key} for key in keys], "Quiet": False})
        for error in response.get("Errors", [])[:1]:
            raise ErrorResponse("DeleteObjects", 200, str(error.get("Code", "")), str(error.get("Message", "")))

    def list(self, prefix: str, limit: int = 1000) -> dict[str, Any]:
        """A listing with the registry's version of the call, validated for the elements that the registry reads."""
        operation = "ListObjects" if self.registry.list_version == 1 else "ListObjectsV2"
        response = self.call(operation, Prefix=prefix, MaxKeys=limit)
        if "IsTruncated" not in response:
            raise contract_violation(
                operation,
                "The answer to a listing is none: it does not say whether it is complete. Is the endpoint the S3 API, "
                "and the address style right?",
                Cause.NOT_S3,
            )
        if not all(str(entry.get("Key", "")).startswith(prefix) for entry in response.get("Contents", [])):
            raise contract_violation(
                operation, "A listing holds what was not asked for; the registry would take it for its own."
            )
        return response

    def uploads(self, prefix: str) -> Sequence[dict[str, Any]]:
        """The open uploads below `prefix`. Some stores ignore the prefix and list uploads of other programs too."""
        uploads = self.call("ListMultipartUploads", Prefix=prefix).get("Uploads", [])
        return [each for each in uploads if str(each.get("Key", "")).startswith(prefix) and each.get("UploadId")]
