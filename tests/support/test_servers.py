"""The servers that other tests rely on, and every way of being broken, seen through plain botocore."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.certificates import Certificate, Certificates
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.ports import closed_port, fixed_response_port, silent_port
from tests.support.rclone import Rclone
from tests.support.store_server import StoreServer

BODY = bytes(range(256)) * 8


@contextlib.contextmanager
def client_of(store: LiveStore, **config: Any) -> Iterator[Any]:
    client = s3_client(store, **config)
    with contextlib.closing(client):
        yield client


class Tried:
    """A store with one break, and a client of it."""

    def __init__(self, store: FaultyStore, client: Any) -> None:
        self.store = store
        self.client = client
        self.bucket = store.bucket

    def put(self, key: str = "key") -> Any:
        return self.client.put_object(Bucket=self.bucket, Key=key, Body=BODY)

    def get(self, **more: Any) -> bytes:
        body: bytes = self.client.get_object(Bucket=self.bucket, Key="key", **more)["Body"].read()
        return body

    def listed(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects(Bucket=self.bucket).get("Contents", [])]

    def upload(self) -> dict[str, str]:
        created = self.client.create_multipart_upload(Bucket=self.bucket, Key="key")
        return {"Bucket": self.bucket, "Key": "key", "UploadId": created["UploadId"]}

    def complete(self, upload: dict[str, str], etag: str) -> Any:
        parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        return self.client.complete_multipart_upload(**upload, MultipartUpload=parts)

    def delete(self, *, quiet: bool = False) -> Any:
        wanted = {"Objects": [{"Key": "key"}], "Quiet": quiet}
        return self.client.delete_objects(Bucket=self.bucket, Delete=wanted)


@contextlib.contextmanager
def tried(*breaks: Fault, **config: Any) -> Iterator[Tried]:
    with FaultyStore(*breaks) as store, client_of(store.live, **config) as client:
        yield Tried(store, client)


def diagnose_error_response(call: Any, **arguments: Any) -> tuple[int, str]:
    """The status and code of the error that a call is answered with."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer: Any = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


# --- the environment of tests ---


def test_the_environment_of_a_test_is_clean() -> None:
    left = {name for name in os.environ if name.startswith(("AWS_", "REGISTRY_", "XDG_"))}
    assert left == {"AWS_EC2_METADATA_DISABLED"}
    assert os.environ["NO_PROXY"] == "*"
    assert list(Path(os.environ["HOME"]).iterdir()) == []
    assert not {"SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR", "HTTPS_PROXY", "https_proxy"} & set(os.environ)


def test_starting_moto_leaves_the_environment_alone() -> None:
    before = dict(os.environ)
    with Moto() as server:
        server.create_bucket()
    assert dict(os.environ) == before


# --- stores that keep their promises ---


def test_moto_counts_what_is_in_a_fresh_bucket(moto: Moto, store: LiveStore) -> None:
    with client_of(store) as client:
        assert moto.contents(store.bucket) == []
        client.put_object(Bucket=store.bucket, Key="a/b", Body=BODY)
        client.create_multipart_upload(Bucket=store.bucket, Key="open")
    assert moto.contents(store.bucket) == ["a/b"]
    assert moto.uploads(store.bucket) == ["open"]


def test_settings_of_a_store_are_right_but_for_the_changes(store: LiveStore) -> None:
    settings = store.settings(bucket="nope")
    assert (settings.bucket, settings.regionendpoint, settings.secure) == ("nope", store.endpoint, False)
    assert settings.secretkey.reveal() == store.secret_key
    assert store.settings().bucket == store.bucket


def test_moto_answers_on_https_too(moto: Moto, certificates: Certificates) -> None:
    store = moto.store(tls=True)
    assert store.settings().secure is True
    answer = https_get(store.endpoint, f"/{store.bucket}", certificates.ca)
    assert b"ListBucketResult" in answer


def https_get(endpoint: str, path: str, ca: os.PathLike[str]) -> bytes:
    context = ssl.create_default_context(cafile=ca)
    connection = http.client.HTTPSConnection(urlsplit(endpoint).netloc, timeout=5, context=context)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return connection.getresponse().read()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("self_signed", "self-signed certificate"),
        ("expired", "certificate has expired"),
        ("other_host", "IP address mismatch"),
    ],
)
def test_each_bad_certificate_is_bad_in_its_own_way(certificates: Certificates, name: str, problem: str) -> None:
    certificate: Certificate = getattr(certificates, name)
    with Moto(certificate) as server, pytest.raises(ssl.SSLCertVerificationError, match=problem):
        https_get(server.endpoint_tls, "/", certificates.ca)


def test_a_silent_client_of_https_holds_up_nobody(certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        address = urlsplit(store.endpoint)
        with socket.create_connection((str(address.hostname), address.port or 0), timeout=5):
            assert b"ListBucketResult" in https_get(store.endpoint, f"/{store.bucket}", certificates.ca)


def round_trip(server: StoreServer) -> None:
    store = server.store()
    with client_of(store) as client:
        client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
        assert client.get_object(Bucket=store.bucket, Key="key")["Body"].read() == BODY
    assert server.contents(store.bucket) == ["key"]


def test_rclone_keeps_objects_and_verifies_signatures(rclone: Rclone) -> None:
    round_trip(rclone)
    with client_of(replace(rclone.store(), secret_key="wrong")) as client:
        assert diagnose_error_response(client.list_buckets) == (403, "SignatureDoesNotMatch")


def test_rclone_answers_on_https(rclone: Rclone, certificates: Certificates) -> None:
    assert rclone.endpoint.startswith("http:")
    with Rclone(certificates.good) as server:
        assert server.endpoint.startswith("https:")
        assert server.contents(server.create_bucket()) == []


def test_enforcing_moto_verifies_signatures(enforcing_moto: EnforcingMoto) -> None:
    round_trip(enforcing_moto)
    store = replace(enforcing_moto.store(), secret_key="wrong")
    with client_of(store) as client:
        assert diagnose_error_response(client.list_objects, Bucket=store.bucket) == (403, "SignatureDoesNotMatch")


def test_enforcing_moto_denies_what_a_key_is_denied(enforcing_moto: EnforcingMoto) -> None:
    access_key, secret_key = enforcing_moto.iam_key("s3:PutObject")
    store = replace(enforcing_moto.store(), access_key=access_key, secret_key=secret_key)
    with client_of(store) as client:
        assert "Contents" not in client.list_objects(Bucket=store.bucket)
        put = diagnose_error_response(client.put_object, Bucket=store.bucket, Key="key", Body=BODY)
    assert put == (403, "AccessDenied")


def test_enforcing_moto_allows_only_what_a_key_is_allowed(enforcing_moto: EnforcingMoto) -> None:
    access_key, secret_key = enforcing_moto.iam_key(allowed=["s3:PutObject"])
    store = replace(enforcing_moto.store(), access_key=access_key, secret_key=secret_key)
    with client_of(store) as client:
        client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
        assert diagnose_error_response(client.list_objects, Bucket=store.bucket) == (403, "AccessDenied")


# --- what is no store at all ---


def test_a_closed_port_refuses() -> None:
    with closed_port() as port, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_silent_port_accepts_and_says_nothing() -> None:
    with silent_port() as port, socket.create_connection(("127.0.0.1", port), timeout=0.1) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_garbage_port_says_its_line_and_hangs_up() -> None:
    with fixed_response_port(b"SSH-2.0-test\r\n") as port:
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
                assert connection.makefile("rb").read() == b"SSH-2.0-test\r\n"


def test_stopping_waits_for_no_client_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with FaultyStore() as store, fixed_response_port(b"hello") as port:
        address = urlsplit(store.endpoint)
        silent = socket.create_connection((str(address.hostname), address.port or 0), timeout=5)
        other = socket.create_connection(("127.0.0.1", port), timeout=5)
        started = time.monotonic()
    with silent, other:
        assert time.monotonic() - started < 1
        assert threading.active_count() == before


# --- names of operations ---


def test_each_operation_has_its_name() -> None:
    with tried() as it:
        bucket = {"Bucket": it.bucket}
        key = bucket | {"Key": "key"}
        source = f"{it.bucket}/key"
        it.client.list_objects(**bucket)
        it.client.list_objects_v2(**bucket)
        it.put()
        it.client.head_object(**key)
        it.get()
        it.get(Range="bytes=0-")
        it.get(Range="bytes=2-3")
        it.client.copy_object(**bucket, Key="copy", CopySource=source)
        upload = it.upload()
        it.client.upload_part(**upload, PartNumber=1, Body=BODY)
        etag = it.client.upload_part_copy(**upload, PartNumber=1, CopySource=source)["CopyPartResult"]["ETag"]
        it.client.list_parts(**upload)
        it.client.list_multipart_uploads(**bucket)
        it.complete(upload, etag)
        it.client.abort_multipart_upload(**it.upload())
        it.delete()
        it.client.delete_object(**bucket, Key="copy")
        it.client.get_bucket_location(**bucket)
        it.client.get_bucket_versioning(**bucket)
        it.client.list_buckets()
        it.client.head_bucket(**bucket)
        assert it.store.contents() == []
        assert it.store.uploads() == []
    assert it.store.calls == [
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
def test_a_presigned_read_has_its_name(signature: str) -> None:
    with tried(faults.corrupt_body("GetObject presigned"), signature_version=signature) as it:
        it.put()
        assert it.get() == BODY
        assert fetch(presigned(it)) != BODY
    assert it.store.calls == ["PutObject", "GetObject", "GetObject presigned"]


def presigned(it: Tried) -> str:
    url: str = it.client.generate_presigned_url("get_object", Params={"Bucket": it.bucket, "Key": "key"})
    return url


def fetch(url: str) -> bytes:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=5)
    with contextlib.closing(connection):
        connection.request("GET", f"{address.path}?{address.query}")
        return connection.getresponse().read()


# --- errors ---


@pytest.mark.parametrize(
    ("a_break", "expected"),
    [
        (faults.deny("PutObject"), (403, "AccessDenied")),
        (faults.error("Put*", 507, "XMinioStorageFull"), (507, "XMinioStorageFull")),
        (faults.bad_gateway("PutObject"), (502, "502")),
        (faults.slow_down(), (503, "SlowDown")),
        (faults.not_implemented("PutObject"), (501, "NotImplemented")),
        (faults.no_such_bucket(), (404, "NoSuchBucket")),
        (faults.clock_skew(3600), (403, "RequestTimeTooSkewed")),
        (faults.require_virtual_host(), (403, "SecondLevelDomainForbidden")),
        (faults.require_v2(), (400, "InvalidRequest")),
    ],
)
def test_an_error_is_answered_and_nothing_stored(a_break: Fault, expected: tuple[int, str]) -> None:
    with tried(a_break) as it:
        assert diagnose_error_response(it.put) == expected
        assert it.store.contents() == []
    assert it.store.calls == ["PutObject"]


def test_a_break_leaves_other_operations_alone() -> None:
    with tried(faults.deny("PutObject")) as it:
        assert it.listed() == []


def test_breaks_add_up() -> None:
    with tried(faults.deny("PutObject"), faults.slow_down("ListObjects")) as it:
        assert diagnose_error_response(it.put) == (403, "AccessDenied")
        assert diagnose_error_response(it.listed) == (503, "SlowDown")


def test_an_error_can_lack_its_message_and_say_more() -> None:
    a_break = faults.error("PutObject", 400, "Odd", None, {"x-odd": "1"}, "<Region>mars</Region>")
    with tried(a_break) as it, pytest.raises(ClientError) as caught:
        it.put()
    answer: Any = caught.value.response
    assert answer["Error"].get("Message") is None
    assert answer["Error"]["Region"] == "mars"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-odd"] == "1"


def test_the_error_of_a_head_is_bare() -> None:
    with tried(faults.deny("HeadObject")) as it:
        assert diagnose_error_response(it.client.head_object, Bucket=it.bucket, Key="key") == (403, "403")


def test_a_web_console_answers_a_page() -> None:
    with tried(faults.console_page("HeadObject")) as it:
        head = it.client.head_object(Bucket=it.bucket, Key="key")
    assert head["ContentType"].startswith("text/html")


# --- who asks, and how ---


def ask(store: FaultyStore, path: str, host: str = "", region: str = "us-east-1") -> tuple[int, Any, str]:
    """A GET whose signature says no more than its region: status, headers, body."""
    connection = http.client.HTTPConnection(urlsplit(store.endpoint).netloc, timeout=5)
    scope = f"Credential={store.access_key}/20260101/{region}/s3/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers | ({"Host": host} if host else {}))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def test_a_wrong_region_is_refused_and_the_right_one_let_in() -> None:
    with FaultyStore(faults.require_region("eu-west-1")) as store:
        status, _, body = ask(store, f"/{store.bucket}")
        assert (status, "<Code>AuthorizationHeaderMalformed</Code>" in body) == (400, True)
        assert "the region 'us-east-1' is wrong; expecting 'eu-west-1'" in body
        assert "<Region>eu-west-1</Region>" in body
        assert ask(store, f"/{store.bucket}", region="eu-west-1")[0] == 200


def test_a_wrong_region_is_hidden_by_botocore() -> None:
    with tried(faults.require_region("eu-west-1")) as it:
        it.put()
    assert it.store.calls == ["PutObject", "PutObject"]


def test_a_bucket_elsewhere_is_redirected_to() -> None:
    with FaultyStore(faults.permanent_redirect("eu-west-1")) as store:
        status, headers, body = ask(store, f"/{store.bucket}")
        assert (status, headers["x-amz-bucket-region"]) == (301, "eu-west-1")
        assert "<Code>PermanentRedirect</Code>" in body
        assert ask(store, f"/{store.bucket}", region="eu-west-1")[0] == 200


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (-300, 200), (1000, 403), (-1000, 403)])
def test_a_skewed_clock_shows_in_every_answer(seconds: int, status: int) -> None:
    with FaultyStore(faults.clock_skew(seconds)) as store:
        answered, headers, _ = ask(store, f"/{store.bucket}")
    assert answered == status
    ahead = parsedate_to_datetime(headers["Date"]).timestamp() - time.time()
    assert ahead == pytest.approx(seconds, abs=3)


def test_a_store_that_demands_v4_refuses_v2() -> None:
    with tried(faults.require_v4(), signature_version="s3") as it:
        with pytest.raises(ClientError, match="Please use AWS4-HMAC-SHA256"):
            it.put()
        assert fetch(presigned(it)).count(b"AWS4-HMAC-SHA256")
    with tried(faults.require_v4()) as it:
        it.put()


def test_a_store_that_demands_v2_lets_v2_in() -> None:
    with tried(faults.require_v2(), signature_version="s3") as it:
        it.put()
        assert it.store.contents() == ["key"]


def test_a_store_that_demands_virtual_hosts_lets_them_in() -> None:
    with FaultyStore(faults.require_virtual_host()) as store:
        status, _, body = ask(store, "/", host=f"{store.bucket}.localhost:80")
        assert (status, f"<Name>{store.bucket}</Name>" in body) == (200, True)
    assert store.calls == ["ListObjects"]


# --- connections ---


def test_a_hanging_store_answers_nothing_and_stops_at_once() -> None:
    with tried(faults.hang("PutObject"), read_timeout=0.1) as it:
        with pytest.raises(ReadTimeoutError):
            it.put()
        started = time.monotonic()
    assert time.monotonic() - started < 1


def test_a_hanging_store_answers_once_it_is_released() -> None:
    released = threading.Event()
    with tried(faults.hang("PutObject", released)) as it:
        timer = threading.Timer(0.05, released.set)
        timer.start()
        it.put()
        timer.join()
        assert it.store.contents() == ["key"]


def test_a_connection_is_closed_without_an_answer() -> None:
    with tried(faults.reset_connection("PutObject")) as it, pytest.raises(ConnectionClosedError):
        it.put()
    assert it.store.calls == ["PutObject"]


# --- lies ---


@pytest.mark.parametrize("op", ["ListObjects", "ListObjectsV2"])
def test_a_listing_lacks_what_is_there(op: str) -> None:
    with tried(faults.empty_listing(op)) as it:
        it.put()
        ask_list = {"ListObjects": it.client.list_objects, "ListObjectsV2": it.client.list_objects_v2}[op]
        assert "Contents" not in ask_list(Bucket=it.bucket)
        assert it.store.contents() == ["key"]


def test_a_listing_of_uploads_lacks_what_is_there() -> None:
    with tried(faults.empty_listing("ListMultipartUploads")) as it:
        it.upload()
        assert "Uploads" not in it.client.list_multipart_uploads(Bucket=it.bucket)
        assert it.store.uploads() == ["key"]


def test_a_listing_of_parts_lacks_what_is_there() -> None:
    with tried(faults.empty_listing("ListParts")) as it:
        upload = it.upload()
        it.client.upload_part(**upload, PartNumber=1, Body=BODY)
        listed = it.client.list_parts(**upload)
    assert "Parts" not in listed
    assert listed["IsTruncated"] is False


def test_an_answer_lacks_an_element() -> None:
    with tried(faults.remove_element("ListParts", "IsTruncated")) as it:
        assert "IsTruncated" not in it.client.list_parts(**it.upload())


def test_an_answer_lacks_a_header() -> None:
    with tried(faults.remove_header("PutObject", "ETag")) as it:
        assert "ETag" not in it.put()


def test_an_object_is_lost() -> None:
    with tried(faults.discard_write("PutObject")) as it:
        assert it.put()["ETag"]
        assert it.store.contents() == []


def test_a_copy_is_lost() -> None:
    with tried(faults.discard_write("CopyObject")) as it:
        it.put()
        copied = it.client.copy_object(Bucket=it.bucket, Key="copy", CopySource=f"{it.bucket}/key")
        assert copied["CopyObjectResult"]["ETag"]
        assert it.store.contents() == ["key"]


def test_a_part_is_lost() -> None:
    with tried(faults.discard_write("UploadPart")) as it:
        upload = it.upload()
        etag = it.client.upload_part(**upload, PartNumber=1, Body=BODY)["ETag"]
        assert "Parts" not in it.client.list_parts(**upload)
        with pytest.raises(ClientError, match="InvalidPart"):
            it.complete(upload, etag)


def test_a_completed_upload_is_lost() -> None:
    with tried(faults.discard_write("CompleteMultipartUpload")) as it:
        upload = it.upload()
        etag = it.client.upload_part(**upload, PartNumber=1, Body=BODY)["ETag"]
        assert it.complete(upload, etag)["Key"] == "key"
        assert it.store.contents() == []


@pytest.mark.parametrize("etag", [False, True])
def test_a_part_copy_is_empty(etag: bool) -> None:
    with tried(faults.empty_part_copy(etag=etag)) as it:
        it.put()
        upload = it.upload()
        source = f"{it.bucket}/key"
        copied = it.client.upload_part_copy(**upload, PartNumber=1, CopySource=source)["CopyPartResult"]
        assert ("ETag" in copied) is etag
        parts = it.client.list_parts(**upload)["Parts"]
        assert [part["Size"] for part in parts] == [0]
        it.complete(upload, parts[0]["ETag"])
        assert it.get() == b""


def test_a_body_is_cut_in_half() -> None:
    with tried(faults.truncate_body("GetObject")) as it:
        it.put()
        assert it.get() == BODY[: len(BODY) // 2]


def test_a_body_has_one_wrong_byte() -> None:
    with tried(faults.corrupt_body("GetObject ranged")) as it:
        it.put()
        assert it.get() == BODY
        got = it.get(Range="bytes=0-255")
    assert len(got) == 256
    assert sum(was != now for was, now in zip(BODY, got, strict=False)) == 1


def test_a_body_ends_too_early() -> None:
    with tried(faults.incomplete_body("GetObject")) as it:
        it.put()
        with pytest.raises(ResponseStreamingError, match="IncompleteRead"):
            it.get()


def test_a_range_is_ignored() -> None:
    with tried(faults.ignore_range()) as it:
        it.put()
        answer = it.client.get_object(Bucket=it.bucket, Key="key", Range="bytes=2-3")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert answer["Body"].read() == BODY


def test_a_delete_is_refused_for_each_key() -> None:
    with tried(faults.deny_each_delete()) as it:
        it.put()
        errors = it.delete(quiet=True)["Errors"]
        assert [(error["Key"], error["Code"]) for error in errors] == [("key", "AccessDenied")]
        assert it.store.contents() == ["key"]


@pytest.mark.parametrize("quiet", [False, True])
def test_a_delete_is_ignored(quiet: bool) -> None:
    with tried(faults.ignore_delete()) as it:
        it.put()
        answer = it.delete(quiet=quiet)
        it.client.delete_object(Bucket=it.bucket, Key="key")
        assert [deleted["Key"] for deleted in answer.get("Deleted", [])] == ([] if quiet else ["key"])
        assert "Errors" not in answer
        assert it.store.contents() == ["key"]
