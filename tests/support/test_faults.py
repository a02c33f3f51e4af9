"""Each fault, as a plain S3 client sees it."""

from __future__ import annotations

import threading
import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from tests.support import faults
from tests.support.aws_clients import error_response
from tests.support.faulty_store import Fault, FaultyStore
from tests.support.http_requests import HttpResponse, http_get
from tests.support.processes import load_factor
from tests.support.store_client import BODY, open_store_client


def list_with_signature(store: FaultyStore, region: str = "us-east-1") -> HttpResponse:
    """List the bucket with a signature of which only the region is meaningful."""
    scope = f"Credential={store.access_key}/20260101/{region}/s3/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}
    return http_get(f"{store.endpoint}/{store.bucket}", headers)


# --- errors ---


@pytest.mark.parametrize(
    ("fault", "expected"),
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
        (faults.refuse_small("PutObject"), (400, "EntityTooSmall")),
    ],
)
def test_an_error_has_its_code_and_nothing_is_stored(fault: Fault, expected: tuple[int, str]) -> None:
    with open_store_client(fault) as client:
        assert error_response(client.put) == expected
        assert client.store.contents() == []
    assert client.store.calls == ["PutObject"]


def test_a_fault_does_not_affect_other_operations() -> None:
    with open_store_client(faults.deny("PutObject")) as client:
        assert client.keys() == []


def test_a_store_can_have_several_faults() -> None:
    with open_store_client(faults.deny("PutObject"), faults.slow_down("ListObjects")) as client:
        assert error_response(client.put) == (403, "AccessDenied")
        assert error_response(client.keys) == (503, "SlowDown")


def test_an_error_can_have_headers_and_elements_but_no_message() -> None:
    fault = faults.error("PutObject", 400, "Odd", None, {"x-odd": "1"}, "<Region>mars</Region>")
    with open_store_client(fault) as client, pytest.raises(ClientError) as caught:
        client.put()
    response: Any = caught.value.response
    assert response["Error"].get("Message") is None
    assert response["Error"]["Region"] == "mars"
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-odd"] == "1"


def test_the_error_of_a_head_has_no_body() -> None:
    with open_store_client(faults.deny("HeadObject")) as client:
        assert error_response(client.s3.head_object, Bucket=client.bucket, Key="key") == (403, "403")


def test_a_console_page_is_html() -> None:
    with open_store_client(faults.console_page("HeadObject")) as client:
        head = client.s3.head_object(Bucket=client.bucket, Key="key")
    assert head["ContentType"].startswith("text/html")


# --- demands on requests ---


def test_another_region_is_rejected() -> None:
    with FaultyStore(faults.require_region("eu-west-1")) as store:
        response = list_with_signature(store)
    assert response.status == 400
    assert b"<Code>AuthorizationHeaderMalformed</Code>" in response.body
    assert b"the region 'us-east-1' is wrong; expecting 'eu-west-1'" in response.body
    assert b"<Region>eu-west-1</Region>" in response.body


def test_the_required_region_is_accepted() -> None:
    with FaultyStore(faults.require_region("eu-west-1")) as store:
        assert list_with_signature(store, "eu-west-1").status == 200


def test_botocore_repeats_a_request_with_the_required_region() -> None:
    with open_store_client(faults.require_region("eu-west-1")) as client:
        client.put()
    assert client.store.calls == ["PutObject", "PutObject"]


def test_a_bucket_in_another_region_is_a_permanent_redirect() -> None:
    with FaultyStore(faults.permanent_redirect("eu-west-1")) as store:
        response = list_with_signature(store)
        assert (response.status, response.headers["x-amz-bucket-region"]) == (301, "eu-west-1")
        assert b"<Code>PermanentRedirect</Code>" in response.body
        assert list_with_signature(store, "eu-west-1").status == 200


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (-300, 200), (1000, 403), (-1000, 403)])
def test_every_response_has_the_date_of_the_skewed_clock(seconds: int, status: int) -> None:
    with FaultyStore(faults.clock_skew(seconds)) as store:
        before = time.time()
        response = list_with_signature(store)
        after = time.time()
    assert response.status == status
    date = parsedate_to_datetime(response.headers["Date"]).timestamp()
    assert int(before) <= date - seconds <= after


def test_a_store_that_requires_v4_rejects_v2() -> None:
    with open_store_client(faults.require_v4(), signature_version="s3") as client:
        with pytest.raises(ClientError, match="Please use AWS4-HMAC-SHA256"):
            client.put()
        assert b"AWS4-HMAC-SHA256" in http_get(client.presigned_url()).body


def test_a_store_that_requires_v4_accepts_v4() -> None:
    with open_store_client(faults.require_v4()) as client:
        client.put()
        assert client.store.contents() == ["key"]


def test_a_store_that_requires_v2_accepts_v2() -> None:
    with open_store_client(faults.require_v2(), signature_version="s3") as client:
        client.put()
        assert client.store.contents() == ["key"]


def test_a_store_that_requires_virtual_hosts_accepts_them() -> None:
    with FaultyStore(faults.require_virtual_host()) as store:
        headers = {"Host": f"{store.bucket}.localhost:80", "Authorization": "AWS key:signature"}
        response = http_get(store.endpoint, headers)
    assert response.status == 200
    assert f"<Name>{store.bucket}</Name>".encode() in response.body
    assert store.calls == ["ListObjects"]


# --- connections ---


def test_a_hanging_request_gets_no_response_and_does_not_delay_the_end() -> None:
    with open_store_client(faults.hang("PutObject"), read_timeout=0.1) as client:
        with pytest.raises(ReadTimeoutError):
            client.put()
        started = time.monotonic()
    assert time.monotonic() - started < 5 * load_factor()  # the request would hang without end


def test_a_hanging_request_is_answered_once_it_is_released() -> None:
    released = threading.Event()
    with open_store_client(faults.hang("PutObject", released)) as client:
        thread = threading.Thread(target=client.put)
        thread.start()
        while not client.store.calls:
            thread.join(0.01)
        assert client.store.contents() == []
        released.set()
        thread.join()
        assert client.store.contents() == ["key"]


def test_a_connection_is_reset_before_the_request_has_an_effect() -> None:
    with open_store_client(faults.reset_connection("PutObject")) as client:
        with pytest.raises(ConnectionClosedError):
            client.put()
        assert client.store.contents() == []
    assert client.store.calls == ["PutObject"]


def test_a_connection_is_reset_after_the_request_had_its_effect() -> None:
    with open_store_client(faults.reset_mid_response("PutObject")) as client:
        with pytest.raises(ConnectionClosedError):
            client.put()
        assert client.store.contents() == ["key"]


def test_a_connection_is_reset_in_the_middle_of_a_body() -> None:
    with open_store_client(faults.reset_mid_response("GetObject")) as client:
        client.put()
        with pytest.raises(ResponseStreamingError):
            client.get()


def test_a_store_that_went_down_refuses_connections() -> None:
    with open_store_client(faults.go_down("PutObject")) as client:
        with pytest.raises(ConnectionClosedError):
            client.put()
        with pytest.raises((EndpointConnectionError, ConnectionClosedError)):  # closed while it was being opened
            client.keys()


# --- listings ---


@pytest.mark.parametrize("op", ["ListObjects", "ListObjectsV2"])
def test_a_listing_of_objects_is_empty(op: str) -> None:
    with open_store_client(faults.empty_listing(op)) as client:
        client.put()
        call = {"ListObjects": client.s3.list_objects, "ListObjectsV2": client.s3.list_objects_v2}[op]
        assert "Contents" not in call(Bucket=client.bucket)
        assert client.store.contents() == ["key"]


def test_a_listing_of_uploads_is_empty() -> None:
    with open_store_client(faults.empty_listing("ListMultipartUploads")) as client:
        client.create_upload()
        assert "Uploads" not in client.s3.list_multipart_uploads(Bucket=client.bucket)
        assert client.store.uploads() == ["key"]


def test_a_listing_of_parts_is_empty() -> None:
    with open_store_client(faults.empty_listing("ListParts")) as client:
        upload = client.create_upload()
        client.s3.upload_part(**upload, PartNumber=1, Body=BODY)
        listing = client.s3.list_parts(**upload)
    assert "Parts" not in listing
    assert listing["IsTruncated"] is False


def test_a_new_object_is_readable_before_it_is_listed() -> None:
    with open_store_client(faults.delayed_listing(3600)) as client:
        client.put()
        assert client.keys() == []
        assert client.get() == BODY


def test_a_prefix_is_ignored() -> None:
    with open_store_client(faults.ignore_prefix()) as client:
        client.put()
        listing = client.s3.list_objects(Bucket=client.bucket, Prefix="other")
    assert [item["Key"] for item in listing["Contents"]] == ["key"]


# --- changed responses ---


def test_an_element_is_removed() -> None:
    with open_store_client(faults.remove_element("ListParts", "IsTruncated")) as client:
        assert "IsTruncated" not in client.s3.list_parts(**client.create_upload())


def test_a_header_is_removed() -> None:
    with open_store_client(faults.remove_header("PutObject", "ETag")) as client:
        assert "ETag" not in client.put()


def test_a_header_is_set() -> None:
    with open_store_client(faults.set_header("PutObject", "ETag", '"other"')) as client:
        assert client.put()["ETag"] == '"other"'


def test_text_in_a_body_is_replaced() -> None:
    with open_store_client(faults.replace_text("ListObjects", "<Key>key<", "<Key>other<")) as client:
        client.put()
        assert client.keys() == ["other"]


def test_xml_starts_after_white_space() -> None:
    with FaultyStore(faults.whitespace_before_xml()) as store:
        assert list_with_signature(store).body.startswith(b"\n  <")


def test_objects_that_start_like_xml_get_no_white_space() -> None:
    with open_store_client(faults.whitespace_before_xml()) as client:
        client.s3.put_object(Bucket=client.bucket, Key="key", Body=b"<a/>", ContentType="application/octet-stream")
        assert client.get() == b"<a/>"


def test_a_body_is_empty() -> None:
    with open_store_client(faults.empty_body("GetObject")) as client:
        client.put()
        assert client.get() == b""


def test_a_body_is_truncated() -> None:
    with open_store_client(faults.truncate_body("GetObject")) as client:
        client.put()
        assert client.get() == BODY[: len(BODY) // 2]


def test_a_body_has_one_wrong_byte() -> None:
    with open_store_client(faults.corrupt_body("GetObject ranged")) as client:
        client.put()
        assert client.get() == BODY
        received = client.get(Range="bytes=0-255")
    assert len(received) == 256
    assert sum(wrong != right for wrong, right in zip(received, BODY, strict=False)) == 1


def test_a_body_is_shorter_than_its_content_length() -> None:
    with open_store_client(faults.incomplete_body("GetObject")) as client:
        client.put()
        with pytest.raises(ResponseStreamingError, match="IncompleteRead"):
            client.get()


def test_a_range_is_ignored() -> None:
    with open_store_client(faults.ignore_range()) as client:
        client.put()
        response = client.s3.get_object(Bucket=client.bucket, Key="key", Range="bytes=2-3")
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert response["Body"].read() == BODY


# --- writes ---


def test_an_object_is_discarded() -> None:
    with open_store_client(faults.discard_write("PutObject")) as client:
        assert client.put()["ETag"]
        assert client.store.contents() == []


def test_a_copy_is_discarded() -> None:
    with open_store_client(faults.discard_write("CopyObject")) as client:
        client.put()
        copy = client.s3.copy_object(Bucket=client.bucket, Key="copy", CopySource=f"{client.bucket}/key")
        assert copy["CopyObjectResult"]["ETag"]
        assert client.store.contents() == ["key"]


def test_a_part_is_discarded() -> None:
    with open_store_client(faults.discard_write("UploadPart")) as client:
        upload = client.create_upload()
        etag = client.s3.upload_part(**upload, PartNumber=1, Body=BODY)["ETag"]
        assert "Parts" not in client.s3.list_parts(**upload)
        with pytest.raises(ClientError, match="InvalidPart"):
            client.complete_upload(upload, etag)


def test_a_completed_upload_is_discarded() -> None:
    with open_store_client(faults.discard_write("CompleteMultipartUpload")) as client:
        upload = client.create_upload()
        etag = client.s3.upload_part(**upload, PartNumber=1, Body=BODY)["ETag"]
        assert client.complete_upload(upload, etag)["Key"] == "key"
        assert client.store.contents() == []


def test_something_else_is_stored() -> None:
    with open_store_client(faults.corrupt_write("PutObject", faults.first_half)) as client:
        client.put()
        assert client.get() == BODY[: len(BODY) // 2]


@pytest.mark.parametrize("etag", [False, True])
def test_a_part_copy_is_empty(etag: bool) -> None:
    with open_store_client(faults.empty_part_copy(etag=etag)) as client:
        client.put()
        upload = client.create_upload()
        source = f"{client.bucket}/key"
        copy = client.s3.upload_part_copy(**upload, PartNumber=1, CopySource=source)["CopyPartResult"]
        assert ("ETag" in copy) is etag
        parts = client.s3.list_parts(**upload)["Parts"]
        assert [part["Size"] for part in parts] == [0]
        client.complete_upload(upload, parts[0]["ETag"])
        assert client.get() == b""


# --- deletes ---


def test_the_delete_of_each_key_is_denied() -> None:
    with open_store_client(faults.deny_each_delete()) as client:
        client.put()
        errors = client.delete(quiet=True)["Errors"]
        assert [(error["Key"], error["Code"]) for error in errors] == [("key", "AccessDenied")]
        assert client.store.contents() == ["key"]


@pytest.mark.parametrize("quiet", [False, True])
def test_a_delete_is_ignored(quiet: bool) -> None:
    with open_store_client(faults.ignore_delete()) as client:
        client.put()
        response = client.delete(quiet=quiet)
        client.s3.delete_object(Bucket=client.bucket, Key="key")
        assert [deleted["Key"] for deleted in response.get("Deleted", [])] == ([] if quiet else ["key"])
        assert "Errors" not in response
        assert client.store.contents() == ["key"]


def test_an_abort_is_ignored() -> None:
    with open_store_client(faults.ignore_abort()) as client:
        client.s3.abort_multipart_upload(**client.create_upload())
        assert client.store.uploads() == ["key"]
