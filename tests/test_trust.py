"""What is trusted, what is said of what is not, proxies, and two clocks."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests import broken_store as broken
from tests.broken_store import BrokenStore
from tests.certificates import Certificate, Certificates
from tests.proxy import proxy_to
from tests.servers import LiveStore, Moto, closed_port
from tests.test_checks import finding_of, report_of, result_of
from wizard.finding import Cause, Finding, Severity, Value
from wizard.settings import Settings
from wizard.store import certificate, clock, trust
from wizard.store.certificate import Presented
from wizard.store.report import Status


def untrusted(served: Certificate) -> Finding:
    """What is said of a certificate that nobody trusts."""
    with BrokenStore(certificate=served) as store:
        return finding_of(report_of(store.settings()), "tls")


# --- what is said of a certificate ---


def test_an_untrusted_certificate_is_described(certificates: Certificates) -> None:
    found = x509.load_pem_x509_certificate(certificates.good.cert.read_bytes())
    finding = untrusted(certificates.good)
    assert finding.cause is Cause.TLS_UNTRUSTED
    assert "CN=good, issued by CN=storage-wizard test CA" in finding.text
    assert f"valid until {found.not_valid_after_utc:%Y-%m-%d}" in finding.text
    assert found.fingerprint(hashes.SHA256()).hex(":").upper() in finding.text
    assert finding.fix
    assert "last resort" in finding.fix.text


def test_a_self_signed_one_is_said_to_be_issued_by_itself(certificates: Certificates) -> None:
    assert "CN=self-signed, issued by itself" in untrusted(certificates.self_signed).text


def test_one_of_another_host_is_said_for_which(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    finding = untrusted(certificates.other_host)
    assert finding.cause is Cause.TLS_HOSTNAME
    assert "is for elsewhere.example, not for 127.0.0.1" in finding.text


def test_one_that_has_expired_is_said_when(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    ended = x509.load_pem_x509_certificate(certificates.expired.cert.read_bytes()).not_valid_after_utc
    finding = untrusted(certificates.expired)
    assert finding.cause is Cause.TLS_EXPIRED
    assert f"has expired on {ended:%Y-%m-%d}" in finding.text


@pytest.mark.parametrize(
    ("os_release", "says"),
    [
        ("ID=debian\n", "/usr/local/share/ca-certificates/ && sudo update-ca-certificates"),
        ('NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n', "/etc/pki/ca-trust/source/anchors/"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', "/etc/pki/trust/anchors/"),
        ("ID=arch\n", "sudo trust anchor CA.crt"),
        ("ID=plan9\n\nnonsense\n", "SSL_CERT_FILE"),
        (None, "SSL_CERT_FILE"),
    ],
)
def test_how_to_trust_is_told_for_this_system(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, os_release: str | None, says: str
) -> None:
    path = tmp_path / "os-release"
    if os_release is not None:
        path.write_text(os_release)
    monkeypatch.setattr(certificate, "OS_RELEASE", path)
    assert says in untrusted(certificates.good).text


def made(subject: x509.Name) -> bytes:
    """A certificate of that name, as DER."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_hostile_certificate_says_little() -> None:
    names = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{'x' * 40}\x1b[2J\r\n{n}") for n in range(2000)]
    found = Presented.read(made(x509.Name(names)))
    assert len(found.subject) <= 61
    assert found.subject.isprintable()
    assert found.names == ()
    assert Presented.read(made(x509.Name([]))).subject == "nobody"


@pytest.mark.parametrize("der", [b"", b"nonsense", b"\x30\x82\x01\x00" + b"\x00" * 256])
def test_what_is_no_certificate_is_none(der: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Presented.read(der)


def test_a_store_that_has_gone_presents_nothing(store: LiveStore) -> None:
    with closed_port() as port:
        assert certificate.presented(store.settings(regionendpoint=f"https://127.0.0.1:{port}")) is None


# --- what a Go program trusts ---


@pytest.fixture
def https(moto: Moto) -> Settings:
    return moto.store(tls=True).settings()


def test_the_folders_that_ssl_cert_dir_names_are_trusted(
    https: Settings, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "certs"
    folder.mkdir()
    (folder / "notes.txt").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path}/nowhere:{folder}")
    assert report_of(https).failed == ("tls",)
    (folder / "our-own-ca").write_bytes(certificates.ca.read_bytes())
    assert report_of(https).passed


def test_beside_the_file_that_is_named_the_folders_still_count(
    https: Settings, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ca.pem").write_bytes(certificates.ca.read_bytes())
    monkeypatch.setattr(trust, "_LINUX_FOLDERS", (str(tmp_path),))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.self_signed.ca))
    assert report_of(https).passed


def test_a_file_that_was_changed_is_read_again(
    https: Settings, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "ca.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    assert report_of(https).failed == ("tls",)
    named.write_bytes(certificates.ca.read_bytes())
    assert report_of(https).passed


def test_the_bundle_is_ours_alone_and_made_once(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    bundle = Path(str(trust.system_bundle()))
    assert bundle.stat().st_mode & 0o777 == 0o600
    assert str(bundle) == trust.system_bundle()
    ssl.create_default_context(cafile=str(bundle))


# --- proxies ---


@pytest.mark.parametrize(
    ("registry", "skipverify", "asks"),
    [("dtr", False, True), ("dtr", True, False), ("distribution-3", False, True), ("distribution-3", True, True)],
)
def test_the_2_x_line_forgets_its_proxy_together_with_the_verification(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch, registry: str, skipverify: bool, asks: bool
) -> None:
    with proxy_to(int(store.endpoint.rpartition(":")[2])) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY")
        changes: dict[str, Value] = {
            "registry": registry,
            "skipverify": skipverify,
            "forcepathstyle": True,
            "redirect": False,
        }
        report = report_of(store.settings(regionendpoint="http://store.test:9000", **changes))
        assert report.passed == asks
        assert bool(proxy.asked) == asks


def test_a_name_that_only_the_proxy_knows_is_a_warning_where_others_may_have_one_too(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy_to(int(store.endpoint.rpartition(":")[2])) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY")
        report = report_of(store.settings(regionendpoint="http://store.test:9000"))
        assert report.passed
        assert result_of(report, "presigned-read").status is Status.WARNING
        assert "proxy" in finding_of(report, "presigned-read").text
        internal = report_of(store.settings(regionendpoint="http://minio:9000"))
        assert internal.failed == ("presigned-read",)


# --- two clocks ---


@pytest.mark.parametrize(
    ("synchronised", "says"),
    [(True, "the store's is likely wrong"), (False, "it is likely the wrong one"), (None, "Let NTP set both")],
)
@pytest.mark.parametrize(("seconds", "status"), [(3600, Status.FAILED), (-3600, Status.FAILED), (600, Status.WARNING)])
def test_the_clock_that_is_likely_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, synchronised: bool | None, says: str, seconds: int, status: Status
) -> None:
    monkeypatch.setattr(clock, "is_synchronised", lambda: synchronised)
    with BrokenStore(broken.skew(seconds)) as store:
        result = result_of(report_of(store.settings()), "clock")
    assert result.status is status
    assert result.finding
    assert says in result.finding.text
    assert "seconds behind" in result.finding.text if seconds > 0 else "seconds ahead of" in result.finding.text
    assert (result.finding.severity is Severity.WARNING) == (status is Status.WARNING)


def test_the_kernel_is_asked_and_a_clock_before_this_program_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.is_synchronised() in (True, False, None)
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert clock.is_synchronised() is False


def test_nobody_knows_where_there_is_no_kernel_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert clock.is_synchronised() is None
