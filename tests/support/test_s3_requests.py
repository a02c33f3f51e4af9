"""The names of operations."""

from __future__ import annotations

import pytest

from tests.support import faults
from tests.support.http_requests import http_get
from tests.support.store_client import BODY, open_store_client


def test_each_operation_has_its_name_in_the_s3_api() -> None:
    with open_store_client() as client:
        s3, bucket = client.s3, {"Bucket": client.bucket}
        key = bucket | {"Key": "key"}
        source = f"{client.bucket}/key"
        s3.list_objects(**bucket)
        s3.list_objects_v2(**bucket)
        client.put()
        s3.head_object(**key)
        client.get()
        client.get(Range="bytes=0-")
        client.get(Range="bytes=2-3")
        s3.copy_object(**bucket, Key="copy", CopySource=source)
        upload = client.create_upload()
        s3.upload_part(**upload, PartNumber=1, Body=BODY)
        etag = s3.upload_part_copy(**upload, PartNumber=1, CopySource=source)["CopyPartResult"]["ETag"]
        s3.list_parts(**upload)
        s3.list_multipart_uploads(**bucket)
        client.complete_upload(upload, etag)
        s3.abort_multipart_upload(**client.create_upload())
        client.delete()
        s3.delete_object(**bucket, Key="copy")
        s3.get_bucket_location(**bucket)
        s3.get_bucket_versioning(**bucket)
        s3.list_buckets()
        s3.head_bucket(**bucket)
    assert client.store.calls == [
        "ListObjects",
        "ListObjectsV2",
        "PutObject",
        "HeadObject",
        "GetObject",
        "GetObject",
        "GetObject ranged",
        "CopyObject",
        "CreateMultipartUpload",
        "UploadPart",
        "UploadPartCopy",
        "ListParts",
        "ListMultipartUploads",
        "CompleteMultipartUpload",
        "CreateMultipartUpload",
        "AbortMultipartUpload",
        "DeleteObjects",
        "DeleteObject",
        "GetBucketLocation",
        "GetBucketVersioning",
        "ListBuckets",
        "HeadBucket",
    ]


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_a_presigned_read_has_its_own_name(signature: str) -> None:
    with open_store_client(faults.corrupt_body("GetObject presigned"), signature_version=signature) as client:
        client.put()
        assert client.get() == BODY
        assert http_get(client.presigned_url()).body != BODY
    assert client.store.calls == ["PutObject", "GetObject", "GetObject presigned"]
