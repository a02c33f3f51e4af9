"""Findings about calls without a complete answer."""

from __future__ import annotations

import errno
import socket
import ssl
from http.client import BadStatusLine, RemoteDisconnected
from pathlib import Path

import pytest

from tests.support.certificates import Certificates
from tests.support.findings import apply_fix, only_failure
from tests.support.http_server import GO_PLAIN_ANSWER, MINIO_PLAIN_ANSWER, serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto, moto_app
from tests.support.ports import closed_port, fixed_response_port, silent_port
from tests.support.reports import report_of, result_of
from wizard.diagnosis.connection_errors import diagnose_connection_failure, expects_tls
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.errors import ConnectionFailed
from wizard.validation.results import Report

HTTPS = Settings(regionendpoint="https://store.test:9000")


def layer_statuses(report: Report) -> list[str]:
    return [result_of(report, layer).status.value for layer in ("resolve", "connect", "tls", "clock")]


def finding_for(*causes: BaseException, settings: Settings = HTTPS, while_connecting: bool = False) -> Finding:
    """The finding for a failure with these exceptions."""
    error = ConnectionFailed("ListObjects", causes, while_connecting=while_connecting)
    return diagnose_connection_failure(error, settings)


# Name and connection


def test_a_name_without_an_address_is_dns(store: LiveStore) -> None:
    report = report_of(store.settings(regionendpoint="http://store.invalid:9000"))
    assert "store.invalid" in only_failure(report, "resolve", Cause.DNS, "regionendpoint").text
    assert layer_statuses(report) == ["failed", "skipped", "skipped", "skipped"]
    assert result_of(report, "cleanup").reason == "nothing was created"


def test_a_closed_port_is_refused(store: LiveStore) -> None:
    with closed_port() as port:
        report = report_of(store.settings(regionendpoint=f"http://127.0.0.1:{port}"))
        assert f"port {port}" in only_failure(report, "connect", Cause.REFUSED, "regionendpoint").text
        assert layer_statuses(report) == ["passed", "failed", "skipped", "skipped"]


def test_an_address_without_a_route_is_unreachable(store: LiveStore) -> None:
    # The broadcast address: the kernel itself refuses, and no packet is sent.
    report = report_of(store.settings(regionendpoint="http://255.255.255.255:80"))
    only_failure(report, "connect", Cause.UNREACHABLE, "regionendpoint")


@pytest.mark.parametrize(
    ("error", "setting", "advice"),
    [
        (socket.gaierror(), "region", "Check the region for typos, and this machine's DNS."),
        (ConnectionRefusedError(), "regionendpoint", "Check the network, proxy and firewall."),
        (OSError(errno.ENETUNREACH, ""), "regionendpoint", "Check the network, VPN and firewall."),
    ],
)
def test_without_an_endpoint_the_advice_does_not_name_it(error: OSError, setting: str, advice: str) -> None:
    finding = finding_for(error, settings=Settings(region="eu-wset-1"))
    assert finding.text.endswith(f" {advice}")
    assert finding.setting == setting


@pytest.mark.parametrize("number", [errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL])
def test_each_error_of_routing_is_unreachable(number: int) -> None:
    assert finding_for(OSError(number, "")).cause is Cause.UNREACHABLE


@pytest.mark.sample
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_silent_port_is_a_timeout(store: LiveStore, scheme: str) -> None:
    with silent_port() as port:
        settings = store.settings(regionendpoint=f"{scheme}://127.0.0.1:{port}", secure=scheme == "https")
        report = report_of(settings, deadline=0.3)
    assert "0.3 seconds" in only_failure(report, "list", Cause.TIMEOUT).text
    assert layer_statuses(report) == ["skipped"] * 4
    assert result_of(report, "write").reason == "the same cause as `list`"


@pytest.mark.parametrize(
    ("while_connecting", "text"),
    [(True, "The connection to store.test, port 9000 timed out"), (False, "accepted the connection but never replied")],
)
def test_a_timeout_says_whether_there_was_a_connection(while_connecting: bool, text: str) -> None:
    finding = finding_for(TimeoutError(), while_connecting=while_connecting)
    assert (finding.cause, finding.setting) == (Cause.TIMEOUT, "regionendpoint")
    assert text in finding.text


def test_a_timeout_without_an_exception_is_a_timeout() -> None:
    error = ConnectionFailed("ListObjects", (), timed_out=True)
    assert diagnose_connection_failure(error, HTTPS).cause is Cause.TIMEOUT


def test_the_first_exception_that_explains_a_failure_counts() -> None:
    finding = finding_for(ValueError(), ConnectionRefusedError(), TimeoutError())
    assert finding.cause is Cause.REFUSED


# TLS


def test_a_certificate_for_another_host_needs_no_exception() -> None:
    with closed_port() as port:
        settings = Settings(regionendpoint=f"https://127.0.0.1:{port}")
        error = ConnectionFailed("ListObjects", (), hostname_mismatch=True)
        assert diagnose_connection_failure(error, settings).cause is Cause.TLS_HOSTNAME


def test_https_to_a_plain_port_is_fixed_by_http(store: LiveStore) -> None:
    settings = store.settings(regionendpoint=store.endpoint.replace("http:", "https:"), secure=True)
    report = report_of(settings)
    finding = only_failure(report, "tls", Cause.PLAIN_HTTP, "regionendpoint")
    assert layer_statuses(report) == ["passed", "passed", "failed", "skipped"]
    assert apply_fix(settings, finding).regionendpoint == store.endpoint
    assert report_of(apply_fix(settings, finding)).passed


def test_https_without_a_scheme_to_a_plain_port_is_fixed_by_http(store: LiveStore) -> None:
    settings = store.settings(regionendpoint=store.endpoint.removeprefix("http://"), secure=True)
    finding = only_failure(report_of(settings), "tls", Cause.PLAIN_HTTP, "regionendpoint")
    assert report_of(apply_fix(settings, finding)).passed


def test_http_to_a_tls_port_is_fixed_by_https(
    moto: Moto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = moto.store(tls=True).settings()
    plain = settings.replace({"regionendpoint": settings.regionendpoint.replace("https:", "http:"), "secure": False})
    report = report_of(plain)
    secure = apply_fix(plain, only_failure(report, "tls", Cause.HTTPS_REQUIRED, "regionendpoint"))
    assert report.leftovers == ()
    assert secure == settings
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    assert report_of(secure).passed


@pytest.mark.sample
@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_ssl_cert_file_without_certificates_is_named(
    moto: Moto, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "ca.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    report = report_of(moto.store(tls=True).settings())
    assert "SSL_CERT_FILE" in only_failure(report, "tls", Cause.TLS_UNTRUSTED, "regionendpoint").text


def test_without_any_trusted_certificate_openssl_has_an_error_of_its_own() -> None:
    error = ssl.SSLError()
    error.reason = "NO_CERTIFICATE_OR_CRL_FOUND"
    with closed_port() as port:
        finding = finding_for(error, settings=Settings(regionendpoint=f"https://127.0.0.1:{port}"))
    assert finding.cause is Cause.TLS_UNTRUSTED
    assert "SSL_CERT_FILE and SSL_CERT_DIR contain no certificates" in finding.text


@pytest.mark.parametrize(
    "reason",
    ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"],
)
def test_each_error_of_a_handshake_with_a_plain_port_is_plain_http(reason: str) -> None:
    error = ssl.SSLError()
    error.reason = reason
    finding = finding_for(error)
    assert finding.cause is Cause.PLAIN_HTTP
    assert finding.fix
    assert finding.fix.set == {"secure": False, "regionendpoint": "http://store.test:9000"}


def test_another_error_of_a_handshake_is_a_store_error() -> None:
    error = ssl.SSLError()
    error.reason = "TLSV1_ALERT_INTERNAL_ERROR"
    assert finding_for(error).cause is Cause.STORE_ERROR


@pytest.mark.sample
@pytest.mark.parametrize("answer", [GO_PLAIN_ANSWER, MINIO_PLAIN_ANSWER], ids=["Go", "MinIO"])
def test_a_tls_port_that_answers_plain_http_with_a_sentence_requires_https(
    store: LiveStore, certificates: Certificates, answer: bytes
) -> None:
    with serve_wsgi(moto_app(), certificates.good, plain_answer=answer) as endpoint:
        settings = store.settings(regionendpoint=endpoint.replace("https:", "http:"))
        report = report_of(settings)
        finding = only_failure(report, "tls", Cause.HTTPS_REQUIRED, "regionendpoint")
        assert apply_fix(settings, finding).regionendpoint == endpoint
        assert report.leftovers == ()


def test_a_port_that_was_reached_over_https_is_not_tried_with_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("connected"))
    assert not expects_tls(HTTPS)


@pytest.mark.parametrize("endpoint", [f"http://{'a' * 60}.{'b' * 60}.test:9000", "http://[::1]:9000"])
def test_the_complete_host_is_dialled(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    dialled: list[object] = []

    def refuse(address: object, **_: object) -> None:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", refuse)
    assert not expects_tls(Settings(regionendpoint=endpoint))
    assert dialled == [(endpoint.removeprefix("http://").rpartition(":")[0].strip("[]"), 9000)]


@pytest.mark.parametrize("error", [UnicodeError, OSError])
def test_a_host_that_cannot_be_dialled_does_not_expect_tls(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("socket.create_connection", fail)
    assert not expects_tls(Settings(regionendpoint="http://store.test"))


# What answers is not S3


@pytest.mark.sample
@pytest.mark.parametrize(
    ("response", "may_hide_a_success"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", True),
        (b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", False),
        (b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n404\n", False),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>", True),
    ],
    ids=["ssh", "text", "json", "not found", "the page of a proxy"],
)
def test_another_server_is_not_s3(store: LiveStore, response: bytes, may_hide_a_success: bool) -> None:
    with fixed_response_port(response) as port:
        report = report_of(store.settings(regionendpoint=f"http://127.0.0.1:{port}"))
    only_failure(report, "list", Cause.NOT_S3, "regionendpoint")
    # A proxy can answer so after the store has written an object. The run may end before an object is sent.
    assert may_hide_a_success or not report.leftovers


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (BadStatusLine("SSH-2.0"), Cause.NOT_S3),
        (RemoteDisconnected(""), Cause.STORE_ERROR),
        (ConnectionResetError(), Cause.STORE_ERROR),
    ],
    ids=["not HTTP", "closed", "reset"],
)
def test_a_connection_that_ends_early_is_an_error_of_the_store(cause: Exception, expected: Cause) -> None:
    assert finding_for(cause).cause is expected


def test_a_finding_displays_a_long_host_cut() -> None:
    host = f"{'a' * 60}.{'b' * 60}.test"
    text = finding_for(ConnectionRefusedError(), settings=Settings(regionendpoint=f"https://{host}")).text
    assert host not in text
    assert f"{host[:79]}…, port 443" in text
