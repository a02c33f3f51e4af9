"""A registry with TLS that is reached through a proxy: the tunnel, its credentials, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.registry.exercise import configured_registry
from tests.registry.registries import DISTRIBUTION_3
from tests.registry.verify_rows import HTPASSWD
from tests.support.certificates import Certificates
from tests.support.http_server import serve_wsgi
from tests.support.proxy import Tunnels, connect_proxy
from tests.support.registry_front import front_of
from tests.support.verification import PASSWORD, failure_of, verified
from wizard.model.findings import Cause
from wizard.model.settings import Settings

HOST = "elsewhere.example"  # a certificate is for it; only the proxy finds it
PROXY_PASSWORD = "Pr0xy-Pa55"


def use(proxy: Tunnels, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the variables of a machine behind the proxy."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    for name in ("https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.ci_server
@pytest.mark.parametrize("user", ["", f"me:{PROXY_PASSWORD}"])
def test_a_registry_is_verified_through_tunnels(
    user: str, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, htpasswd = tmp_path / "images", tmp_path / "htpasswd"
    images.mkdir()
    htpasswd.write_text(HTPASSWD, encoding="utf-8")
    document = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(images)}, "delete": {"enabled": True}},
        "auth": {"htpasswd": {"realm": "registry", "path": str(htpasswd)}},
        "http": {},
    }
    settings = Settings(registry=DISTRIBUTION_3.id, provider="filesystem", rootdirectory=str(images))
    with (
        configured_registry(DISTRIBUTION_3.require(), yaml.safe_dump(document)) as address,
        front_of(address, certificate=certificates.other_host) as url,
        connect_proxy(int(url.rpartition(":")[2]), user=user) as proxy,
    ):
        use(proxy, certificates, monkeypatch)
        report = verified(f"https://{HOST}:5443", settings, PASSWORD)
    assert report.passed, [each.finding for each in report.results]
    assert set(proxy.authorities) == {f"{HOST}:5443"}
    assert set(report.environment) == {"HTTPS_PROXY", "SSL_CERT_FILE"}
    assert [path for path in images.rglob("*") if path.is_file()] == []
    assert PROXY_PASSWORD not in str(report.as_json(""))


@pytest.mark.parametrize(("user", "status"), [("me:other", 200), ("", 403), ("", 502)])
def test_a_proxy_that_opens_no_tunnel_is_named(
    user: str, status: int, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect_proxy(1, user=user, status=status) as proxy:
        address = proxy.url.rpartition("@")[2].removeprefix("http://")
        use(Tunnels(f"http://me:{PROXY_PASSWORD}@{address}"), certificates, monkeypatch)
        check, finding = failure_of(verified(f"https://{HOST}:5443"))
    assert (check, finding.cause) == ("registry", Cause.PROXY)
    assert f"The proxy {address} (HTTPS_PROXY) doesn't connect to {HOST}, port 5443." in finding.text
    assert PROXY_PASSWORD not in finding.text


def test_the_certificate_behind_a_tunnel_is_that_of_the_registry(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        serve_wsgi(lambda *_: [], certificates.good) as url,
        connect_proxy(int(url.rpartition(":")[2])) as proxy,
    ):
        use(proxy, certificates, monkeypatch)
        check, finding = failure_of(verified(f"https://{HOST}:5443"))
    assert (check, finding.cause) == ("registry", Cause.TLS_HOSTNAME)
    assert f"not for {HOST}" in finding.text
