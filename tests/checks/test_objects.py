"""The checks of small objects, against stores with one fault each."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

import pytest
from werkzeug.wrappers import Response

from tests.checks.fault_case import FaultCase, assert_reported_once, for_each
from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.reports import (
    NO_REDIRECT,
    REGISTRY_LINES,
    finding_of,
    is_sentence,
    keys_in_bucket,
    leftover_keys,
    report_of,
    result_of,
)
from tests.support.s3_requests import Environ, operation, query_of
from tests.support.samples import sampled
from wizard.model.findings import Cause
from wizard.validation.results import Status


def _list_object_never_written(environ: Environ, call_next: CallNext) -> Response:
    """Lists an object under the key that the check looks for before it writes it."""
    response = call_next(environ)
    if query_of(environ).get("prefix", "").endswith("/rewrite") and b"<Contents>" not in response.get_data():
        key = query_of(environ)["prefix"]
        listed = f"<Contents><Key>{key}</Key><Size>1</Size></Contents></ListBucketResult>"
        response.set_data(response.get_data().replace(b"</ListBucketResult>", listed.encode()))
    return response


def _report_old_size(environ: Environ, call_next: CallNext) -> Response:
    """Lists the object that is written twice with the size that it had first."""
    response = call_next(environ)
    if query_of(environ).get("prefix", "").endswith("/rewrite"):
        response.set_data(response.get_data().replace(b"<Size>2048<", b"<Size>2047<"))
    return response


_replace_read = partial(faults.replace_absent, op="GetObject*")
ABSENT: dict[str, tuple[Fault, str]] = {
    "a page with 404": (_replace_read(404, "<html>Not found</html>"), "the status 404"),
    "a page with 200": (_replace_read(200, "<html>Welcome</html>"), "data"),
    "an empty 200": (_replace_read(200), "data"),
    "a redirect": (_replace_read(302), "the status 302"),
    "an error of its own": (_replace_read(404, code="NotFound"), "the status 404 and the code NotFound"),
    "a refusal": (_replace_read(403, code="AccessDenied"), "the status 403 and the code AccessDenied"),
    "a page with 403": (_replace_read(403, "<html>Forbidden</html>"), "the status 403"),
}


@pytest.mark.sample
@pytest.mark.parametrize(("name", "registry"), sampled(itertools.product(ABSENT, REGISTRY_LINES), 3))
def test_a_proxy_that_replaces_the_answer_to_a_read_of_an_absent_object_is_reported(name: str, registry: str) -> None:
    fault, words = ABSENT[name]
    with FaultyStore(fault) as store:
        report = report_of(store.settings(**REGISTRY_LINES[registry]))
        assert report.failed == ("head",)
        finding = finding_of(report, "head")
        assert finding.cause is Cause.UNSUPPORTED
        assert f"is answered with {words} instead of NoSuchKey" in finding.text
        assert is_sentence(finding.text)


def test_a_proxy_that_replaces_the_answers_to_all_calls_on_an_absent_object_is_named() -> None:
    with FaultyStore(faults.replace_absent(200, "<html>Welcome</html>")) as store:
        finding = finding_of(report_of(store.settings(**REGISTRY_LINES["distribution-3"])), "head")
        assert finding.cause is Cause.UNSUPPORTED
        assert "proxy_intercept_errors off" in finding.text


def test_a_head_of_an_absent_object_that_finds_one_is_reported() -> None:
    with FaultyStore(faults.replace_absent(200, "found", op="HeadObject")) as store:
        report = report_of(store.settings(**REGISTRY_LINES["distribution-3"]))
        assert report.failed == ("head",)
        assert "HeadObject finds an object that doesn't exist." in finding_of(report, "head").text


CASES: dict[str, FaultCase] = {
    "list denied": FaultCase("list", Cause.ACCESS_DENIED, (faults.deny("ListObjects*"),), "s3:ListBucket"),
    "list without IsTruncated": FaultCase(
        "list", Cause.NOT_S3, (faults.remove_element("ListObjects*", "IsTruncated"),), "complete", registries=("dtr",)
    ),
    "list returns a web page": FaultCase(
        "list", Cause.STORE_ERROR, (faults.console_page("ListObjects*"),), "blocks ListObjects"
    ),
    "list and write return a web page": FaultCase(
        "list", Cause.NOT_S3, (faults.console_page("ListObjects*"), faults.console_page("PutObject")), "a web page"
    ),
    "list fails in a proxy": FaultCase("list", Cause.STORE_ERROR, (faults.bad_gateway("ListObjects*"),), "502"),
    "write denied": FaultCase("write", Cause.ACCESS_DENIED, (faults.deny("PutObject"),), "s3:PutObject"),
    "write not implemented": FaultCase("write", Cause.UNSUPPORTED, (faults.not_implemented("PutObject"),), "PutObject"),
    "write returns a web page": FaultCase(
        "write", Cause.STORE_ERROR, (faults.console_page("PutObject"),), "blocks PutObject"
    ),
    "lists take folders only": FaultCase(
        "head", Cause.UNSUPPORTED, (faults.list_only_folders("ListObjects*"),), "end in a slash"
    ),
    "write fails without a message": FaultCase(
        "write", Cause.STORE_ERROR, (faults.error("PutObject", 400, "Odd", None),), "Odd"
    ),
    "write is discarded": FaultCase(
        "head", Cause.CORRUPTED, (faults.discard_write("PutObject"),), "missing from the listing"
    ),
    "overwriting is refused": FaultCase(
        "head", Cause.UNSUPPORTED, (faults.refuse_overwrite(),), "Object exists and cannot be overwritten"
    ),
    "overwriting fails in the store": FaultCase(
        "head", Cause.STORE_ERROR, (faults.refuse_overwrite(500, "InternalError"),), "InternalError"
    ),
    "an overwritten object has its old size": FaultCase(
        "head", Cause.CORRUPTED, (_report_old_size,), "old size", registries=("dtr",)
    ),
    "overwriting is ignored": FaultCase("head", Cause.CORRUPTED, (faults.keep_old_object(),), "old content"),
    "a cache remembers absent objects": FaultCase(
        "head", Cause.CORRUPTED, (faults.remember_absence("GetObject"),), "requested before it was written"
    ),
    "a cache remembers empty listings": FaultCase(
        "head",
        Cause.CORRUPTED,
        (faults.remember_absence("ListObjects"),),
        "requested before it was written",
        registries=("dtr",),
    ),
    "names with an underscore are blocked": FaultCase(
        "write", Cause.STORE_ERROR, (faults.block_reserved_names(),), "blocks PutObject"
    ),
    "listing is empty": FaultCase(
        "head",
        Cause.CORRUPTED,
        (faults.empty_listing("ListObjects"), faults.empty_listing("ListObjectsV2")),
        "missing from the listing",
    ),
    "listing contains an object that was never written": FaultCase(
        "head",
        Cause.CORRUPTED,
        (_list_object_never_written,),
        "an object that doesn't exist",
    ),
    "size is wrong": FaultCase(
        "head", Cause.CORRUPTED, (faults.truncate_body("HeadObject"),), "2048 bytes", registries=("distribution-3",)
    ),
    "date is missing from the listing": FaultCase(
        "head",
        Cause.CORRUPTED,
        (faults.remove_element("ListObjects", "LastModified"),),
        "LastModified",
        registries=("dtr",),
    ),
    "date is missing from HeadObject": FaultCase(
        "head",
        Cause.CORRUPTED,
        (faults.remove_header("HeadObject", "Last-Modified"),),
        "LastModified",
        registries=("distribution-3",),
    ),
    "size is missing": FaultCase(
        "head", Cause.CORRUPTED, (faults.remove_element("ListObjects", "Size"),), "Size", registries=("dtr",)
    ),
    "prefix is ignored": FaultCase("head", Cause.CORRUPTED, (faults.ignore_prefix(),), "outside the requested prefix"),
    "read is compresses objects": FaultCase(
        "read", Cause.CORRUPTED, (faults.set_header("GetObject", "Content-Encoding", "gzip"),), "compresses objects"
    ),
    "read denied": FaultCase("read", Cause.ACCESS_DENIED, (faults.deny("GetObject*"),), "s3:GetObject"),
    "read is truncated": FaultCase(
        "read", Cause.CORRUPTED, (faults.truncate_body("GetObject"),), "only 1024 of 2048 bytes came back"
    ),
    "read has a wrong byte": FaultCase(
        "read", Cause.CORRUPTED, (faults.corrupt_body("GetObject"),), "data came back different"
    ),
    "read ends too early": FaultCase(
        "read", Cause.STORE_ERROR, (faults.incomplete_body("GetObject"),), "closed the connection"
    ),
    "read returns a web page": FaultCase("read", Cause.CORRUPTED, (faults.console_page("GetObject"),), "came back"),
    "range is ignored": FaultCase(
        "range-read", Cause.CORRUPTED, (faults.ignore_range(),), "It returned the complete object", settings=NO_REDIRECT
    ),
    "range is truncated": FaultCase(
        "range-read",
        Cause.CORRUPTED,
        (faults.truncate_body("GetObject ranged"),),
        "returned the wrong data",
        settings=NO_REDIRECT,
    ),
    "range has a wrong byte": FaultCase(
        "range-read",
        Cause.CORRUPTED,
        (faults.corrupt_body("GetObject ranged"),),
        "returned the wrong data",
        settings=NO_REDIRECT,
    ),
    "range denied": FaultCase(
        "range-read", Cause.ACCESS_DENIED, (faults.deny("GetObject ranged"),), "s3:GetObject", settings=NO_REDIRECT
    ),
    "range is said to start after the end": FaultCase(
        "range-read",
        Cause.CORRUPTED,
        (faults.error("GetObject ranged", 416, "InvalidRange"),),
        "returned the wrong data",
        settings=NO_REDIRECT,
    ),
    "copy denied": FaultCase("copy", Cause.ACCESS_DENIED, (faults.deny("CopyObject"),), "s3:PutObject"),
    "copy not implemented": FaultCase("copy", Cause.UNSUPPORTED, (faults.not_implemented("CopyObject"),), "CopyObject"),
    "copy is discarded": FaultCase("copy", Cause.CORRUPTED, (faults.discard_write("CopyObject"),), "isn't there"),
    "copy returns a web page": FaultCase(
        "copy", Cause.STORE_ERROR, (faults.console_page("CopyObject"),), "blocks CopyObject"
    ),
    "copy returns an empty body": FaultCase(
        "copy", Cause.CORRUPTED, (faults.empty_body("CopyObject"),), "got an empty reply", ("distribution-3",)
    ),
}


@pytest.mark.sample
@for_each(CASES)
def test_a_fault_fails_one_check_with_its_cause(case: FaultCase, registry: str) -> None:
    assert_reported_once(case, registry)


def test_a_store_that_cannot_list_while_an_object_is_written_passes() -> None:
    is_refused, is_written = threading.Event(), threading.Event()
    refused = itertools.count(1)

    def act(environ: Environ, call_next: CallNext) -> Response:
        is_of_bucket = "storage-wizard" not in query_of(environ).get("prefix", "")
        if operation(environ) == "ListObjects" and is_of_bucket and not is_written.is_set():
            if next(refused) == 2:  # each call is repeated once on its own
                is_refused.set()
            return faults.error("*", 500, "InternalError")(environ, call_next)
        if operation(environ) == "PutObject":
            is_refused.wait()
        response = call_next(environ)
        if operation(environ) == "PutObject":
            is_written.set()
        return response

    with FaultyStore(act) as store:
        assert report_of(store.settings()).passed


@pytest.mark.sample
@pytest.mark.parametrize("fault", [faults.deny("HeadObject"), faults.error("HeadObject", 404, "NotFound")])
def test_distribution_3_falls_back_to_a_listing_if_head_object_fails(fault: Fault) -> None:
    with FaultyStore(fault) as store:
        assert report_of(store.settings(**REGISTRY_LINES["distribution-3"])).passed


@pytest.mark.sample
@pytest.mark.parametrize(("operation", "check"), [("CopyObject", "copy"), ("CompleteMultipartUpload", "multipart")])
def test_an_empty_answer_is_a_warning_where_the_released_registry_accepts_it(operation: str, check: str) -> None:
    with FaultyStore(faults.empty_body(operation)) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, check).status is Status.WARNING
        text = finding_of(report, check).text
        assert "Docker Trusted Registry accepts that, but Debian's build of Distribution 2 doesn't." in text
        assert keys_in_bucket(store, store.bucket) == []


def test_missing_list_objects_v2_is_a_warning_about_garbage_collection() -> None:
    with FaultyStore(faults.not_implemented("ListObjectsV2")) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, "head").status is Status.WARNING
        assert "not garbage-collected" in finding_of(report, "head").text


def test_folders_that_are_not_counted_are_a_warning_about_garbage_collection() -> None:
    """As S3Mock, where the garbage collection of Distribution 2.8 ends with `failed to mark: Path not found`."""
    with FaultyStore(faults.replace_text("ListObjectsV2", "<KeyCount>1<", "<KeyCount>0<")) as store:
        report = report_of(store.settings())
        assert report.passed
        assert "doesn't count folders in a listing" in finding_of(report, "head").text
        assert "not garbage-collected" in finding_of(report, "head").text
        assert result_of(report_of(store.settings(**REGISTRY_LINES["distribution-3"])), "head").status is Status.PASSED


def test_list_objects_v2_without_a_response_is_no_warning() -> None:
    with FaultyStore(faults.reset_connection("ListObjectsV2")) as store:
        assert result_of(report_of(store.settings()), "head").status is Status.PASSED


@pytest.mark.sample
@pytest.mark.parametrize("fault", [faults.truncate_body, faults.deny], ids=["truncated", "denied"])
def test_a_faulty_range_is_a_warning_while_redirects_are_on(fault: Callable[[str], Fault]) -> None:
    with FaultyStore(fault("GetObject ranged")) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, "range-read").status is Status.WARNING
        assert "With redirects off" in finding_of(report, "range-read").text
        assert is_sentence(finding_of(report, "range-read").text)
        assert leftover_keys(report) == keys_in_bucket(store, store.bucket)


def test_a_store_that_fails_at_a_range_says_nothing_about_ranges() -> None:
    with FaultyStore(faults.error("GetObject ranged", 500, "InternalError")) as store:
        report = report_of(store.settings())
        assert result_of(report, "range-read").status is Status.FAILED


def test_copy_is_skipped_if_the_registry_copies_every_layer_in_parts() -> None:
    with FaultyStore(faults.not_implemented("CopyObject")) as store:
        report = report_of(store.settings(multipartcopythresholdsize=0))
        assert report.passed
        assert result_of(report, "copy").reason == "every layer is copied in parts"


def test_the_source_of_a_copy_is_sent_as_the_registry_sends_it() -> None:
    sources: set[str] = set()

    def record(environ: Environ, call_next: CallNext) -> Response:
        if source := environ.get("HTTP_X_AMZ_COPY_SOURCE"):
            sources.add(source)
            environ = environ | {"HTTP_X_AMZ_COPY_SOURCE": quote(source)}
        return call_next(environ)

    with FaultyStore(record) as store:
        assert report_of(store.settings(rootdirectory="/a b+c")).passed
        assert sources
        assert all(source.startswith(f"{store.bucket}/a b+c/docker/") for source in sources)
