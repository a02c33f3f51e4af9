"""Certificates are read safely, whatever they hold, and only where a direct connection shows the right one."""

from __future__ import annotations

import ipaddress
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.certificates import Certificates
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port, fixed_response_port
from tests.support.x509_names import distinguished_name
from wizard.diagnosis import certificate
from wizard.diagnosis.certificate import CertificateInfo
from wizard.model.settings import Settings

URI = x509.UniformResourceIdentifier("urn:a:b")


def der_of(subject: x509.Name, *alternative_names: x509.GeneralName) -> bytes:
    """A self-signed certificate with the serial number 1; without names it lacks that extension."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    if alternative_names:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative_names), critical=False)
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


# Reading


def test_a_certificate_is_read() -> None:
    names = (x509.DNSName("a.example"), x509.IPAddress(ipaddress.ip_address("10.0.0.5")), URI)
    der = der_of(distinguished_name((NameOID.COMMON_NAME, "store")), *names)
    expected = x509.load_der_x509_certificate(der)
    assert CertificateInfo.read(der) == CertificateInfo(
        subject="CN=store",
        issuer="itself",
        names=("a.example", "10.0.0.5"),
        not_before=expected.not_valid_before_utc,
        not_after=expected.not_valid_after_utc,
        fingerprint=expected.fingerprint(hashes.SHA256()).hex(":").upper(),
    )


def test_a_certificate_without_the_extension_has_no_names() -> None:
    assert CertificateInfo.read(der_of(distinguished_name((NameOID.COMMON_NAME, "store")))).names == ()


def test_a_certificate_without_a_subject_is_named_after_its_first_host() -> None:
    assert CertificateInfo.read(der_of(x509.Name([]), x509.DNSName("a.example"))).subject == "a.example"


def test_a_certificate_without_a_subject_and_hosts_is_nobodys() -> None:
    assert CertificateInfo.read(der_of(x509.Name([]))).subject == "nobody"


def test_a_subject_is_sanitized_and_cut() -> None:
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{'x' * 40}\x1b[2J\r\n{n}") for n in range(2000)]
    subject = CertificateInfo.read(der_of(x509.Name(attributes))).subject
    assert len(subject) <= 61
    assert subject.isprintable()


def test_a_host_name_is_sanitized_and_cut() -> None:
    (name,) = CertificateInfo.read(der_of(x509.Name([]), x509.DNSName("\x1b[2J" + "y" * 5000))).names
    assert len(name) <= 61
    assert name.isprintable()


def test_a_serial_number_of_zero_is_no_warning() -> None:
    der = der_of(distinguished_name((NameOID.COMMON_NAME, "odd")), URI)
    zero = der.replace(b"\x02\x01\x01", b"\x02\x01\x00", 1)
    assert zero != der
    assert CertificateInfo.read(zero).subject == "CN=odd"


VALID = der_of(distinguished_name(), URI)


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"nonsense",
        b"\x30\x82\x01\x00" + b"\x00" * 256,
        der_of(distinguished_name((NameOID.COMMON_NAME, "name"))).replace(b"\x0c\x04name", b"\x03\x04\x00ame"),
        VALID.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x05"),
        VALID.replace(b"\x86\x07urn:a:b", b"\xa3\x07urn:a:b"),
        VALID.replace(b"\x86\x07urn:a:b", b"\x82\x07urn\xff\xff:b"),
    ],
    ids=["empty", "nonsense", "zeros", "bits for a name", "unknown version", "unknown kind of name", "invalid name"],
)
def test_an_invalid_certificate_is_a_value_error(der: bytes) -> None:
    assert der != VALID
    with pytest.raises(ValueError, match=r".*"):
        CertificateInfo.read(der)


def test_a_valid_certificate_is_never_read() -> None:
    code = "import wizard.cli.commands.check, wizard.validation.runner, sys; assert 'cryptography' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# Fetching


def test_the_certificate_of_a_store_is_fetched(certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.self_signed) as store:
        fetched = certificate.fetch_certificate(store.settings())
        assert store.calls == []
    assert fetched
    assert fetched.subject == "CN=self-signed"


def test_a_closed_port_has_no_certificate(store: LiveStore) -> None:
    with closed_port() as port:
        settings = store.settings(regionendpoint=f"https://127.0.0.1:{port}")
        assert certificate.fetch_certificate(settings) is None


def test_a_port_without_tls_has_no_certificate(store: LiveStore) -> None:
    with fixed_response_port(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        settings = store.settings(regionendpoint=f"https://127.0.0.1:{port}")
        assert certificate.fetch_certificate(settings) is None


def test_an_unreadable_certificate_is_not_fetched(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: bytes) -> CertificateInfo:
        raise ValueError("a certificate against the rules")

    monkeypatch.setattr(CertificateInfo, "read", fail)
    with FaultyStore(certificate=certificates.good) as store:
        assert certificate.fetch_certificate(store.settings()) is None


@pytest.mark.parametrize(("no_proxy", "is_proxied"), [("", True), ("127.0.0.0,store.test", False)])
def test_a_certificate_is_fetched_only_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, is_proxied: bool
) -> None:
    addresses: list[object] = []

    def refuse(address: object, **_: object) -> None:
        addresses.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    settings = Settings(regionendpoint="https://store.test:9000", registry="distribution-3")
    assert certificate.is_proxied(settings) is is_proxied
    assert certificate.fetch_certificate(settings) is None
    assert addresses == ([] if is_proxied else [("store.test", 9000)])


def test_a_registry_that_ignores_the_proxy_is_not_proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    settings = Settings(regionendpoint="https://store.test", registry="dtr", skipverify=True)
    assert not certificate.is_proxied(settings)


# The host of requests


@pytest.mark.parametrize(
    ("bucket", "endpoint", "path_style", "host"),
    [
        ("images", "https://store.test:9000", True, "store.test"),
        ("images", "https://store.test:9000", False, "images.store.test"),
        ("", "https://store.test", False, "store.test"),
        ("with.dots", "https://store.test", False, "store.test"),
        ("images", "https://10.0.0.5", False, "10.0.0.5"),
        ("images", "https://[fd00::5]:9000", False, "fd00::5"),
        ("images", f"https://{'a' * 60}.{'b' * 60}.test", True, f"{'a' * 60}.{'b' * 60}.test"),
    ],
)
def test_the_host_of_requests(bucket: str, endpoint: str, path_style: bool, host: str) -> None:
    settings = Settings(registry="distribution-3", bucket=bucket, regionendpoint=endpoint, forcepathstyle=path_style)
    assert certificate.request_host(settings) == host
