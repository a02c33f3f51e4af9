"""An S3 client of a faulty store, with the calls that the tests of the servers make."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from tests.support.aws_clients import open_s3_client
from tests.support.faulty_store import Fault, FaultyStore

BODY = bytes(range(256)) * 8


class StoreClient:
    """Calls on one bucket, most of them on the object `key` with the content `BODY`."""

    def __init__(self, store: FaultyStore, s3: Any) -> None:
        self.store = store
        self.s3 = s3
        self.bucket = store.bucket

    def put(self, key: str = "key") -> Any:
        return self.s3.put_object(Bucket=self.bucket, Key=key, Body=BODY)

    def get(self, **arguments: Any) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.bucket, Key="key", **arguments)["Body"].read()
        return body

    def keys(self) -> list[str]:
        return [item["Key"] for item in self.s3.list_objects(Bucket=self.bucket).get("Contents", [])]

    def create_upload(self) -> dict[str, str]:
        """The arguments that name a new multipart upload in other calls."""
        created = self.s3.create_multipart_upload(Bucket=self.bucket, Key="key")
        return {"Bucket": self.bucket, "Key": "key", "UploadId": created["UploadId"]}

    def complete_upload(self, upload: dict[str, str], etag: str) -> Any:
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        return self.s3.complete_multipart_upload(**upload, MultipartUpload=parts)

    def delete(self, *, quiet: bool = False) -> Any:
        return self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [{"Key": "key"}], "Quiet": quiet})

    def presigned_url(self) -> str:
        url: str = self.s3.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": "key"})
        return url


@contextlib.contextmanager
def open_store_client(*faults: Fault, **config: Any) -> Iterator[StoreClient]:
    """A store with `faults` and a client of it; `config` is botocore's."""
    with FaultyStore(*faults) as store, open_s3_client(store.live, **config) as s3:
        yield StoreClient(store, s3)
