"""rclone as an S3 server."""

from __future__ import annotations

from dataclasses import replace

from tests.support.aws_clients import error_response, open_s3_client
from tests.support.certificates import Certificates
from tests.support.rclone import Rclone
from tests.support.store_client import BODY


def test_it_stores_objects(rclone: Rclone) -> None:
    store = rclone.store()
    with open_s3_client(store) as client:
        client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
        assert client.get_object(Bucket=store.bucket, Key="key")["Body"].read() == BODY
    assert rclone.contents(store.bucket) == ["key"]


def test_it_verifies_signatures(rclone: Rclone) -> None:
    with open_s3_client(replace(rclone.store(), secret_key="wrong")) as client:
        assert error_response(client.list_buckets) == (403, "SignatureDoesNotMatch")


def test_it_serves_https_with_a_certificate(rclone: Rclone, certificates: Certificates) -> None:
    assert rclone.endpoint.startswith("http:")
    with Rclone(certificates.good) as server:
        assert server.endpoint.startswith("https:")
        assert server.contents(server.create_bucket()) == []
