"""The real stores of the runs. Each run has a bucket of its own, with objects of another user in it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from tests.support.aws_clients import create_client
from tests.support.canary import SECRET
from tests.support.moto_server import Moto, only_buckets_of_before
from tests.support.rclone import Rclone
from tests.support.store_server import StoreServer
from wizard.demo.server import serve
from wizard.demo.signature import KeyPair
from wizard.model.secret import Secret

ACCESS_KEY = "AKIACHAOSCHAOS7EXAMPLE"
_FOREIGN = (
    "{root}docker/registry/v2/blobs/sha256/aa/{x}/data",
    "{root}docker/registry/v2/repositories/app/_manifests/tags/latest/current/link",
    "{root}docker/registry/v2/storage-wizard-notes/write",
    "{root}docker/registry/v2/storage-wizard-20200101T000000Z-0123456789ab-00000000/_uploads/write",
    "{root}other/write",
    "top/level",
)
_OPEN_UPLOAD = "{root}docker/registry/v2/repositories/app/_uploads/1/data"


@dataclass(frozen=True, slots=True)
class Content:
    """The objects of a bucket by key, with their ETags, and the keys of the open uploads."""

    objects: dict[str, str]
    uploads: tuple[str, ...]


class Bucket:
    """A bucket with foreign objects below `root` and beside it; `port` is that of its store."""

    def __init__(self, endpoint: str, root: str, *, has_uploads: bool) -> None:
        self.port: int = urlsplit(endpoint).port or 0
        self.name = f"chaos-{uuid.uuid4().hex[:16]}"
        self._has_uploads = has_uploads
        self._s3 = create_client("s3", endpoint, ACCESS_KEY, SECRET)
        self._root = f"{root.strip('/')}/" if root else ""

    def fill(self) -> None:
        """Create the foreign objects."""
        with contextlib.suppress(ClientError):  # the demo's store has it already
            self._s3.create_bucket(Bucket=self.name)
        for key in _FOREIGN:
            self._s3.put_object(Bucket=self.name, Key=key.format(root=self._root, x="a" * 64), Body=key.encode())
        if self._has_uploads:
            self._s3.create_multipart_upload(Bucket=self.name, Key=_OPEN_UPLOAD.format(root=self._root))
        self.foreign = self.content()

    def content(self) -> Content:
        """What is there now."""
        objects = {each["Key"]: each["ETag"] for each in self._s3.list_objects(Bucket=self.name).get("Contents", [])}
        uploads: list[dict[str, Any]] = []
        if self._has_uploads:
            uploads = self._s3.list_multipart_uploads(Bucket=self.name).get("Uploads", [])
        return Content(objects, tuple(sorted(each["Key"] for each in uploads)))

    def close(self) -> None:
        self._s3.close()


class _RcloneStore(Rclone):
    access_key, secret_key = ACCESS_KEY, SECRET


class Stores:
    """Starts each store when a run first needs it."""

    def __init__(self) -> None:
        self._resources = contextlib.ExitStack()
        self._started: dict[str, StoreServer] = {}

    def __enter__(self) -> Stores:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the stores."""
        self._resources.close()

    @contextlib.contextmanager
    def bucket(self, store: str, root: str) -> Iterator[Bucket]:
        """A new bucket in the store of this name."""
        with contextlib.ExitStack() as stack:
            if store == "rclone":
                bucket = Bucket(self._server(store, _RcloneStore).endpoint, root, has_uploads=False)
            else:
                moto = self._server("moto", Moto)  # the demo's store is moto, too
                stack.enter_context(only_buckets_of_before())
                bucket = Bucket(moto.endpoint, root, has_uploads=True)
                if store == "demo":
                    keys = KeyPair(ACCESS_KEY, Secret(SECRET))
                    bucket.port = urlsplit(stack.enter_context(serve(keys, bucket.name))).port or 0
            stack.callback(bucket.close)
            bucket.fill()
            yield bucket

    def _server(self, name: str, kind: type[StoreServer]) -> StoreServer:
        if name not in self._started:
            self._started[name] = self._resources.enter_context(kind())
        return self._started[name]
