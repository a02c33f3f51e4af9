"""What the checks of one run share: the store, the prefix they work below, and the note of what they made."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from wizard.catalog.registries import registry_of
from wizard.checks.ledger import Ledger
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.errors import ContractViolation, ErrorResponse

if TYPE_CHECKING:
    from wizard.s3.client import Store

KEY_PREFIX = ".storage-wizard-"  # every key of ours has it below the root directory
_COMPRESSED = ("gzip", "deflate", "br", "zstd")
SIZE = 2048  # bytes of the test object: enough that a cut or a changed byte shows, small on a slow line


class CheckContext:
    """One run's workbench. `connect` opens the store on first use, so that no thread waits for it in vain."""

    def __init__(self, settings: Settings, connect: Callable[[], Store]) -> None:
        self.settings = settings
        self.registry = registry_of(settings.registry)
        self.ledger = Ledger()
        self.body = os.urandom(SIZE)
        root = settings.rootdirectory.strip("/")
        self.root = f"{root}/" if root else ""
        self.prefix = f"{self.root}{KEY_PREFIX}{process_tag()}-{secrets.token_hex(4)}"
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
        """The store's clock minus ours in seconds; None until it has answered."""
        return self._store.clock_skew if self._store is not None else None

    @property
    def answered_at(self) -> float:
        """When the store answered last, on the monotonic clock; 0 before it has."""
        return self._store.answered_at if self._store is not None else 0.0

    def close(self) -> None:
        """Lets go of the connections, if any were made; never waits for one that is being made."""
        if self._store is not None:
            self._store.close()

    @property
    def bucket(self) -> str:
        """The bucket of the settings."""
        return self.settings.bucket

    def key(self, name: str) -> str:
        """The full key of one of our objects."""
        return f"{self.prefix}/{name}"

    def object_headers(self) -> dict[str, str]:
        """What the registry sends along with everything that it writes."""
        headers = {"ContentType": "application/octet-stream", "ACL": self.settings.objectacl}
        if self.settings.storageclass != "NONE":
            headers["StorageClass"] = self.settings.storageclass
        if self.settings.encrypt:
            headers["ServerSideEncryption"] = "aws:kms" if self.settings.keyid else "AES256"
            if self.settings.keyid:
                headers["SSEKMSKeyId"] = self.settings.keyid
        return headers

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """One call on our bucket."""
        return self.store.call(operation, Bucket=self.bucket, **parameters)

    def announce_body(self, operation: str, size: int, **parameters: object) -> None:
        """Asks whether a body of `size` bytes may come, without sending it."""
        self.store.announce_body(operation, size, Bucket=self.bucket, **parameters)

    def read(self, key: str, start: int = 0) -> bytes:
        """An object from `start` on, read as the registry reads: always with a Range."""
        try:
            answer = self.call("GetObject", Key=key, Range=f"bytes={start}-")
        except ErrorResponse as error:
            if error.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return b""  # the object ends before `start`
            raise
        if answer.get("ContentEncoding") in _COMPRESSED:
            raise contract_violation("GetObject", "An object comes back compressed, by the store or a proxy before it.")
        body: bytes = answer["Body"]
        return body

    def expect(self, what: str, key: str, made_by: str, changed_by: str = "GetObject") -> None:
        """Reads `key` back; anything but what was written is a promise that one of the two calls broke."""
        try:
            found = self.read(key)
        except ErrorResponse as error:
            if error.code in ("NoSuchKey", "404"):
                raise contract_violation(made_by, f"{what} was accepted by the store, and is not there.") from None
            raise
        if found != self.body:
            same_length = len(found) == len(self.body)
            differs = "other bytes came back" if same_length else f"{len(found)} bytes came back of {len(self.body)}"
            raise contract_violation(changed_by, f"{what} was accepted by the store, and {differs}.")

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes `keys` in one call; an error for one key counts, though the call as a whole says 200."""
        answer = self.call("DeleteObjects", Delete={"Objects": [{"Key": key} for key in keys], "Quiet": False})
        for error in answer.get("Errors", [])[:1]:
            raise ErrorResponse("DeleteObjects", 200, str(error.get("Code", "")), str(error.get("Message", "")))

    def list(self, prefix: str, limit: int = 1000) -> dict[str, Any]:
        """A listing in the registry's version, with what the registry reads from it."""
        operation = "ListObjects" if self.registry.list_version == 1 else "ListObjectsV2"
        answer = self.call(operation, Prefix=prefix, MaxKeys=limit)
        if "IsTruncated" not in answer:
            raise contract_violation(
                operation,
                "The answer to a listing is none: it does not say whether it is complete. Is the endpoint the S3 API, "
                "and the address style right?",
                Cause.NOT_S3,
            )
        if not all(str(entry.get("Key", "")).startswith(prefix) for entry in answer.get("Contents", [])):
            raise contract_violation(
                operation, "A listing holds what was not asked for; the registry would take it for its own."
            )
        return answer

    def uploads(self, prefix: str) -> Sequence[dict[str, Any]]:
        """The open uploads of keys that begin with `prefix`: a store may list others too, and those are not ours."""
        listed = self.call("ListMultipartUploads", Prefix=prefix).get("Uploads", [])
        return [each for each in listed if str(each.get("Key", "")).startswith(prefix) and each.get("UploadId")]


def contract_violation(operation: str, text: str, cause: Cause = Cause.CORRUPTED) -> ContractViolation:
    """The store said yes and did something else."""
    return ContractViolation(operation, Finding(cause, text))


def empty_response(operation: str, what: str) -> ContractViolation:
    """The store said yes and nothing else: the registry's SDK takes an answer without a body for a failure."""
    return contract_violation(operation, f"{what} is answered with nothing, which the registry takes for a failure.")


def process_tag() -> str:
    """Says which process of which host a test object belongs to, so that a later run knows a dead one's."""
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]
    return f"{host}-{os.getpid()}"


def owner_is_alive(key: str) -> bool | None:
    """Whether the process that made one of our keys runs still; None when it ran on another host."""
    host, _, rest = key.rpartition(KEY_PREFIX)[2].partition("-")
    pid = rest.partition("-")[0]
    if host != process_tag().partition("-")[0] or not pid.isdecimal():
        return None
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
