"""Proxies that fail: the finding names the proxy and its variable, and never a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.support.ports import closed_port
from tests.support.reports import finding_of, report_of
from wizard.model.findings import Cause, Finding
from wizard.model.secret import Secret
from wizard.model.settings import Settings

SETTINGS = Settings(
    registry="distribution-3",
    provider="other",
    bucket="images",
    regionendpoint="http://store.test:9000",
    secure=False,
    accesskey="key",
    secretkey=Secret("secret"),
    v4auth=True,
    forcepathstyle=True,
    redirect=False,
)
HTTPS = SETTINGS.replace({"regionendpoint": "https://store.test:9000", "secure": True})


@contextmanager
def refusing_proxy(status: int) -> Iterator[str]:
    """A proxy that answers every request with `status`."""

    class Handler(BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_POST = do_HEAD = do_CONNECT = _refuse  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            """Logs nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def finding_with(monkeypatch: pytest.MonkeyPatch, proxy: str, settings: Settings) -> Finding:
    """What `connect` reports through `proxy`."""
    monkeypatch.delenv("NO_PROXY")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, proxy)
    return finding_of(report_of(settings), "connect")


@pytest.mark.parametrize("settings", [SETTINGS, HTTPS], ids=["http", "https"])
def test_a_proxy_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    with closed_port() as port:
        finding = finding_with(monkeypatch, f"http://user:pass%40word@127.0.0.1:{port}", settings)
    variable = "HTTPS_PROXY" if settings.secure else "HTTP_PROXY"
    assert finding.cause is Cause.PROXY
    assert f"127.0.0.1:{port} ({variable}) doesn't answer" in finding.text
    assert "pass" not in finding.text


@pytest.mark.parametrize("settings", [SETTINGS, HTTPS], ids=["http", "https"])
def test_a_proxy_that_requires_a_password_is_named(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    with refusing_proxy(407) as address:
        finding = finding_with(monkeypatch, f"http://{address}", settings)
    assert finding.cause is Cause.PROXY
    assert f"The proxy {address} " in finding.text
    assert "requires a user name and a password" in finding.text


def test_a_proxy_that_refuses_to_connect_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with refusing_proxy(403) as address:
        finding = finding_with(monkeypatch, f"http://{address}", HTTPS)
    assert finding.cause is Cause.PROXY
    assert "refused to connect to the store (status 403)" in finding.text


@pytest.mark.sample(3)
@pytest.mark.parametrize("status", [403, 405, 404, 502, 503, 504])
def test_a_proxy_that_answers_itself_is_named(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with refusing_proxy(status) as address:
        finding = finding_with(monkeypatch, f"http://{address}", SETTINGS)
    assert finding.cause is Cause.PROXY
    assert f"The proxy {address} (HTTP_PROXY) is used" in finding.text
    assert f"(status {status})" in finding.text


@pytest.mark.parametrize(
    ("proxy", "kind"),
    [
        ("socks5://10.0.0.1:1080", "a SOCKS proxy"),
        ("SOCKS5H://u:p@10.0.0.1", "a SOCKS proxy"),
        ("ftp://10.0.0.1", "kind"),
    ],
)
def test_a_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str, kind: str) -> None:
    finding = finding_with(monkeypatch, proxy, SETTINGS)
    assert finding.cause is Cause.PROXY
    assert "The proxy 10.0.0.1" in finding.text
    assert kind in finding.text
    assert "u:p" not in finding.text


def test_a_socks_proxy_is_not_used_where_no_proxy_excludes_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "socks5://10.0.0.1:1080")
    monkeypatch.setenv("NO_PROXY", ".test")
    assert finding_of(report_of(SETTINGS), "resolve").cause is Cause.DNS


@pytest.mark.sample(4)
@pytest.mark.parametrize("settings", [SETTINGS, HTTPS], ids=["http", "https"])
@pytest.mark.parametrize(
    "value",
    [
        *("http://[::1", "http://h\u2100i:1", "http://h:99999", "http://user:pa#canary@proxy:3128", "http://h:\u0663"),
        *("http://user:canary", "http://user:pa/canary@proxy:3128", "http://h\udcff:1", "http://user:canary%40proxy/"),
    ],
)
def test_a_variable_that_is_no_address_is_named(
    monkeypatch: pytest.MonkeyPatch, value: str, settings: Settings
) -> None:
    finding = finding_with(monkeypatch, value, settings)
    variable = "HTTPS_PROXY" if settings.secure else "HTTP_PROXY"
    assert finding.cause is Cause.PROXY
    assert finding.text.startswith(f"{variable} is not a proxy address, so nothing was tested. ")
    assert "canary" not in finding.text
