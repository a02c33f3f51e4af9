"""The S3 calls of a registry, as a store sees them."""

from __future__ import annotations

import contextlib
import gc
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.hostile_store import HostileStore, http_response, send
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.proxy import http_proxy
from tests.support.reports import finding_of, report_of, result_of
from tests.support.s3_requests import Environ, signed_region
from wizard.model.settings import Settings, Value
from wizard.s3.client import Store
from wizard.s3.errors import ConnectionFailed, ContractViolation, ErrorResponse, NotS3, NotSent, StoreError
from wizard.validation.results import Status

MIB = 1 << 20
OBJECT = {"Bucket": "bucket", "Key": "key"}
PART = OBJECT | {"UploadId": "1", "PartNumber": 1}
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@contextlib.contextmanager
def client(settings: Settings, *, anonymous: bool = False) -> Iterator[Store]:
    with contextlib.closing(Store(settings, anonymous=anonymous)) as store:
        yield store


@contextlib.contextmanager
def client_of_response(response: bytes) -> Iterator[tuple[Store, HostileStore]]:
    """A client of a server that answers everything with `response`."""
    with HostileStore(send(response)).running() as server, client(server.settings()) as store:
        yield store, server


# Calls


def test_a_call_returns_the_parsed_response(store: LiveStore) -> None:
    with client(store.settings()) as s3:
        assert s3.call("ListObjects", Bucket=store.bucket)["IsTruncated"] is False


def test_what_is_raised_before_sending_prevents_the_request() -> None:
    def refuse() -> None:
        raise ZeroDivisionError

    with FaultyStore() as store, client(store.settings()) as s3:
        url = s3.presigned_url("GetObject", Bucket=store.bucket, Key="key")
        s3.call_before_sending(refuse)
        with pytest.raises(ZeroDivisionError):
            s3.call("ListObjects", Bucket=store.bucket)
        with pytest.raises(ZeroDivisionError):
            s3.fetch(url, "GetObject")
        assert store.calls == []


def test_a_call_returns_the_bytes_of_an_object(store: LiveStore) -> None:
    key = {"Bucket": store.bucket, "Key": "key"}
    with client(store.settings()) as s3:
        s3.call("PutObject", Body=b"content", **key)
        assert s3.call("GetObject", **key)["Body"] == b"content"


def test_a_call_returns_the_beginning_of_a_large_object() -> None:
    with client_of_response(http_response(b"x" * MIB)) as (s3, _):
        assert s3.call("GetObject", **OBJECT)["Body"] == b"x" * (64 << 10)


def test_an_error_response_is_raised(store: LiveStore) -> None:
    with client(store.settings()) as s3, pytest.raises(ErrorResponse) as caught:
        s3.call("GetObject", Bucket=store.bucket, Key="missing")
    assert (caught.value.operation, caught.value.status, caught.value.code) == ("GetObject", 404, "NoSuchKey")


def test_a_value_that_botocore_cannot_parse_is_not_s3() -> None:
    body = b"<ListBucketResult><MaxKeys>many</MaxKeys></ListBucketResult>"
    with client_of_response(http_response(body)) as (s3, _), pytest.raises(NotS3) as caught:
        s3.call("ListObjects", Bucket="bucket")
    assert caught.value.has_invalid_value


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            b"<ListBucketResult><Contents><LastModified>never</LastModified></Contents></ListBucketResult>",
            "the date never",
        ),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><ListBucketResult/>', "not declared as version 1.0 in UTF-8"),
    ],
    ids=["date", "encoding"],
)
def test_what_only_botocore_can_read_is_a_violation(body: bytes, what: str) -> None:
    with client_of_response(http_response(body)) as (s3, _), pytest.raises(ContractViolation) as caught:
        s3.call("ListObjects", Bucket="bucket")
    assert what in caught.value.finding.text


def test_the_connection_of_a_read_with_a_date_that_registries_cannot_read_is_given_back() -> None:
    with FaultyStore(faults.set_header("GetObject*", "Last-Modified", "26 Nov 2026")) as store:
        assert report_of(store.settings()).failed == ("read",)
    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always")
        gc.collect()
    assert unclosed == []


def test_a_mistake_of_this_program_is_not_an_error_of_the_store(store: LiveStore) -> None:
    with client(store.settings()) as s3, pytest.raises(AttributeError):
        s3.call("NoSuchOperation")


@pytest.mark.parametrize(
    ("body", "is_malformed_xml"),
    [(b"<ListBucketResult>", True), (b"hello", False), (b"<!DOCTYPE a><a/>", False)],
    ids=["cut", "text", "doctype"],
)
def test_a_success_that_is_not_xml_is_not_s3(body: bytes, is_malformed_xml: bool) -> None:
    with client_of_response(http_response(body)) as (s3, _), pytest.raises(NotS3) as caught:
        s3.call("ListObjects", Bucket="bucket")
    assert caught.value.is_malformed_xml is is_malformed_xml


def test_of_an_error_with_an_unsafe_body_only_the_status_counts() -> None:
    body = b"<!DOCTYPE a><Error><Code>AccessDenied</Code></Error>"
    with client_of_response(http_response(body, 403)) as (s3, _), pytest.raises(ErrorResponse) as caught:
        s3.call("ListObjects", Bucket="bucket")
    assert (caught.value.status, caught.value.code) == (403, "403")


def test_a_store_that_is_not_there_is_a_failed_connection(store: LiveStore) -> None:
    settings = store.settings(regionendpoint="http://127.0.0.1:1")
    with client(settings) as s3, pytest.raises(ConnectionFailed) as caught:
        s3.call("ListObjects", Bucket=store.bucket)
    assert caught.value.while_connecting


def test_a_call_that_cannot_be_made_is_not_sent() -> None:
    with FaultyStore() as store, client(store.settings()) as s3, pytest.raises(NotSent):
        s3.call("PutObject", Bucket=store.bucket, Key=1)
    assert store.calls == []


@pytest.mark.parametrize("region", ["us_east_1", "a.b", "1"])
def test_a_region_can_have_a_name_that_no_host_can_have(region: str) -> None:
    regions: set[str] = set()

    def record(environ: Environ, call_next: CallNext) -> Response:
        regions.add(signed_region(environ))
        return call_next(environ)

    with FaultyStore(record) as store, client(store.settings(region=region)) as s3:
        s3.call("ListObjects", Bucket=store.bucket)
        s3.fetch(s3.presigned_url("ListObjects", Bucket=store.bucket), "ListObjects")
    assert regions == {region}


def test_an_anonymous_client_does_not_sign() -> None:
    headers: list[str] = []

    def record(environ: Environ, call_next: CallNext) -> Response:
        headers.append(environ.get("HTTP_AUTHORIZATION", ""))
        return call_next(environ)

    with FaultyStore(record) as server:
        for anonymous in (True, False):
            with client(server.settings(), anonymous=anonymous) as s3, contextlib.suppress(StoreError):
                s3.call("ListObjects", Bucket=server.bucket)
    unsigned, signed = headers
    assert unsigned == ""
    assert signed.startswith("AWS4-HMAC-SHA256")


# Announcing a body


@pytest.mark.parametrize("response", [CONTINUE, b""], ids=["100 Continue", "no answer"])
def test_an_accepted_body_is_not_sent(response: bytes) -> None:
    with client_of_response(response) as (s3, server):
        s3.announce_body("UploadPart", 20 * MIB, **PART)
    head, body = b"".join(server.requests).split(b"\r\n\r\n")
    assert f"Content-Length: {20 * MIB}".encode() in head
    assert b"Expect: 100-continue" in head
    assert body == b""


def test_a_rejected_body_is_an_error_response() -> None:
    response = http_response(b"<html>413</html>", 413)
    with client_of_response(response) as (s3, server), pytest.raises(ErrorResponse) as caught:
        s3.announce_body("UploadPart", 20 * MIB, **PART)
    assert caught.value.is_too_large
    assert b"".join(server.requests).endswith(b"\r\n\r\n")


def test_a_small_body_is_sent_without_being_announced() -> None:
    with client_of_response(http_response(b"")) as (s3, server):
        s3.call("PutObject", Body=b"small", **OBJECT)
    head, body = b"".join(server.requests).split(b"\r\n\r\n")
    assert b"Expect" not in head
    assert body == b"small"


# Presigned URLs


@pytest.fixture
def stored(store: LiveStore) -> Iterator[tuple[Store, dict[str, Any]]]:
    """A client, and the parameters of an object with the content `0123456789`."""
    key = {"Bucket": store.bucket, "Key": "key"}
    with client(store.settings()) as s3:
        s3.call("PutObject", Body=b"0123456789", **key)
        yield s3, key


def test_an_object_is_fetched_by_a_url(stored: tuple[Store, dict[str, Any]]) -> None:
    s3, key = stored
    url = s3.presigned_url("GetObject", **key)
    assert s3.fetch(url, "GetObject").content == b"0123456789"
    assert s3.fetch(url, "GetObject", 4).content == b"456789"


def test_a_url_expires_after_twenty_minutes(stored: tuple[Store, dict[str, Any]]) -> None:
    s3, key = stored
    assert "X-Amz-Expires=1200&" in s3.presigned_url("GetObject", **key)


def test_the_url_of_a_head_has_no_body(stored: tuple[Store, dict[str, Any]]) -> None:
    s3, key = stored
    assert s3.fetch(s3.presigned_url("HeadObject", **key), "HeadObject").content == b""


@pytest.mark.parametrize(("start", "status"), [(0, 206), (4, 200), (0, 307), (4, 416)])
def test_another_status_of_a_url_is_an_error_response(start: int, status: int) -> None:
    error = b"<Error><Code>Odd</Code><Message>Odd.</Message></Error>"
    with client_of_response(http_response(error, status)) as (s3, server), pytest.raises(ErrorResponse) as caught:
        s3.fetch(f"http://127.0.0.1:{server.port}/", "GetObject", start)
    assert (caught.value.status, caught.value.code, caught.value.message) == (status, "Odd", "Odd.")


# The clock of the store


def skew_after(*responses: bytes) -> float | None:
    """The skew that a client knows after one call for each response."""
    waiting = [*responses]
    server = HostileStore(lambda connection: connection.send(waiting.pop(0)))
    with server.running(), client(server.settings()) as s3:
        for _ in responses:
            with contextlib.suppress(StoreError):
                s3.call("ListObjects", Bucket="bucket")
        return s3.clock_skew


def dated(date: str, status: int = 200) -> bytes:
    return http_response(b"<ListBucketResult/>", status, f"Date: {date}")


@pytest.mark.parametrize("status", [200, 403])
def test_the_skew_is_read_from_the_first_date(status: int) -> None:
    skew = skew_after(dated("Thu, 01 Jan 2099 00:00:00 GMT", status), dated("Thu, 01 Jan 1998 00:00:00 GMT"))
    assert skew is not None
    assert skew > 0


def test_the_skew_is_in_seconds() -> None:
    skew = skew_after(dated(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)))
    assert skew is not None
    assert -3660 < skew < -3599  # a busy machine can need a minute


@pytest.mark.parametrize(
    "date", ["today", "Mon, 01 Jan 2026 00:00:00 +99999999999999", "Fri, 31 Dec 9999 23:59:59 -2359", "9" * 5000]
)
def test_an_invalid_date_is_ignored(date: str) -> None:
    assert skew_after(dated(date)) is None


def test_an_answer_without_a_date_has_no_skew() -> None:
    assert skew_after(http_response(b"<ListBucketResult/>")) is None


def test_the_time_of_the_last_answer_is_kept(store: LiveStore) -> None:
    with client(store.settings()) as s3:
        assert s3.answered_at == 0.0
        s3.call("ListObjects", Bucket=store.bucket)
        assert s3.answered_at > 0.0


# Certificates


def test_a_certificate_is_verified_unless_the_settings_skip_it(moto: Moto) -> None:
    settings = moto.store(tls=True).settings()
    with client(settings) as s3, pytest.raises(ConnectionFailed):
        s3.call("ListObjects", Bucket=settings.bucket)
    with client(settings.replace({"skipverify": True})) as s3:
        s3.call("ListObjects", Bucket=settings.bucket)


# Proxies


@pytest.fixture
def behind_proxy(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The hosts that were requested through a proxy, which alone resolves names in `.test`."""
    with http_proxy(int(store.endpoint.rpartition(":")[2])) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY")
        yield proxy.requested_hosts


@pytest.mark.sample
@pytest.mark.parametrize(
    ("registry", "skipverify", "is_proxied"),
    [("dtr", False, True), ("dtr", True, False), ("distribution-3", False, True), ("distribution-3", True, True)],
)
def test_the_driver_of_2_x_ignores_the_proxy_if_it_skips_verification(
    store: LiveStore, behind_proxy: list[str], registry: str, skipverify: bool, is_proxied: bool
) -> None:
    changes: dict[str, Value] = {
        "registry": registry,
        "skipverify": skipverify,
        "forcepathstyle": True,
        "redirect": False,
        "regionendpoint": "http://store.test:9000",
    }
    report = report_of(store.settings(**changes))
    assert report.passed == is_proxied
    assert (len(behind_proxy) > 1) is is_proxied  # one listing tests the fix of the warning


def test_a_url_is_fetched_through_the_proxy_or_past_it(store: LiveStore, behind_proxy: list[str]) -> None:
    settings = store.settings(regionendpoint="http://store.test:9000")
    key = {"Bucket": store.bucket, "Key": "key"}
    with client(settings) as s3:
        s3.call("PutObject", Body=b"content", **key)
        url = s3.presigned_url("GetObject", **key)
        assert s3.is_proxied(url)
        behind_proxy.clear()
        assert s3.fetch(url, "GetObject").content == b"content"
        assert behind_proxy == ["store.test:9000"]
        with pytest.raises(ConnectionFailed):
            s3.fetch(url, "GetObject", bypass_proxies=True)
        assert behind_proxy == ["store.test:9000"]


@pytest.mark.usefixtures("behind_proxy")
def test_a_host_that_only_the_proxy_resolves_is_a_warning(store: LiveStore) -> None:
    report = report_of(store.settings(regionendpoint="http://store.test:9000"))
    assert report.passed
    assert result_of(report, "presigned-read").status is Status.WARNING
    assert "proxy" in finding_of(report, "presigned-read").text


@pytest.mark.usefixtures("behind_proxy")
def test_an_internal_host_that_only_the_proxy_resolves_fails(store: LiveStore) -> None:
    assert report_of(store.settings(regionendpoint="http://minio:9000")).failed == ("presigned-read",)
