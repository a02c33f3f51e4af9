"""The parameters and reads that all checks share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.s3_requests import Environ, query_of
from wizard.checks.context import CheckContext, Made
from wizard.model.findings import Cause
from wizard.model.settings import Settings, Value
from wizard.s3.client import Store
from wizard.s3.connect import connect
from wizard.s3.errors import ContractViolation, ErrorResponse
from wizard.s3.timeouts import Timeouts


@contextmanager
def opened_context(*injected: Fault) -> Iterator[CheckContext]:
    with FaultyStore(*injected) as store:
        settings = store.settings()
        context = CheckContext(settings, partial(connect, timeouts=Timeouts()))
        try:
            yield context
        finally:
            context.close()


def never_connect(_: Settings) -> Store:
    pytest.fail("a connection is opened")


def unconnected(**changes: Value) -> CheckContext:
    return CheckContext(Settings(bucket="images").replace(changes), never_connect)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"ACL": "private", "StorageClass": "STANDARD"}),
        ({"storageclass": "NONE"}, {"ACL": "private"}),
        ({"registry": "gitlab", "objectownership": True}, {"StorageClass": "STANDARD"}),
        ({"objectacl": "bucket-owner-read"}, {"ACL": "bucket-owner-read", "StorageClass": "STANDARD"}),
        ({"encrypt": True}, {"ACL": "private", "StorageClass": "STANDARD", "ServerSideEncryption": "AES256"}),
        (
            {"encrypt": True, "keyid": "key"},
            {
                "ACL": "private",
                "StorageClass": "STANDARD",
                "ServerSideEncryption": "aws:kms",
                "SSEKMSKeyId": "key",
            },
        ),
    ],
)
def test_objects_are_written_with_the_parameters_of_the_settings(
    changes: dict[str, Value], expected: dict[str, str]
) -> None:
    assert unconnected(**changes).object_headers() == {"ContentType": "application/octet-stream", **expected}


def test_an_unused_context_opens_no_connection() -> None:
    context = unconnected()
    assert context.connection.clock_skew is None
    assert context.connection.store_time is None
    assert context.connection.answered_at == 0.0
    context.close()


def test_two_contexts_have_different_prefixes_and_content() -> None:
    one, other = unconnected(), unconnected()
    assert one.prefix != other.prefix
    assert one.body != other.body


def test_a_read_from_the_end_of_an_object_is_empty() -> None:
    with opened_context() as context:
        context.call("PutObject", Key="key", Body=b"body")
        assert context.read("key") == b"body"
        assert context.read("key", 2) == b"dy"
        assert context.read("key", 4) == b""  # S3 answers 416


def test_a_missing_object_is_a_violation_of_the_call_that_wrote_it() -> None:
    with opened_context() as context, pytest.raises(ContractViolation) as caught:
        context.verify_content(Made("A copy", "missing", "CopyObject"))
    assert caught.value.operation == "CopyObject"
    assert caught.value.finding.text == "A copy was accepted by the store, but isn't there."


def test_an_error_while_reading_back_is_not_a_missing_object() -> None:
    with opened_context(faults.deny("GetObject")) as context, pytest.raises(ErrorResponse) as caught:
        context.verify_content(Made("A copy", "key", "CopyObject"))
    assert caught.value.status == 403


def test_an_error_for_one_key_of_a_deletion_is_raised() -> None:
    with opened_context(faults.deny_each_delete()) as context, pytest.raises(ErrorResponse) as caught:
        context.remove(["key"])
    assert caught.value.code == "AccessDenied"


def test_a_listing_that_does_not_say_whether_it_is_complete_is_not_s3() -> None:
    fault = faults.remove_element("ListObjects", "IsTruncated")
    with opened_context(fault) as context, pytest.raises(ContractViolation) as caught:
        context.list("")
    assert caught.value.finding.cause is Cause.NOT_S3


def test_a_store_that_lists_by_folders_alone_may_refuse_the_top_of_the_bucket() -> None:
    with opened_context(_list_only("a/")) as context, pytest.raises(ContractViolation) as caught:
        context.list("a/key")
    assert caught.value.finding.cause is Cause.UNSUPPORTED


def test_a_store_that_cannot_list_a_folder_does_not_list_by_folders() -> None:
    with opened_context(_list_only("")) as context, pytest.raises(ErrorResponse) as caught:
        context.list("a/")
    assert caught.value.code == "NotImplemented"


def _list_only(prefix: str) -> Fault:
    """A store that lists nothing below other prefixes."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        is_listed = query_of(environ).get("prefix", "") == prefix
        return (faults.pass_through if is_listed else faults.not_implemented("ListObjects"))(environ, call_next)

    return act


def test_versions_outside_the_prefix_or_without_an_id_are_not_listed() -> None:
    versions = "".join(
        f"<Version><Key>{key}</Key><VersionId>{version_id}</VersionId></Version>"
        for key, version_id in (("a/one", "1"), ("b/other", "2"), ("a/two", ""))
    )
    listing = f"<ListVersionsResult>{versions}</ListVersionsResult>"
    with opened_context(faults.respond_with("ListObjectVersions", listing)) as context:
        assert [version.key for version, _ in context.versions("a/")] == ["a/one"]


def test_a_repeated_read_that_fails_in_another_way_is_noted() -> None:
    answers = iter([faults.error("GetObject", 503, "SlowDown"), faults.deny("GetObject")])
    with opened_context(lambda environ, call_next: _next(answers, environ, call_next)) as context:
        with pytest.raises(ErrorResponse) as caught:
            context.read("key")
        assert caught.value.code == "AccessDenied"
        assert context.notes == ["Repeated GetObject, which the store had answered with 503 SlowDown."]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("ListObjects", {"Prefix": "a/"}),
        ("ListObjectsV2", {"Prefix": "a/"}),
        ("GetObject", {"Key": "key"}),
        ("HeadObject", {"Key": "key"}),
        ("ListParts", {"Key": "key", "UploadId": "id"}),
        ("ListMultipartUploads", {"Prefix": "a/"}),
        ("UploadPartCopy", {"Key": "key", "UploadId": "id", "PartNumber": 1, "CopySource": "bucket/key"}),
    ],
)
def test_a_read_that_fails_at_first_is_repeated_after_a_pause(operation: str, parameters: dict[str, object]) -> None:
    times: list[float] = []
    with opened_context(partial(_unavailable, times)) as context:
        with pytest.raises(ErrorResponse):
            context.call(operation, **parameters)
        assert context.notes == []
    assert len(times) == 2
    assert times[1] - times[0] >= 0.2


def _unavailable(times: list[float], _environ: Environ, _call_next: CallNext) -> Response:
    times.append(time.monotonic())
    return Response(status=503)


def _next(answers: Iterator[Fault], environ: Environ, call_next: CallNext) -> Response:
    return next(answers, faults.pass_through)(environ, call_next)


def test_a_delete_marker_of_another_object_is_not_ours() -> None:
    markers = "".join(
        f"<Deleted><Key>{key}</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>1</DeleteMarkerVersionId></Deleted>"
        for key in ("a/one", "b/other")
    )
    with opened_context(faults.respond_with("DeleteObjects", f"<DeleteResult>{markers}</DeleteResult>")) as context:
        assert [marker.key for marker in context.delete(["a/one"]).markers] == ["a/one"]


def test_uploads_outside_the_prefix_are_not_listed() -> None:
    with opened_context(faults.ignore_prefix("ListMultipartUploads")) as context:
        for key in ("a/one", "b/other"):
            context.call("CreateMultipartUpload", Key=key)
        assert [upload["Key"] for upload in context.uploads("a/")] == ["a/one"]
