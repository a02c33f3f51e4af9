"""What all S3 servers for tests have in common."""

from __future__ import annotations

import contextlib
import functools
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.aws_clients import create_client
from tests.support.live_store import LiveStore


class StoreServer:
    """An S3 server on loopback, ready once its context is entered; the key pair has full access."""

    endpoint: str
    access_key: str
    secret_key: str
    _ca: Path | None = None

    def __init__(self) -> None:
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with self._resources:
            self._start()
            self._resources = self._resources.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    def _start(self) -> None:
        """Start the server and set `endpoint`; what must be closed goes into `_resources`."""
        raise NotImplementedError

    def store(self) -> LiveStore:
        """A new bucket on this server."""
        return LiveStore(self.endpoint, self.create_bucket(), self.access_key, self.secret_key)

    def create_bucket(self) -> str:
        """Create an empty bucket; returns its name."""
        name = f"bucket-{uuid.uuid4().hex[:16]}"
        self._s3.create_bucket(Bucket=name)
        return name

    def contents(self, bucket: str) -> list[str]:
        """The keys of the objects in `bucket`."""
        return [item["Key"] for item in self._s3.list_objects(Bucket=bucket).get("Contents", [])]

    def uploads(self, bucket: str) -> list[str]:
        """The keys of the multipart uploads in `bucket` that are neither completed nor aborted."""
        return [item["Key"] for item in self._s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]

    def versions(self, bucket: str) -> list[str]:
        """The keys of all versions and delete markers in `bucket`."""
        response = self._s3.list_object_versions(Bucket=bucket)
        return sorted(each["Key"] for name in ("Versions", "DeleteMarkers") for each in response.get(name, []))

    @functools.cached_property
    def _s3(self) -> Any:
        client = create_client("s3", self.endpoint, self.access_key, self.secret_key, self._ca)
        self._resources.callback(client.close)
        return client
