"""The checks of multipart uploads and copies, against stores with one fault each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from werkzeug.wrappers import Response

from tests.checks.fault_case import FaultCase, assert_reported_once, for_each
from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.findings import apply_fix
from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto, moto_app
from tests.support.proxy import http_proxy
from tests.support.rclone import Rclone
from tests.support.reports import (
    REGISTRY_LINES,
    finding_of,
    is_sentence,
    keys_in_bucket,
    leftover_keys,
    report_of,
    result_of,
)
from tests.support.s3_requests import Environ, bucket_and_key, operation
from wizard.model.findings import Cause, Fix, Severity
from wizard.validation.results import Status

MIB = 1 << 20
COMPLETE_COPIES = {"multipartcopythresholdsize": 5 << 30}


def _lose_upload_id(environ: Environ, call_next: CallNext) -> Response:
    """Starts an upload and returns a response without its id."""
    response = call_next(environ)
    if operation(environ) == "CreateMultipartUpload":
        return Response("<InitiateMultipartUploadResult/>", 200, content_type="application/xml")
    return response


CASES: dict[str, FaultCase] = {
    "upload has no id": FaultCase(
        "multipart", Cause.UNSUPPORTED, (faults.remove_element("CreateMultipartUpload", "UploadId"),), "no id"
    ),
    "upload id is lost": FaultCase("multipart", Cause.UNSUPPORTED, (_lose_upload_id,), "no id"),
    "upload not implemented": FaultCase(
        "multipart", Cause.UNSUPPORTED, (faults.not_implemented("CreateMultipartUpload"),), "CreateMultipartUpload"
    ),
    "part is discarded": FaultCase("multipart", Cause.CORRUPTED, (faults.discard_write("UploadPart"),), "not listed"),
    "part denied": FaultCase("multipart", Cause.ACCESS_DENIED, (faults.deny("UploadPart"),), "s3:PutObject"),
    "part has a wrong byte": FaultCase(
        "multipart",
        Cause.CORRUPTED,
        (faults.corrupt_write("UploadPart", faults.flip_middle_byte),),
        "data came back different",
    ),
    "parts are not listed": FaultCase("multipart", Cause.CORRUPTED, (faults.empty_listing("ListParts"),), "not listed"),
    "parts have no ETag": FaultCase(
        "multipart", Cause.CORRUPTED, (faults.remove_element("ListParts", "ETag"),), "ETag"
    ),
    "parts have no number": FaultCase(
        "multipart", Cause.CORRUPTED, (faults.remove_element("ListParts", "PartNumber"),), "number"
    ),
    "parts have an invalid date": FaultCase(
        "multipart",
        Cause.UNSUPPORTED,
        (faults.replace_text("ListParts", "<LastModified>", "<LastModified>x"),),
        "replies with the date x",
    ),
    "parts without IsTruncated": FaultCase(
        "multipart", Cause.UNSUPPORTED, (faults.remove_element("ListParts", "IsTruncated"),), "IsTruncated"
    ),
    "a list of one part is never complete": FaultCase(
        "multipart",
        Cause.CORRUPTED,
        (faults.replace_text("ListParts", "<IsTruncated>false", "<IsTruncated>true"),),
        "the registry never stops listing",
    ),
    "list of parts denied": FaultCase(
        "multipart", Cause.ACCESS_DENIED, (faults.deny("ListParts"),), "s3:ListMultipartUploadParts"
    ),
    "completion is discarded": FaultCase(
        "multipart", Cause.CORRUPTED, (faults.discard_write("CompleteMultipartUpload"),), "isn't there"
    ),
    "completion returns an empty body": FaultCase(
        "multipart",
        Cause.CORRUPTED,
        (faults.empty_body("CompleteMultipartUpload"),),
        "got an empty reply",
        ("distribution-3",),
    ),
    "completion returns a web page": FaultCase(
        "multipart",
        Cause.STORE_ERROR,
        (faults.console_page("CompleteMultipartUpload"),),
        "blocks CompleteMultipartUpload",
    ),
    "uploads are not listed": FaultCase(
        "multipart-list", Cause.CORRUPTED, (faults.empty_listing("ListMultipartUploads"),), "missing from the list"
    ),
    "list of uploads not implemented": FaultCase(
        "multipart-list",
        Cause.UNSUPPORTED,
        (faults.not_implemented("ListMultipartUploads"),),
        "list incomplete uploads",
    ),
    "lists of uploads take folders only": FaultCase(
        "multipart-list", Cause.UNSUPPORTED, (faults.list_only_folders("ListMultipartUploads"),), "end in a slash"
    ),
    "abort denied": FaultCase(
        "multipart-list", Cause.ACCESS_DENIED, (faults.deny("AbortMultipartUpload"),), "s3:AbortMultipartUpload"
    ),
    "part copy is empty": FaultCase(
        "multipart-copy", Cause.CORRUPTED, (faults.empty_part_copy(),), "ETag", fix=COMPLETE_COPIES
    ),
    "part copy is empty and looks correct": FaultCase(
        "multipart-copy",
        Cause.CORRUPTED,
        (faults.empty_part_copy(etag=True),),
        "only 0 of 1024 bytes came back",
        fix=COMPLETE_COPIES,
    ),
    "part copy not implemented": FaultCase(
        "multipart-copy",
        Cause.UNSUPPORTED,
        (faults.not_implemented("UploadPartCopy"),),
        "UploadPartCopy",
        fix=COMPLETE_COPIES,
    ),
    "part copy denied": FaultCase(
        "multipart-copy", Cause.ACCESS_DENIED, (faults.deny("UploadPartCopy"),), "s3:GetObject"
    ),
}


@pytest.mark.sample
@for_each(CASES)
def test_a_fault_fails_one_check_with_its_cause(case: FaultCase, registry: str) -> None:
    assert_reported_once(case, registry)


@pytest.mark.sample
@pytest.mark.parametrize("fault", [faults.not_implemented, faults.empty_body, faults.bad_gateway])
def test_whole_copies_are_not_offered_where_the_store_has_none(fault: Callable[[str], Fault]) -> None:
    with FaultyStore(fault("UploadPartCopy"), faults.error("CopyObject", 501, "NotImplemented")) as store:
        report = report_of(store.settings())
        assert "multipart-copy" in report.failed
        assert finding_of(report, "multipart-copy").fix is None
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)


@pytest.mark.ci_only
def test_whole_copies_are_offered_where_part_copies_fail_each_time() -> None:
    with FaultyStore(faults.error("UploadPartCopy", 500, "InternalError")) as store:
        report = report_of(store.settings())
        finding = finding_of(report, "multipart-copy")
        assert (finding.cause, finding.fix and dict(finding.fix.set)) == (Cause.STORE_ERROR, COMPLETE_COPIES)
        assert report_of(apply_fix(store.settings(), finding)).passed


ALIBABA = {"registry": "distribution-3", "provider": "alibaba"}


@pytest.mark.ci_only
def test_whole_copies_are_offered_up_to_the_largest_object_that_the_store_copies() -> None:
    with FaultyStore(faults.not_implemented("UploadPartCopy")) as store:
        settings = store.settings(**ALIBABA, forcepathstyle=True)
        finding = finding_of(report_of(settings), "multipart-copy")
        assert finding.fix == Fix("Copy objects in one call, up to 1 GiB.", {"multipartcopythresholdsize": 1 << 30})
        report = report_of(apply_fix(settings, finding))
        assert report.passed
        assert finding_of(report, "multipart-copy").severity is Severity.WARNING
        assert finding_of(report, "multipart-copy").text.endswith(" Layers above 1 GiB cannot be pushed.")
        assert finding_of(report, "multipart-copy").fix is None
        assert keys_in_bucket(store, store.bucket) == []


def test_part_copies_are_tried_above_the_largest_object_that_the_store_copies() -> None:
    with FaultyStore() as store:
        report = report_of(store.settings(**ALIBABA, forcepathstyle=True, multipartcopythresholdsize=1 << 30))
        assert result_of(report, "multipart-copy").status is Status.PASSED
        assert store.calls.count("UploadPartCopy") == 1


# Garage refuses small sources. https://garagehq.deuxfleurs.fr
@pytest.mark.sample
@pytest.mark.parametrize(
    ("op", "code"),
    [
        ("UploadPartCopy", "InvalidRequest"),
        ("UploadPartCopy", "EntityTooSmall"),
        ("UploadPartCopy", "InvalidArgument"),
        ("CompleteMultipartUpload", "EntityTooSmall"),
    ],
)
def test_a_store_that_copies_large_objects_only_in_parts_is_tried_with_one(op: str, code: str) -> None:
    with FaultyStore(_only_for_copies(faults.refuse_small(op, code))) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, "multipart-copy").status is Status.PASSED
        assert report.notes == ("Sent 5 MiB, because the store doesn't copy small objects in parts.",)
        assert report.as_json("a")["notes"] == list(report.notes)
        assert store.contents() == []


def test_the_large_object_that_is_copied_in_parts_is_named_if_it_stays() -> None:
    with FaultyStore(_only_for_copies(faults.refuse_small("UploadPartCopy")), faults.deny_each_delete()) as store:
        report = report_of(store.settings())
        assert "large" in {key.rpartition("/")[2] for key in leftover_keys(report)}
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)


def _only_for_copies(fault: Fault) -> Fault:
    """`fault` for uploads whose parts are copied, and for what they are copied from."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        is_upload_of_parts = bucket_and_key(environ)[1].endswith("/multipart")
        return (faults.pass_through if is_upload_of_parts else fault)(environ, call_next)

    return act


@pytest.mark.ci_only
def test_small_objects_must_be_copied_in_parts_where_the_registry_does_that() -> None:
    with FaultyStore(faults.refuse_small("UploadPartCopy")) as store:
        settings = store.settings(multipartcopythresholdsize=MIB)
        report = report_of(settings)
        assert report.failed == ("multipart-copy",)
        assert report.notes == ()
        assert report_of(apply_fix(settings, finding_of(report, "multipart-copy"))).passed


@pytest.mark.sample
@pytest.mark.parametrize(
    ("op", "check"), [("UploadPart", "multipart"), ("CompleteMultipartUpload", "multipart"), ("CopyObject", "copy")]
)
def test_a_store_that_refuses_small_layers_fails_as_each_image_has_some(op: str, check: str) -> None:
    with FaultyStore(faults.refuse_small(op)) as store:
        report = report_of(store.settings())
        assert report.failed == (check,)
        assert "EntityTooSmall" in finding_of(report, check).text
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)


def test_nothing_large_is_sent_to_a_store_that_copies_parts_of_small_objects(store: LiveStore) -> None:
    assert report_of(store.settings()).notes == ()


@pytest.mark.ci_only
def test_a_store_that_refuses_a_larger_last_part_needs_larger_chunks() -> None:
    with FaultyStore(faults.refuse_larger_last_parts()) as store:
        settings = store.settings(provider="r2", registry="dtr", chunksize=10 * MIB)
        report = report_of(settings)
        assert report.failed == ("multipart",)
        finding = finding_of(report, "multipart")
        assert (finding.cause, finding.setting) == (Cause.UNEVEN_PARTS, "chunksize")
        assert is_sentence(finding.text)
        assert finding.fix
        assert finding.fix.set == {"chunksize": 100 * MIB}
        assert report_of(settings.replace(finding.fix.set)).passed
        assert store.contents() == []


def test_an_error_of_the_store_says_nothing_about_a_larger_last_part() -> None:
    with FaultyStore(faults.refuse_larger_last_parts(500, "InternalError")) as store:
        report = report_of(store.settings(provider="r2", registry="dtr", chunksize=10 * MIB))
        assert report.failed == ("multipart",)
        assert finding_of(report, "multipart").cause is Cause.STORE_ERROR


def test_a_store_that_accepts_a_larger_last_part_passes_and_what_was_sent_is_noted(store: LiveStore) -> None:
    report = report_of(store.settings(provider="r2", registry="dtr", chunksize=10 * MIB))
    assert report.passed
    assert report.notes == ("Sent 10 MiB, because some stores reject a larger last part.",)


def test_only_the_upload_that_is_to_be_aborted_is_aborted() -> None:
    with FaultyStore() as store:
        assert report_of(store.settings(provider="r2", registry="dtr", chunksize=10 * MIB)).passed
        assert store.calls.count("CreateMultipartUpload") == 4
        assert store.calls.count("AbortMultipartUpload") == 1


@pytest.mark.sample
@pytest.mark.parametrize(("registry", "provider"), [("distribution-3", "r2"), ("dtr", "other")])
def test_uneven_parts_are_tried_only_where_the_registry_makes_them_and_the_store_may_refuse_them(
    registry: str, provider: str
) -> None:
    with FaultyStore(faults.refuse_larger_last_parts()) as store:
        report = report_of(store.settings(**REGISTRY_LINES.get(registry, {}), provider=provider, chunksize=10 * MIB))
        assert report.passed
        assert report.notes == ()


@pytest.mark.ci_only
def test_uneven_parts_are_tried_on_a_host_whose_store_may_refuse_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        FaultyStore(faults.refuse_larger_last_parts()) as store,
        http_proxy(urlsplit(store.endpoint).port or 0) as proxy,
    ):
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY")
        report = report_of(store.settings(registry="dtr", regionendpoint="http://0123.r2.cloudflarestorage.com"))
        assert report.failed == ("multipart",)
        assert finding_of(report, "multipart").cause is Cause.UNEVEN_PARTS


def test_a_part_that_is_not_copied_from_its_offset_is_reported() -> None:
    with FaultyStore(faults.ignore_copy_range()) as store:
        report = report_of(store.settings())
        assert report.failed == ("multipart-copy",)
        finding = finding_of(report, "multipart-copy")
        assert finding.cause is Cause.CORRUPTED
        assert "data came back different" in finding.text
        assert finding.fix
        assert report_of(store.settings(**finding.fix.set)).passed


def test_a_part_that_cannot_be_copied_from_an_offset_is_reported() -> None:
    with FaultyStore(faults.refuse_copy_offsets()) as store:
        report = report_of(store.settings())
        assert report.failed == ("multipart-copy",)
        assert "Range specified is not valid" in finding_of(report, "multipart-copy").text
        assert store.contents() == []
        assert store.uploads() == []


def test_an_ignored_abort_is_a_warning() -> None:
    with FaultyStore(faults.ignore_abort()) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, "multipart-list").status is Status.WARNING
        assert "still listed" in finding_of(report, "multipart-list").text
        assert is_sentence(finding_of(report, "multipart-list").text)
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)


def test_part_copies_are_skipped_if_the_registry_makes_none(store: LiveStore) -> None:
    report = report_of(store.settings(**COMPLETE_COPIES))
    assert report.passed
    assert result_of(report, "multipart-copy").reason == "layers up to 5 GiB are copied in one call"


# --- the size of a part ---


def _result_behind_limit(moto: Moto, max_body_size: int, **changes: str | int) -> tuple[str, dict[str, object]]:
    """The text and the fix of `multipart-list` behind a proxy that rejects larger bodies; empty if it passes."""
    with serve_wsgi(moto_app(), max_body_bytes=max_body_size) as endpoint:
        store = dataclasses.replace(moto.store(), endpoint=endpoint)
        report = report_of(store.settings(**changes))
    assert report.failed in ((), ("multipart-list",))
    if report.passed:
        return "", {}
    finding = finding_of(report, "multipart-list")
    assert finding.cause is Cause.TOO_LARGE
    return finding.text, dict(finding.fix.set) if finding.fix else {}


def test_a_proxy_that_accepts_the_smallest_parts_is_fixed_by_them(moto: Moto) -> None:
    # With the default chunk size of 10 MiB the 2.x line merges the last two parts into one of almost 20 MiB.
    text, fix = _result_behind_limit(moto, 10 * MIB)
    assert is_sentence(text)
    assert fix == {"chunksize": 5 * MIB}
    assert _result_behind_limit(moto, 10 * MIB, chunksize=5 * MIB) == ("", {})


@pytest.mark.ci_only
def test_smaller_parts_are_not_offered_if_the_proxy_rejects_them_too(moto: Moto) -> None:
    assert _result_behind_limit(moto, MIB)[1] == {}


def test_smaller_parts_are_not_offered_below_the_minimum(moto: Moto) -> None:
    text, fix = _result_behind_limit(moto, MIB, chunksize=5 * MIB)
    assert text
    assert fix == {}


def test_smaller_parts_are_not_offered_to_a_store_that_requires_larger_ones(moto: Moto) -> None:
    text, fix = _result_behind_limit(moto, 20 * MIB, provider="scaleway", chunksize=100 * MIB)
    assert text
    assert fix == {}


# --- a real store that completes uploads, but whose responses the registry cannot use ---


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_rclone_fails_for_list_of_parts_part_copies_and_ranges_only(rclone: Rclone, registry: str) -> None:
    store = rclone.store()
    report = report_of(store.settings(**REGISTRY_LINES[registry]))
    assert report.failed == ("multipart", "multipart-copy", "presigned-read")
    assert "IsTruncated" in finding_of(report, "multipart").text
    assert finding_of(report, "multipart").cause is Cause.UNSUPPORTED
    part_copy = finding_of(report, "multipart-copy")
    assert part_copy.cause is Cause.CORRUPTED
    assert "ETag" in part_copy.text
    assert part_copy.fix is not None
    assert not part_copy.fix.applies  # no setting fixes the list of parts, so the registry would not work with it
    assert keys_in_bucket(rclone, store.bucket) == []
