"""Each fault, as a plain S3 client sees it."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import HTTPConnection
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
from tests.support.aws_clients import error_response, s3_client
from tests.support.faulty_store import Fault, FaultyStore
from tests.support.http_requests import HttpResponse, http_get
from tests.support.processes import load_factor
from tests.support.store_client import BODY, StoreClient, open_store_client


def list_with_signature(store: FaultyStore, region: str = "us-east-1") -> HttpResponse:
    """List the bucket with a signature of which only the region is meaningful."""
    scope = f"Credential={store.access_key}/20260101/{region}/s3/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}
    return http_get(f"{store.endpoint}/{store.bucket}", headers)


# --- errors ---


@pytest.mark.sample(4)
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
        (faults.mismatch_signature("v4"), (403, "SignatureDoesNotMatch")),
        (faults.refuse_other_keys("GK1"), (403, "AccessDenied")),
        (faults.refuse_signatures(), (403, "AccessDenied")),
        (faults.add_unsigned_header(), (403, "AccessDenied")),
        (faults.require_header(faults.ENCRYPTION, "AccessDenied"), (403, "AccessDenied")),
        (faults.block_method("PUT", 405), (405, "")),
        (faults.block_other_keys("docker/"), (403, "")),
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


def test_only_other_signatures_are_answered_as_wrong() -> None:
    with open_store_client(faults.mismatch_signature("v4"), signature_version="s3") as client:
        client.put()
        assert client.store.contents() == ["key"]


def test_an_unknown_key_is_named() -> None:
    with FaultyStore(faults.refuse_other_keys("GK1")) as store, pytest.raises(ClientError) as caught:
        s3_client(dataclasses.replace(store.live, access_key="GK2")).list_objects(Bucket=store.bucket)
    assert "Forbidden: No such key: GK2" in str(caught.value)


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_the_known_key_is_accepted(version: str) -> None:
    with open_store_client(faults.refuse_other_keys(FaultyStore.access_key), signature_version=version) as client:
        client.put()
        assert http_get(client.presigned_url()).body == BODY


def test_a_session_token_is_refused() -> None:
    headers = {"x-amz-security-token": "t"}
    with FaultyStore(faults.refuse_session_tokens()) as store:
        assert b"<Code>InvalidTokenId</Code>" in http_get(f"{store.endpoint}/{store.bucket}", headers).body
        assert list_with_signature(store).status == 200


def test_a_header_is_refused_by_its_value() -> None:
    fault = faults.refuse_header("x-amz-storage-class", "InvalidStorageClass", value="GLACIER*")
    with open_store_client(fault) as client:
        put = partial(client.s3.put_object, Bucket=client.bucket, Key="key")
        assert error_response(put, StorageClass="GLACIER_IR") == (400, "InvalidStorageClass")
        put(StorageClass="STANDARD")
        client.put()


def test_a_refusal_can_be_nothing_but_a_status() -> None:
    with open_store_client(faults.refuse_header(faults.ENCRYPTION, "")) as client:
        put = partial(client.s3.put_object, Bucket=client.bucket, Key="key")
        assert error_response(put, ServerSideEncryption="AES256") == (400, "400")


def test_a_bucket_in_front_of_the_own_domain_counts() -> None:
    with FaultyStore(faults.bucket_in_host("store.test")) as store:

        def request(method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
            with contextlib.closing(HTTPConnection(store.endpoint.removeprefix("http://"), timeout=5)) as connection:
                connection.request(method, path, body, {**_SIGNED, "Host": f"{store.bucket}.store.test:9000"})
                response = connection.getresponse()
                return response.status, response.read()

        assert request("PUT", f"/{store.bucket}/key", BODY)[0] == 200
        assert store.contents() == [f"{store.bucket}/key"]
        assert request("GET", f"/{store.bucket}/key") == (200, BODY)
        assert request("GET", f"/{store.bucket}?prefix=k")[0] == 404
        status, answer = request("POST", f"/{store.bucket}?delete", b"<Delete><Object><Key>key</Key></Object></Delete>")
        assert (status, b"<Deleted><Key>key</Key></Deleted>" in answer) == (200, True)
        assert store.contents() == [f"{store.bucket}/key"]


_SIGNED = {"Authorization": f"AWS {FaultyStore.access_key}:c2lnbmF0dXJl"}


# --- proxies ---


def test_other_methods_are_passed_on() -> None:
    with open_store_client(faults.block_method("DELETE")) as client:
        client.put()
        client.delete()
        assert client.store.contents() == []


def test_names_that_begin_with_a_dot_are_blocked() -> None:
    with open_store_client(faults.block_dot_names()) as client:
        client.put("a.b/c")
        assert error_response(client.put, key="a/.b/c") == (403, "")
        assert client.keys() == ["a.b/c"]


def test_only_keys_below_a_prefix_are_passed_on() -> None:
    with open_store_client(faults.block_other_keys("docker/")) as client:
        client.put("docker/a")
        assert client.keys() == ["docker/a"]
        client.delete()
        assert error_response(client.put, key="dockers") == (403, "")


def test_a_path_is_stripped() -> None:
    with FaultyStore(faults.strip_path("/minio")) as store:
        assert b"<Code>AccessDenied</Code>" in http_get(f"{store.endpoint}/minio/{store.bucket}").body
        assert b"<title>Console</title>" in http_get(store.endpoint).body
        assert b"SignatureDoesNotMatch" in http_get(f"{store.endpoint}/minio/{store.bucket}", _SIGNED).body


def test_a_signed_header_is_missed_and_another_one_is_not() -> None:
    with open_store_client(faults.drop_signed_header("Range")) as client:
        client.put()
        assert client.get() == BODY
        assert error_response(client.get, Range="bytes=2-3") == (400, "AccessDenied")
        assert http_get(client.presigned_url(), {"Range": "bytes=2-3"}).body == BODY


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


# --- public access ---


def test_anybody_can_make_the_named_calls() -> None:
    with open_store_client(faults.answer_unsigned("GetObject")) as client:
        client.put()
        assert http_get(f"{client.store.endpoint}/{client.bucket}/key").body == BODY
    with open_store_client() as client:
        client.put()
        assert http_get(f"{client.store.endpoint}/{client.bucket}/key").status == 403


# --- listings ---


def test_a_question_is_answered_with_a_listing() -> None:
    with FaultyStore(faults.ignore_question("GetBucketPolicyStatus")) as store:
        response = http_get(f"{store.endpoint}/{store.bucket}?policyStatus", _SIGNED)
    assert b"<ListBucketResult" in response.body


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


def test_a_document_is_answered_without_an_effect() -> None:
    with open_store_client(faults.respond_with("PutObject", "<a/>")) as client:
        client.put()
        assert client.store.contents() == []


def test_a_response_is_replaced_after_the_effect() -> None:
    with open_store_client(faults.replace_response("PutObject", 502)) as client:
        assert error_response(client.put)[0] == 502
        assert client.store.contents() == ["key"]


@pytest.mark.sample
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (faults.replace_absent(404, "<html></html>"), (404, "")),
        (faults.replace_absent(302), (302, "302")),
        (faults.replace_absent(404, code="NotFound"), (404, "NotFound")),
    ],
)
def test_the_answer_to_a_read_of_an_absent_object_is_replaced(fault: Fault, expected: tuple[int, str]) -> None:
    with open_store_client(fault) as client:
        assert error_response(client.get) == expected
        client.put()
        assert client.get() == BODY


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


def test_a_whole_copy_is_empty() -> None:
    with open_store_client(faults.empty_copy()) as client:
        client.put("source")
        client.s3.copy_object(Bucket=client.bucket, Key="key", CopySource=f"{client.bucket}/source")
        assert client.get() == b""


def copy_of_part(client: StoreClient, span: str) -> bytes:
    """What a part of the object `source` becomes."""
    upload = client.create_upload()
    source = f"{client.bucket}/source"
    copy = client.s3.upload_part_copy(**upload, PartNumber=1, CopySource=source, CopySourceRange=f"bytes={span}")
    client.complete_upload(upload, copy["CopyPartResult"]["ETag"])
    return client.get()


def test_the_range_of_a_copy_is_ignored() -> None:
    with open_store_client(faults.ignore_copy_range()) as client:
        client.put("source")
        assert copy_of_part(client, "10-19") == BODY[:10]


def test_a_copy_from_an_offset_is_refused() -> None:
    with open_store_client(faults.refuse_copy_offsets()) as client:
        client.put("source")
        assert copy_of_part(client, "0-9") == BODY[:10]
        assert error_response(copy_of_part, client=client, span="10-19") == (400, "InvalidArgument")


def test_a_copy_from_a_small_source_is_refused() -> None:
    with open_store_client(faults.refuse_small("UploadPartCopy", "InvalidRequest")) as client:
        client.put("source")
        assert error_response(copy_of_part, client=client, span="10-19") == (400, "InvalidRequest")
        client.s3.put_object(Bucket=client.bucket, Key="source", Body=bytes(5 << 20) + BODY)
        assert copy_of_part(client, f"{5 << 20}-{(5 << 20) + 9}") == BODY[:10]


def test_a_larger_last_part_is_refused() -> None:
    with open_store_client(faults.refuse_larger_last_parts()) as client:
        upload = client.create_upload()
        etags = [
            client.s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"]
            for number, body in enumerate((bytes(5 << 20), bytes((5 << 20) + 1)), 1)
        ]
        parts = {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]}
        complete = partial(client.s3.complete_multipart_upload, **upload, MultipartUpload=parts)
        assert error_response(complete) == (400, "InvalidPart")


# --- deletes ---


def test_nothing_is_deleted_or_overwritten() -> None:
    with open_store_client(faults.write_once()) as client:
        client.put()
        assert error_response(client.put) == (405, "MethodNotAllowed")
        assert error_response(client.delete) == (405, "MethodNotAllowed")
        client.put("other")
        assert client.store.contents() == ["key", "other"]


def test_only_versions_are_locked() -> None:
    with open_store_client(faults.lock_versions()) as client:
        client.s3.put_bucket_versioning(Bucket=client.bucket, VersioningConfiguration={"Status": "Enabled"})
        version = client.put()["VersionId"]
        assert "Errors" not in client.delete()
        objects = {"Objects": [{"Key": "key", "VersionId": version}]}
        errors = client.s3.delete_objects(Bucket=client.bucket, Delete=objects)["Errors"]
        assert [error["Code"] for error in errors] == ["InvalidRequest"]
        assert client.store.versions() == ["key", "key"]


def test_the_deletion_of_versions_is_denied() -> None:
    with open_store_client(faults.deny_deleting_versions()) as client:
        objects = {"Objects": [{"Key": "key", "VersionId": "1"}]}
        delete = partial(client.s3.delete_objects, Bucket=client.bucket, Delete=objects)
        assert error_response(delete) == (403, "AccessDenied")
        client.delete()


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
