"""The calls of a validation, made one after another with plain boto3, as a baseline."""

from __future__ import annotations

import contextlib
import os
import urllib.request
from typing import Any

import boto3
from botocore.config import Config

from tests.support.live_store import LiveStore
from wizard.checks.context import SIZE

ONE_CLIENT = """
import sys, boto3
from botocore.config import Config
endpoint, bucket = sys.argv[1:]
client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="a",
                      aws_secret_access_key="b", config=Config(s3={"addressing_style": "path"}))
client.put_object(Bucket=bucket, Key="k", Body=b"x")
client.get_object(Bucket=bucket, Key="k")["Body"].read()
client.delete_object(Bucket=bucket, Key="k")
"""


def validate_sequentially(store: LiveStore) -> None:
    """Make all calls of a validation with a new client, as the program does for each run."""
    client = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name=store.region,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        config=Config(s3={"addressing_style": "path"}),
    )
    with contextlib.closing(client):
        calls = _Calls(client, store.bucket)
        calls.objects()
        calls.multipart_upload()
        calls.multipart_copy()
        calls.presigned_urls()
        calls.clean_up()


class _Calls:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = {"Bucket": bucket}
        self._body = os.urandom(SIZE)

    def objects(self) -> None:
        self._client.list_objects(**self._bucket, MaxKeys=1)
        self._client.put_object(**self._bucket, Key="write", Body=self._body)
        self._client.list_objects(**self._bucket, Prefix="write", MaxKeys=1)
        self._client.list_objects(**self._bucket, Prefix="none", MaxKeys=1)
        self._read("write", "bytes=0-")
        self._read("write", "bytes=1024-")
        self._client.copy_object(**self._bucket, Key="copy", CopySource={**self._bucket, "Key": "write"})
        self._read("copy", "bytes=0-")

    def multipart_upload(self) -> None:
        upload = self._create_upload("multipart")
        etag = self._client.upload_part(**upload, PartNumber=1, Body=self._body)["ETag"]
        self._client.list_parts(**upload)
        self._complete(upload, etag)
        other = self._create_upload("resume")
        self._client.list_multipart_uploads(**self._bucket, Prefix="resume")
        self._client.abort_multipart_upload(**other)
        self._client.list_multipart_uploads(**self._bucket, Prefix="resume")

    def multipart_copy(self) -> None:
        upload = self._create_upload("part-copy")
        source = {**self._bucket, "Key": "write"}
        copy = self._client.upload_part_copy(**upload, PartNumber=1, CopySource=source)
        self._complete(upload, copy["CopyPartResult"]["ETag"])

    def presigned_urls(self) -> None:
        for operation, method in (("get_object", "GET"), ("head_object", "HEAD")):
            url = self._client.generate_presigned_url(operation, {**self._bucket, "Key": "write"}, HttpMethod=method)
            with urllib.request.urlopen(urllib.request.Request(url, method=method)) as response:
                response.read()

    def clean_up(self) -> None:
        keys = [{"Key": key} for key in ("write", "copy", "multipart", "part-copy")]
        self._client.delete_objects(**self._bucket, Delete={"Objects": keys})
        self._client.list_objects(**self._bucket)
        self._client.list_multipart_uploads(**self._bucket)  # a validation removes what an earlier one left behind
        self._client.list_objects(**self._bucket)

    def _create_upload(self, key: str) -> dict[str, Any]:
        upload = self._client.create_multipart_upload(**self._bucket, Key=key)["UploadId"]
        return {**self._bucket, "Key": key, "UploadId": upload}

    def _complete(self, upload: dict[str, Any], etag: str) -> None:
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        self._client.complete_multipart_upload(**upload, MultipartUpload=parts)
        self._read(upload["Key"], "bytes=0-")

    def _read(self, key: str, bytes_range: str) -> None:
        self._client.get_object(**self._bucket, Key=key, Range=bytes_range)["Body"].read()
