"""Findings about certificates that failed verification."""

from __future__ import annotations

import dataclasses
import ipaddress
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from tests.support.certificates import Certificate, Certificates, issue_certificate
from tests.support.faulty_store import FaultyStore
from tests.support.findings import apply_fix, only_failure
from tests.support.reports import finding_of, is_sentence, report_of
from tests.support.x509_names import distinguished_name
from wizard.diagnosis import tls
from wizard.diagnosis.certificate import CertificateInfo
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings, Value

LOCALHOST, ADDRESS = x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("10.0.0.5"))


def tls_finding(served: Certificate, **changes: Value) -> Finding:
    """The finding for a store with a certificate that fails verification."""
    with FaultyStore(certificate=served) as store:
        finding = finding_of(report_of(store.settings(**changes)), "tls")
    assert is_sentence(finding.text)
    assert finding.text.isprintable()
    assert len(finding.text) < 560
    return finding


# The issuer is not trusted


def test_an_untrusted_certificate_is_described(certificates: Certificates) -> None:
    served = x509.load_pem_x509_certificate(certificates.good.cert.read_bytes())
    finding = tls_finding(certificates.good)
    assert finding.cause is Cause.TLS_UNTRUSTED
    assert "CN=good, issued by CN=storage-wizard test CA" in finding.text
    assert f"valid until {served.not_valid_after_utc:%Y-%m-%d}" in finding.text
    assert served.fingerprint(hashes.SHA256()).hex(":").upper() in finding.text
    assert finding.fix
    assert "Last resort" in finding.fix.text


def test_what_to_do_comes_before_the_details_of_the_certificate(certificates: Certificates) -> None:
    text = tls_finding(certificates.good).text
    assert text.startswith("The TLS certificate of 127.0.0.1 isn't trusted. If you recognise it, install its CA here")
    assert ". Certificate: CN=good, issued by" in text.partition("SSL_CERT_FILE to its file")[2]


def test_a_self_signed_certificate_is_issued_by_itself(certificates: Certificates) -> None:
    assert "CN=self-signed, issued by itself" in tls_finding(certificates.self_signed).text


def test_an_untrusted_certificate_is_fixed_by_skipverify_or_by_trusting_it(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultyStore(certificate=certificates.self_signed) as store:
        finding = only_failure(report_of(store.settings()), "tls", Cause.TLS_UNTRUSTED, "regionendpoint")
        assert store.calls == []
        assert report_of(apply_fix(store.settings(), finding)).passed
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.self_signed.ca))
        assert report_of(store.settings()).passed


def test_skipping_verification_writes_no_warning(
    certificates: Certificates, recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str]
) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        assert report_of(store.settings(skipverify=True)).passed
    assert not recwarn.list
    assert capfd.readouterr().err == ""


@pytest.mark.sample
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (distinguished_name((NameOID.COMMON_NAME, "x" * 64000)), f": CN={'x' * 36}…, issued by"),
        (distinguished_name((NameOID.COMMON_NAME, "a\x1b[2J\r\nb\u202ec")), "CN=a�[2J b�c, issued by"),
        (distinguished_name((NameOID.ORGANIZATION_NAME, "Example & Sons")), "O=Example & Sons, issued by"),
        (distinguished_name(), ": localhost, issued by CN=its own CA"),
    ],
    ids=["64 kB", "control characters", "no CN", "alternative names only"],
)
def test_any_subject_is_displayed_safely(tmp_path: Path, subject: x509.Name, text: str) -> None:
    assert text in tls_finding(issue_certificate(tmp_path, subject)).text


def test_a_certificate_behind_a_proxy_is_not_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    settings = Settings(regionendpoint="https://store.test:9000", registry="distribution-3")
    text = tls.diagnose_untrusted(settings, "self-signed certificate").text
    assert "isn't trusted, which came through a proxy (self-signed certificate)." in text


def test_a_certificate_that_cannot_be_fetched_is_not_described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "fetch_certificate", lambda _: None)
    text = tls.diagnose_untrusted(Settings(regionendpoint="https://store.test"), "reason").text
    assert "The TLS certificate of store.test isn't trusted (reason)." in text


# How to trust the issuer


@pytest.mark.parametrize(
    ("release", "text"),
    [
        ({"ID": "debian"}, "/usr/local/share/ca-certificates/ && sudo update-ca-certificates"),
        ({"ID": "ubuntu"}, "/usr/local/share/ca-certificates/ && sudo update-ca-certificates"),
        ({"ID": "alpine"}, "/usr/local/share/ca-certificates/ && sudo update-ca-certificates"),
        ({"ID": "rhel"}, "/etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust"),
        ({"ID": "fedora"}, "/etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust"),
        ({"ID": "centos"}, "/etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "/etc/pki/ca-trust/source/anchors/"),
        ({"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "/etc/pki/trust/anchors/"),
        ({"ID": "suse"}, "/etc/pki/trust/anchors/ && sudo update-ca-certificates"),
        ({"ID": "opensuse"}, "/etc/pki/trust/anchors/ && sudo update-ca-certificates"),
        ({"ID": "sles"}, "/etc/pki/trust/anchors/ && sudo update-ca-certificates"),
        ({"ID": "arch"}, "sudo trust anchor CA.crt"),
        ({"ID": "plan9"}, "set SSL_CERT_FILE to its file"),
        ({}, "set SSL_CERT_FILE to its file"),
    ],
    ids=lambda value: value.get("ID", "none") if isinstance(value, dict) else "",
)
def test_the_command_is_that_of_this_system(
    monkeypatch: pytest.MonkeyPatch, release: dict[str, str], text: str
) -> None:
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: release)
    assert text in tls.trust_instructions()
    assert tls.trust_instructions().endswith("set SSL_CERT_FILE to its file")


@pytest.mark.parametrize("error", [OSError(), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid")], ids=repr)
def test_a_system_without_a_release_file_uses_ssl_cert_file(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail() -> dict[str, str]:
        raise error

    monkeypatch.setattr("platform.freedesktop_os_release", fail)
    assert tls.trust_instructions() == "set SSL_CERT_FILE to its file"


def test_an_ssl_cert_file_without_certificates_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    assert "the file that SSL_CERT_FILE names, which contains no certificate now" in tls.trust_instructions()


def test_if_nothing_else_is_read_a_ca_is_added_to_ssl_cert_file(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.self_signed.ca))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert tls.trust_instructions() == "add it in PEM format to the file that SSL_CERT_FILE names"


def test_the_machines_that_must_trust_it_are_named(certificates: Certificates) -> None:
    assert "here, on the registry's host and its clients" in tls_finding(certificates.good).text
    assert "here and on the registry's host:" in tls_finding(certificates.good, redirect=False).text


@pytest.mark.parametrize(
    ("registry", "text"),
    [
        (
            "harbor",
            ' Harbor needs it too: set "ca_bundle" in storage_service of harbor.yml to the path of the CA file.',
        ),
        ("gitlab", " GitLab needs it too: copy the CA file to /etc/gitlab/trusted-certs."),
        ("distribution-3", ""),
    ],
)
def test_a_registry_that_does_not_see_the_cas_of_its_host_is_made_to_trust_it(
    monkeypatch: pytest.MonkeyPatch, registry: str, text: str
) -> None:
    monkeypatch.setattr(tls, "fetch_certificate", lambda _: None)
    settings = Settings(registry=registry, regionendpoint="https://store.test")
    assert tls.diagnose_untrusted(settings, "reason").text.endswith(f"SSL_CERT_FILE to its file.{text}")


@pytest.mark.parametrize(("registry", "is_offered"), [("openshift", False), ("distribution-3", True)])
def test_what_the_registry_cannot_skip_is_not_offered(
    monkeypatch: pytest.MonkeyPatch, registry: str, is_offered: bool
) -> None:
    monkeypatch.setattr(tls, "fetch_certificate", lambda _: None)
    finding = tls.diagnose_untrusted(Settings(registry=registry, regionendpoint="https://store.test"), "reason")
    assert (finding.fix is not None) is is_offered


@pytest.mark.sample
@pytest.mark.parametrize("content", [None, "", "no certificate"], ids=["missing", "empty", "text"])
def test_if_nothing_is_trusted_at_all_the_certificate_is_described(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    (tmp_path / "empty").mkdir()
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "empty"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with FaultyStore(certificate=certificates.good) as store:
        finding = only_failure(report_of(store.settings()), "tls", Cause.TLS_UNTRUSTED, "regionendpoint")
    assert "CN=good" in finding.text


# The certificate is not valid now


def test_an_expired_certificate_has_a_date(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    not_after = x509.load_pem_x509_certificate(certificates.expired.cert.read_bytes()).not_valid_after_utc
    finding = tls_finding(certificates.expired)
    assert (finding.cause, finding.setting) == (Cause.TLS_EXPIRED, "regionendpoint")
    assert f"has expired on {not_after:%Y-%m-%d}" in finding.text


def test_an_expired_certificate_whose_issuer_is_not_trusted_has_expired(certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.expired) as store:
        finding = only_failure(report_of(store.settings()), "tls", Cause.TLS_EXPIRED, "regionendpoint")
    assert "has expired on" in finding.text


def test_a_certificate_that_is_not_valid_yet_has_a_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = issue_certificate(tmp_path, distinguished_name(), valid_from=timedelta(days=2))
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    not_before = x509.load_pem_x509_certificate(served.cert.read_bytes()).not_valid_before_utc
    finding = tls_finding(served)
    assert finding.cause is Cause.TLS_EXPIRED
    assert f"is not valid before {not_before:%Y-%m-%d}" in finding.text


def test_the_certificate_is_not_blamed_for_an_expired_issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = issue_certificate(tmp_path, distinguished_name(), ca_valid_until=-timedelta(days=2))
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    finding = tls_finding(served)
    assert finding.cause is Cause.TLS_EXPIRED
    assert finding.text.startswith("A CA certificate in 127.0.0.1's chain has expired. ")


@pytest.mark.parametrize(("verify_code", "text"), [(10, "has expired. "), (9, "is not valid yet. ")])
def test_an_invalid_certificate_that_cannot_be_fetched_has_no_date(
    monkeypatch: pytest.MonkeyPatch, verify_code: int, text: str
) -> None:
    monkeypatch.setattr(tls, "fetch_certificate", lambda _: None)
    error = ssl.SSLCertVerificationError()
    error.verify_code = verify_code
    finding = tls.diagnose_verification_error(error, Settings(regionendpoint="https://store.test"))
    assert finding.cause is Cause.TLS_EXPIRED
    assert finding.text.startswith(f"The certificate of store.test {text}")


# The certificate is for other hosts


def test_a_certificate_for_another_host_is_not_accepted(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    with FaultyStore(certificate=certificates.other_host) as store:
        finding = only_failure(report_of(store.settings()), "tls", Cause.TLS_HOSTNAME, "regionendpoint")
        assert store.calls == []
        assert report_of(store.settings(skipverify=True)).passed
    assert "is for elsewhere.example, not for 127.0.0.1" in finding.text


@pytest.mark.parametrize("verify_code", [62, 64], ids=["host name", "IP address"])
def test_openssl_can_find_a_hostname_mismatch_too(monkeypatch: pytest.MonkeyPatch, verify_code: int) -> None:
    monkeypatch.setattr(tls, "fetch_certificate", lambda _: None)
    error = ssl.SSLCertVerificationError()
    error.verify_code = verify_code
    finding = tls.diagnose_verification_error(error, Settings(regionendpoint="https://store.test"))
    assert finding.cause is Cause.TLS_HOSTNAME


def dns_names(*names: str) -> tuple[x509.GeneralName, ...]:
    return tuple(map(x509.DNSName, names))


@pytest.mark.sample
@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        (dns_names("a.example"), "is for a.example, not for 127.0.0.1. Use https://a.example:"),
        (dns_names("*.a.example", *"bcde"), "is for *.a.example, b, c and 2 more, not for 127.0.0.1. Use https://b:"),
        (dns_names("*.a.example"), "is for *.a.example, not for 127.0.0.1. Use a name from the certificate as"),
        ((ADDRESS,), "is for 10.0.0.5, not for 127.0.0.1. Use a name from the certificate as the endpoint."),
        ((x509.DNSName("\x1b[2J" + "y" * 5000),), f"is for �[2J{'y' * 55}…, not for 127.0.0.1. Use a name"),
        ((), "(CN=127.0.0.1) has no Subject Alternative Name. Reissue it with 127.0.0.1"),
    ],
    ids=["one", "many", "wildcard", "address", "unsafe", "none"],
)
def test_the_hosts_of_a_certificate_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hosts: tuple[x509.GeneralName, ...], text: str
) -> None:
    monkeypatch.setattr(tls, "_is_same_server", lambda *_: False)  # would ask a name server
    served = issue_certificate(tmp_path, distinguished_name((NameOID.COMMON_NAME, "127.0.0.1")), hosts)
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    finding = tls_finding(served)
    assert finding.cause is Cause.TLS_HOSTNAME
    assert text in finding.text
    assert finding.fix is None


def test_a_certificate_that_cannot_be_fetched_is_for_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "fetch_certificate", lambda _: None)
    finding = tls.diagnose_hostname_mismatch(Settings(regionendpoint="https://store.test"))
    assert finding.text.startswith("The certificate is not for store.test. Use a name from the certificate")


def test_the_bucket_in_front_of_the_host_is_named(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", lambda _, *rest, **more: resolve("127.0.0.1", *rest, **more))
    with FaultyStore(certificate=certificates.other_host) as store:
        endpoint = store.endpoint.replace("127.0.0.1", "localhost")
        settings = store.settings(registry="distribution-3", forcepathstyle=False, regionendpoint=endpoint)
        text = tls.diagnose_hostname_mismatch(settings).text
    assert f"not for {store.bucket}.localhost. Use a name" in text


# Another host of the certificate as the endpoint


def test_a_name_of_the_same_server_is_a_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = issue_certificate(tmp_path, distinguished_name(), (LOCALHOST,))
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    monkeypatch.setattr("socket.getaddrinfo", only_ipv4(socket.getaddrinfo))
    with FaultyStore(certificate=served) as store:
        finding = finding_of(report_of(store.settings()), "tls")
        assert "is for localhost, not for 127.0.0.1. Use https://localhost:" in finding.text
        assert report_of(apply_fix(store.settings(), finding)).passed


def only_ipv4(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Resolves as on a machine with one address; others resolve localhost to ::1 too."""
    return lambda host, port, *_, **__: resolve(host, port, socket.AF_INET, socket.SOCK_STREAM)


@pytest.mark.parametrize(
    ("addresses", "is_offered"),
    [
        ({"10.0.0.1"}, True),
        ({"10.0.0.1", "10.0.0.2"}, True),
        ({"10.9.9.9"}, False),
        ({"10.0.0.1", "10.9.9.9"}, False),
        (set[str](), False),
    ],
    ids=["one of its addresses", "all of its addresses", "another address", "also another address", "unknown"],
)
def test_nothing_signed_is_sent_to_a_host_that_only_a_certificate_names(
    monkeypatch: pytest.MonkeyPatch, certificates: Certificates, addresses: set[str], is_offered: bool
) -> None:
    """A fix for a name in the certificate is offered only if all of its addresses are those of the endpoint."""
    known = {"minio": {"10.0.0.1", "10.0.0.2"}, "minio.example.com": addresses}

    def resolve(host: str, port: int) -> list[tuple[object, ...]]:
        if not known[host]:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

    presented = CertificateInfo.read(ssl.PEM_cert_to_DER_cert(certificates.good.cert.read_text()))
    presented = dataclasses.replace(presented, names=("minio.example.com",))
    monkeypatch.setattr(tls, "fetch_certificate", lambda _: presented)
    monkeypatch.setattr("socket.getaddrinfo", resolve)
    finding = tls.diagnose_hostname_mismatch(Settings(registry="dtr", regionendpoint="https://minio:9000"))
    assert "Use https://minio.example.com:9000 as the endpoint." in finding.text
    fix = {"regionendpoint": "https://minio.example.com:9000"} if is_offered else None
    assert (dict(finding.fix.set) if finding.fix else None) == fix


@pytest.mark.parametrize(
    ("endpoint", "name", "is_candidate"),
    [
        ("https://minio:9000", "minio.example.com", True),
        ("https://MINIO.lan", "minio.example.com", True),
        ("minio", "MinIO.example.com", True),
        ("https://[fd00::5]:9000", "minio.example.com", True),
        ("https://minio.example.com", "minio.example.com", False),
        ("https://minio", "other.example.com", False),
        ("https://minio", "*.example.com", False),
        ("https://minio", "minio.exam ple", False),
        ("https://minio", "localhost", False),
        ("https://10.0.0.5", "localhost", False),
        ("https://127.0.0.1", "localhost", True),
        ("https://127.0.0.1", "10.0.0.5", False),
        ("", "s3.example.com", False),
    ],
)
def test_a_name_in_a_certificate_can_replace_a_similar_host(endpoint: str, name: str, is_candidate: bool) -> None:
    assert tls._is_candidate(name, Settings(regionendpoint=endpoint)) is is_candidate
