"""What answers at the URL is not a registry, is one that fails, or nothing answers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import NamedTuple

import pytest
from werkzeug.wrappers import Request, Response

from tests.support.certificates import Certificates
from tests.support.http_server import GO_PLAIN_ANSWER, serve_wsgi
from tests.support.moto_server import Moto
from tests.support.ports import closed_port, fixed_response_port, silent_port
from tests.support.proxy import http_proxy
from tests.support.verification import failure_of, verified
from wizard.model.findings import Cause
from wizard.validation.results import Report

_LOGIN = "<!DOCTYPE html><html><form action=/login>"
_UNHEALTHY = '{"errors": [{"code": "UNAVAILABLE", "message": "service unavailable", "detail": "health check failed"}]}'


def answering(body: str, status: int = 200, **headers: str) -> Callable[[], AbstractContextManager[str]]:
    """A server that answers every request in this way; `{url}` in a header is its own URL."""

    @contextlib.contextmanager
    def serve() -> Iterator[str]:
        @Request.application
        def respond(request: Request) -> Response:
            own = {name.replace("_", "-"): value.format(url=request.host) for name, value in headers.items()}
            return Response(body, status, own)

        with serve_wsgi(respond) as url:
            yield url

    return serve


def at(port: Callable[[], AbstractContextManager[int]]) -> Callable[[], AbstractContextManager[str]]:
    """The URL of a port."""

    @contextlib.contextmanager
    def serve() -> Iterator[str]:
        with port() as number:
            yield f"http://127.0.0.1:{number}"

    return serve


class Row(NamedTuple):
    """A server, and what is found at `check`."""

    name: str
    server: Callable[[], AbstractContextManager[str]]
    cause: Cause
    words: str
    check: str = "registry"


ROWS = (
    Row("a web page", answering(_LOGIN), Cause.NOT_REGISTRY, "returned a web page (status 200)"),
    Row("a missing page", answering(_LOGIN, 404), Cause.NOT_REGISTRY, "returned a web page (status 404)"),
    Row("an empty page", answering(""), Cause.NOT_REGISTRY, "returned something that isn't a registry"),
    Row(
        "a login page at another path",
        answering("", 302, Location="/login?next=/v2/"),
        Cause.NOT_REGISTRY,
        "/login, as a login page does",
    ),
    Row(
        "the login page of another registry",
        answering(_LOGIN, 401),
        Cause.NOT_REGISTRY,
        "returned a web page (status 401)",
    ),
    Row(
        "a redirect to https",
        answering("", 301, Location="https://{url}/v2/"),
        Cause.HTTPS_REQUIRED,
        "Use https://127.0.0.1:",
    ),
    Row(
        "a redirect to another host",
        answering("", 301, Location="https://images.example/v2/"),
        Cause.NOT_REGISTRY,
        "Use https://images.example.",
    ),
    Row(
        "a port with TLS",
        at(lambda: fixed_response_port(GO_PLAIN_ANSWER)),
        Cause.HTTPS_REQUIRED,
        "requires HTTPS. Use https://127.0.0.1:",
    ),
    Row("a proxy without a registry", answering(_LOGIN, 502), Cause.REGISTRY_ERROR, "answers with status 502. Look"),
    Row(
        "a registry that is not healthy",
        answering(_UNHEALTHY, 503, Docker_Distribution_Api_Version="registry/2.0"),
        Cause.REGISTRY_ERROR,
        "The registry answers with status 503, UNAVAILABLE: service unavailable. Look into",
    ),
    Row("nothing", at(closed_port), Cause.REFUSED, "Check the URL, and that the registry is running."),
    Row("another protocol", at(lambda: fixed_response_port(b"SSH-2.0\r\n")), Cause.NOT_REGISTRY, "doesn't speak HTTP"),
    Row("no answer at all", at(lambda: fixed_response_port(b"")), Cause.REGISTRY_ERROR, "without an answer"),
    Row(
        "an answer that ends within its head",
        at(lambda: fixed_response_port(b"HTTP/1.1 200 OK\r\nDocker-Distribution")),
        Cause.REGISTRY_ERROR,
        "without an answer",
    ),
    Row(
        "a body that ends early",
        at(lambda: fixed_response_port(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")),
        Cause.REGISTRY_ERROR,
        "sent an incomplete or invalid HTTP response",
    ),
    *(
        Row(
            f"a chunk of size {size.decode()}",
            at(partial(fixed_response_port, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n{}" % size)),
            Cause.REGISTRY_ERROR,
            "sent an incomplete or invalid HTTP response",
        )
        for size in (b"-5", b"zz", b"ffffffff", b"")
    ),
    Row(
        "only interim answers",
        at(lambda: fixed_response_port(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500)),
        Cause.NOT_REGISTRY,
        "doesn't speak HTTP",
    ),
    Row(
        "an answer without an end",
        at(lambda: fixed_response_port(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (2 << 20))),
        Cause.NOT_REGISTRY,
        "an answer without an end",
    ),
    Row(
        "a web server with a password",  # it never gets the one of the registry
        answering(_LOGIN, 401, WWW_Authenticate='Basic realm="intranet"'),
        Cause.NOT_REGISTRY,
        "returned a web page (status 401)",
    ),
    Row(
        "a token server that does not exist",
        answering("{}", 401, WWW_Authenticate='Bearer realm="http://localhost:1/token",service="x"'),
        Cause.REFUSED,
        "as its token server (auth.token.realm). Correct that setting",
        "auth",
    ),
    Row(
        "no token server",
        answering("{}", 401, WWW_Authenticate='Bearer service="x"'),
        Cause.REGISTRY_AUTH,
        "names no token server",
        "auth",
    ),
    Row(
        "a token server without tokens",
        answering("{}", 401, WWW_Authenticate='Bearer realm="http://{url}/token"'),
        Cause.REGISTRY_AUTH,
        "rejects clients without a user name (status 401)",
        "auth",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_answers_is_named(row: Row) -> None:
    with row.server() as url:
        report = verified(url)
    check, finding = failure_of(report)
    assert (check, finding.cause) == (row.check, row.cause), finding.text
    assert row.words in finding.text
    assert report.leftovers == ()


def test_a_store_is_no_registry(moto: Moto) -> None:
    _, finding = failure_of(verified(moto.endpoint))
    assert finding.cause is Cause.NOT_REGISTRY
    assert "answered as an S3 store, not as a registry (status 403)" in finding.text


def test_an_ipv6_address_is_named_in_brackets() -> None:
    _, finding = failure_of(verified("http://[::1]:1"))
    assert "[::1], port 1" in finding.text


def test_a_registry_that_never_answers_ends_with_the_deadline() -> None:
    with silent_port() as port:
        report = verified(f"http://127.0.0.1:{port}", seconds=0.3)
    _, finding = failure_of(report)
    assert finding.cause is Cause.TIMEOUT
    assert report.seconds < 2


# --- TLS ---


@pytest.mark.parametrize(
    ("certificate", "cause", "words"),
    [
        ("self_signed", Cause.TLS_UNTRUSTED, "install its CA"),
        ("good", Cause.TLS_UNTRUSTED, "--insecure"),
        ("expired", Cause.TLS_EXPIRED, "has expired"),
        ("other_host", Cause.TLS_HOSTNAME, "for elsewhere.example, not for 127.0.0.1"),
    ],
)
def test_a_certificate_that_is_not_accepted_is_explained(
    certificate: str, cause: Cause, words: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    if certificate != "good":  # whose CA this machine does not trust
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    with serve_wsgi(Response("{}"), getattr(certificates, certificate)) as url:
        _, finding = failure_of(verified(url))
        assert failure_of(verified(url, insecure=True))[0] == "push"
    assert finding.cause is cause, finding.text
    assert words in finding.text


def test_the_ca_of_ssl_cert_file_is_trusted_and_named(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    with serve_wsgi(Response("{}"), certificates.good) as url:
        report = verified(url)
    assert failure_of(report)[0] == "push"
    assert report.environment == ("SSL_CERT_FILE",)


def test_https_at_a_port_of_plain_http_is_explained() -> None:
    with serve_wsgi(Response("{}")) as url:
        _, finding = failure_of(verified(url.replace("http:", "https:")))
    assert finding.cause is Cause.PLAIN_HTTP
    assert f"use {url}:" in finding.text


def test_a_bundle_without_certificates_is_explained(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    monkeypatch.setenv("SSL_CERT_DIR", "/nonexistent")
    with serve_wsgi(Response("{}"), certificates.good) as url:
        _, finding = failure_of(verified(url))
    assert finding.cause is Cause.TLS_UNTRUSTED


# --- proxies of this machine ---


def through(proxy: str, monkeypatch: pytest.MonkeyPatch, **variables: str) -> Report:
    """The report on a registry whose name only the proxy knows."""
    monkeypatch.delenv("NO_PROXY")
    for name, value in {"HTTP_PROXY": proxy, **variables}.items():
        monkeypatch.setenv(name, value)
    return verified("http://registry.example:5000")


def test_a_registry_behind_a_proxy_is_found_and_the_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_wsgi(Response("{}")) as url, http_proxy(int(url.rpartition(":")[2])) as proxy:
        report = through(proxy.url, monkeypatch)
    assert failure_of(report)[0] == "push"
    assert report.environment == ("HTTP_PROXY",)
    assert set(proxy.requested_hosts) == {"registry.example:5000"}


def test_a_proxy_that_does_not_answer_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as port:
        _, finding = failure_of(through(f"http://me:Pr0xy-Passw0rd@127.0.0.1:{port}", monkeypatch))
    assert finding.cause is Cause.PROXY
    assert f"The proxy 127.0.0.1:{port} (HTTP_PROXY) doesn't connect to registry.example, port 5000." in finding.text
    assert "Passw0rd" not in finding.text


def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _, finding = failure_of(through("socks5://127.0.0.1:1", monkeypatch))
    assert finding.cause is Cause.PROXY
    assert finding.text.startswith("HTTP_PROXY names a proxy that can't be used here: only http:// proxies can.")


# --- projects ---


def test_a_registry_with_projects_says_which_one_is_missing() -> None:
    error = '{"errors": [{"code": "NOT_FOUND", "message": "project storage-wizard-verify not found"}]}'

    @Request.application
    def respond(request: Request) -> Response:
        return Response(*(("{}", 200) if request.path == "/v2/" else (error, 404)))

    with serve_wsgi(respond) as url:
        check, finding = failure_of(verified(url))
    assert (check, finding.cause) == ("push", Cause.REGISTRY_ERROR)
    assert "create the project storage-wizard-verify." in finding.text
