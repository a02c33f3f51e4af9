"""What is trusted, what is said of what is not, proxies, and two clocks."""

from __future__ import annotations

import ctypes
import ipaddress
import socket
import ssl
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.checks.test_checks import finding_of, is_sentence, report_of, result_of
from tests.support import faults
from tests.support.certificates import Certificate, Certificates, issue_certificate
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.ports import closed_port
from tests.support.proxy import http_proxy
from wizard.diagnosis import clock, tls
from wizard.diagnosis.tls import CertificateInfo
from wizard.model.findings import Cause, Finding, Severity, Value
from wizard.model.settings import Settings
from wizard.s3 import ca_bundle
from wizard.validation.results import Status

CA = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


def diagnose_untrusted(served: Certificate, **changes: Value) -> Finding:
    """What is said of a certificate that does not convince."""
    with FaultyStore(certificate=served) as store:
        finding = finding_of(report_of(store.settings(**changes)), "tls")
    assert is_sentence(finding.text)
    assert finding.text.isprintable()
    assert len(finding.text) < 450
    return finding


def named(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is too long
        return x509.Name([x509.NameAttribute(part, text, _validate=False) for part, text in parts])


LOCALHOST, ADDRESS = x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("10.0.0.5"))


# --- what is said of a certificate ---


def test_an_untrusted_certificate_is_described(certificates: Certificates) -> None:
    found = x509.load_pem_x509_certificate(certificates.good.cert.read_bytes())
    finding = diagnose_untrusted(certificates.good)
    assert finding.cause is Cause.TLS_UNTRUSTED
    assert "CN=good, issued by CN=storage-wizard test CA" in finding.text
    assert f"valid until {found.not_valid_after_utc:%Y-%m-%d}" in finding.text
    assert found.fingerprint(hashes.SHA256()).hex(":").upper() in finding.text
    assert finding.fix
    assert "last resort" in finding.fix.text


def test_a_self_signed_one_is_said_to_be_issued_by_itself(certificates: Certificates) -> None:
    assert "CN=self-signed, issued by itself" in diagnose_untrusted(certificates.self_signed).text


def test_one_of_another_host_is_said_for_which(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    finding = diagnose_untrusted(certificates.other_host)
    assert finding.cause is Cause.TLS_HOSTNAME
    assert "is for elsewhere.example, not for 127.0.0.1" in finding.text


def test_one_that_has_expired_is_said_when(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    ended = x509.load_pem_x509_certificate(certificates.expired.cert.read_bytes()).not_valid_after_utc
    finding = diagnose_untrusted(certificates.expired)
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
    monkeypatch.setattr(tls, "OS_RELEASE", path)
    assert says in diagnose_untrusted(certificates.good).text


def test_who_must_trust_it_too_is_named(certificates: Certificates) -> None:
    assert "here, on the registry's host and its clients" in diagnose_untrusted(certificates.good).text
    assert "here and on the registry's host:" in diagnose_untrusted(certificates.good, redirect=False).text


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        (named((NameOID.COMMON_NAME, "x" * 64000)), f": CN={'x' * 36}…, issued by"),
        (named((NameOID.COMMON_NAME, "a\x1b[2J\r\nb\u202ec")), "CN=a�[2J b�c, issued by"),
        (named((NameOID.ORGANIZATION_NAME, "Example & Sons")), "O=Example & Sons, issued by"),
        (named(), ": localhost, issued by CN=its own CA"),
    ],
    ids=["64 kB", "control characters", "no CN", "alternative names only"],
)
def test_whatever_a_certificate_is_called_is_said_safely(tmp_path: Path, subject: x509.Name, says: str) -> None:
    assert says in diagnose_untrusted(issue_certificate(tmp_path, subject)).text


def test_one_that_is_not_valid_yet_is_said_from_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = issue_certificate(tmp_path, named(), valid_from=timedelta(days=2))
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    begins = x509.load_pem_x509_certificate(served.cert.read_bytes()).not_valid_before_utc
    finding = diagnose_untrusted(served)
    assert finding.cause is Cause.TLS_EXPIRED
    assert f"is not valid before {begins:%Y-%m-%d}" in finding.text


def test_where_the_issuer_has_expired_the_certificate_is_not_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = issue_certificate(tmp_path, named(), ca_valid_until=-timedelta(days=2))
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    finding = diagnose_untrusted(served)
    assert finding.cause is Cause.TLS_EXPIRED
    assert finding.text.startswith("A certificate that vouches for 127.0.0.1 has expired. ")


def dns(*names: str) -> tuple[x509.GeneralName, ...]:
    return tuple(map(x509.DNSName, names))


@pytest.mark.parametrize(
    ("hosts", "says"),
    [
        (dns("a.example"), "is for a.example, not for 127.0.0.1. Use https://a.example:"),
        (dns("*.a.example", *"bcde"), "is for *.a.example, b, c and 2 more, not for 127.0.0.1. Use https://b:"),
        (dns("*.a.example"), "is for *.a.example, not for 127.0.0.1. Use a name that it was issued for as"),
        ((ADDRESS,), "is for 10.0.0.5, not for 127.0.0.1. Use a name that it was issued for as the endpoint."),
        ((x509.DNSName("\x1b[2J" + "y" * 5000),), f"is for �[2J{'y' * 55}…, not for 127.0.0.1. Use a name"),
        ((), "(CN=127.0.0.1) has no alternative names, and registries read no other. Issue it again with 127.0.0.1"),
    ],
    ids=["one", "many", "wildcard", "address", "hostile", "none"],
)
def test_the_names_that_a_certificate_is_for_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hosts: tuple[x509.GeneralName, ...], says: str
) -> None:
    monkeypatch.setattr(tls, "_is_same", lambda *_: False)  # asks the name server
    served = issue_certificate(tmp_path, named((NameOID.COMMON_NAME, "127.0.0.1")), hosts)
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    finding = diagnose_untrusted(served)
    assert finding.cause is Cause.TLS_HOSTNAME
    assert says in finding.text
    assert finding.fix is None


def test_a_name_that_leads_to_the_same_place_is_a_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = issue_certificate(tmp_path, named(), (LOCALHOST,))
    monkeypatch.setenv("SSL_CERT_FILE", str(served.ca))
    monkeypatch.setattr("socket.getaddrinfo", only_version_4(socket.getaddrinfo))
    with FaultyStore(certificate=served) as store:
        finding = finding_of(report_of(store.settings()), "tls")
        assert "is for localhost, not for 127.0.0.1. Use https://localhost:" in finding.text
        assert finding.fix
        assert report_of(store.settings(**finding.fix.set)).passed


def only_version_4(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Resolves as a machine does that has one address; others know ::1 too."""
    return lambda host, port, *_, **__: resolve(host, port, socket.AF_INET, socket.SOCK_STREAM)


@pytest.mark.parametrize(
    ("endpoint", "name", "usable"),
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
        ("", "s3.example.com", False),
    ],
)
def test_a_name_is_offered_as_the_endpoint_only_where_it_looks_like_one(endpoint: str, name: str, usable: bool) -> None:
    assert tls._is_usable(name, Settings(regionendpoint=endpoint)) is usable


def test_a_bucket_in_front_of_the_name_is_part_of_it(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", lambda _, *rest, **more: resolve("127.0.0.1", *rest, **more))
    with FaultyStore(certificate=certificates.other_host) as store:
        endpoint = store.endpoint.replace("127.0.0.1", "localhost")
        settings = store.settings(registry="distribution-3", forcepathstyle=False, regionendpoint=endpoint)
        assert f"not for {store.bucket}.localhost. Use a name" in tls.other_host(settings).text
        dotted = settings.replace({"bucket": "with.dots"})
        assert "not for localhost. Use a name" in tls.other_host(dotted).text


@pytest.mark.parametrize(("no_proxy", "is_asked"), [("", False), ("127.0.0.0,store.test", True)])
def test_a_certificate_that_came_through_a_proxy_is_not_looked_up_past_it(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, is_asked: bool
) -> None:
    asked: list[object] = []

    def refuse(address: object, **_: object) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    settings = Settings(regionendpoint="https://store.test:9000", registry="distribution-3")
    text = tls.diagnose_untrusted(settings, "self-signed certificate").text
    assert bool(asked) is is_asked
    assert ("came through a proxy (self-signed certificate)" in text) is not is_asked
    assert "SHA-256" not in text


def test_a_store_with_a_good_certificate_costs_no_look_at_it() -> None:
    code = "import wizard.cli.commands.check, wizard.validation.runner, sys; assert 'cryptography' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def made(subject: x509.Name) -> bytes:
    """A certificate of that name, as DER."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    there = x509.UniformResourceIdentifier("urn:a:b")
    builder = builder.add_extension(x509.SubjectAlternativeName([there]), critical=False)
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_hostile_certificate_says_little() -> None:
    names = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{'x' * 40}\x1b[2J\r\n{n}") for n in range(2000)]
    found = CertificateInfo.read(made(x509.Name(names)))
    assert len(found.subject) <= 61
    assert found.subject.isprintable()
    assert found.names == ()
    assert CertificateInfo.read(made(x509.Name([]))).subject == "nobody"


def test_an_odd_serial_number_is_no_warning_across_the_screen() -> None:
    der = made(named((NameOID.COMMON_NAME, "odd")))
    zero = der.replace(b"\x02\x01\x01", b"\x02\x01\x00", 1)
    assert zero != der
    assert CertificateInfo.read(zero).subject == "CN=odd"


GOOD = made(named())


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"nonsense",
        b"\x30\x82\x01\x00" + b"\x00" * 256,
        made(named((NameOID.COMMON_NAME, "name"))).replace(b"\x0c\x04name", b"\x03\x04\x00ame"),
        GOOD.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x05"),
        GOOD.replace(b"\x86\x07urn:a:b", b"\xa3\x07urn:a:b"),
        GOOD.replace(b"\x86\x07urn:a:b", b"\x82\x07urn\xff\xff:b"),
    ],
    ids=["nothing", "nonsense", "zeros", "bits for a name", "version", "kind of name", "name"],
)
def test_what_is_no_certificate_is_none(der: bytes) -> None:
    assert der != GOOD
    with pytest.raises(ValueError, match=r".*"):
        CertificateInfo.read(der)


def test_a_store_that_has_gone_presents_nothing(store: LiveStore) -> None:
    with closed_port() as port:
        assert tls.fetch_certificate(store.settings(regionendpoint=f"https://127.0.0.1:{port}")) is None


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
    monkeypatch.setattr(ca_bundle, "_LINUX_FOLDERS", (str(tmp_path),))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.self_signed.ca))
    assert report_of(https).passed


@pytest.mark.parametrize("inside", ["AAAA", "not base64!", "", "-----BEGIN CERTIFICATE-----"])
def test_a_broken_certificate_keeps_nobody_from_the_others(
    https: Settings, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    (tmp_path / "a.pem").write_text(CA.format(inside) + certificates.ca.read_text())
    (tmp_path / "b.pem").write_bytes(b"\xff\x00" + certificates.self_signed.ca.read_bytes())
    (tmp_path / "c.pem").mkdir()
    (tmp_path / "d.pem").symlink_to("nowhere")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "a.pem"))
    assert report_of(https).passed
    assert Path(str(ca_bundle.ca_bundle_path())).read_text().count("BEGIN CERTIFICATE") == 2


def test_a_file_that_is_not_there_leaves_the_folders(
    https: Settings, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ca.pem").write_bytes(certificates.ca.read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    assert report_of(https).passed


@pytest.mark.parametrize("content", [None, "", CA.format("AAAA")])
def test_where_nothing_is_trusted_at_all_that_is_said(
    https: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    (tmp_path / "empty").mkdir()
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "empty"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    report = report_of(https)
    assert report.failed == ("tls",)
    finding = finding_of(report, "tls")
    assert (finding.cause, finding.setting) == (Cause.TLS_UNTRUSTED, "skipverify")
    assert "the file that SSL_CERT_FILE names, which holds no certificate now" in finding.text
    assert "CN=good" in finding.text


def test_where_both_variables_are_set_the_system_is_not_added_to(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.self_signed.ca))
    assert "SSL_CERT_FILE" not in diagnose_untrusted(certificates.good).text.replace(
        "name its file in SSL_CERT_FILE", ""
    )
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert "add it as PEM to the file that SSL_CERT_FILE names." in diagnose_untrusted(certificates.good).text


def test_without_the_variables_the_file_of_the_system_is_taken_as_it_is(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ca_bundle, "_LINUX_BUNDLES", ("/nowhere", str(certificates.ca)))
    assert ca_bundle.ca_bundle_path() == str(certificates.ca)


def test_the_bundle_is_gone_when_the_program_is(certificates: Certificates) -> None:
    code = "from wizard.s3 import ca_bundle; print(ca_bundle.ca_bundle_path())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"SSL_CERT_FILE": str(certificates.ca)},
        check=True,
        timeout=60,
        stdout=subprocess.PIPE,
        text=True,
    )
    bundle = Path(run.stdout.strip())
    assert bundle.name.startswith("storage-wizard-trust-")
    assert not bundle.exists()


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
    bundle = Path(str(ca_bundle.ca_bundle_path()))
    assert bundle.stat().st_mode & 0o777 == 0o600
    assert str(bundle) == ca_bundle.ca_bundle_path()
    ssl.create_default_context(cafile=str(bundle))


# --- proxies ---


@pytest.mark.parametrize(
    ("registry", "skipverify", "asks"),
    [("dtr", False, True), ("dtr", True, False), ("distribution-3", False, True), ("distribution-3", True, True)],
)
def test_the_2_x_line_forgets_its_proxy_together_with_the_verification(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch, registry: str, skipverify: bool, asks: bool
) -> None:
    with http_proxy(int(store.endpoint.rpartition(":")[2])) as proxy:
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
        assert bool(proxy.requested_hosts) == asks


def test_a_name_that_only_the_proxy_knows_is_a_warning_where_others_may_have_one_too(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_proxy(int(store.endpoint.rpartition(":")[2])) as proxy:
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
    [
        (True, "so the store's is likely wrong"),
        (False, "so likely wrong. Turn NTP on here"),
        (None, "Let NTP set both"),
    ],
)
@pytest.mark.parametrize(("seconds", "status"), [(3600, Status.FAILED), (-3600, Status.FAILED), (600, Status.WARNING)])
def test_the_clock_that_is_likely_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, synchronised: bool | None, says: str, seconds: int, status: Status
) -> None:
    monkeypatch.setattr(clock, "is_synchronised", lambda: synchronised)
    with FaultyStore(faults.clock_skew(seconds)) as store:
        result = result_of(report_of(store.settings()), "clock")
    assert result.status is status
    assert result.finding
    assert says in result.finding.text
    assert "seconds behind" in result.finding.text if seconds > 0 else "seconds ahead of" in result.finding.text
    assert (result.finding.severity is Severity.WARNING) == (status is Status.WARNING)


def test_the_kernel_is_asked() -> None:
    assert clock.is_synchronised() in (True, False, None)


@pytest.mark.parametrize(
    ("state", "expected"), [(0, True), (1, True), (4, True), (5, False), (6, None), (-1, None)], ids=str
)
def test_what_the_kernel_says_is_understood(monkeypatch: pytest.MonkeyPatch, state: int, expected: bool | None) -> None:
    asked: list[bytes] = []

    class Libc:
        @staticmethod
        def adjtimex(timex: ctypes.Array[ctypes.c_char]) -> int:
            asked.append(timex.raw)
            return state

    monkeypatch.setattr("ctypes.CDLL", lambda _: Libc)
    assert clock.is_synchronised() is expected
    assert asked == [bytes(len(asked[0]))]
    assert len(asked[0]) >= 256


@pytest.mark.parametrize("error", [OSError, AttributeError])
def test_a_kernel_that_cannot_be_asked_is_no_error(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr("ctypes.CDLL", fail)
    assert clock.is_synchronised() is None


def test_a_clock_from_before_this_program_is_certainly_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not clock.is_before_this_program()
    monkeypatch.setattr(clock, "is_synchronised", lambda: True)
    monkeypatch.setattr("time.time", lambda: 0.0)
    finding = clock.skew_warning(3600)
    assert finding
    assert "This machine's is certainly wrong" in finding.text
    assert is_sentence(finding.text)
    monkeypatch.setattr("wizard.__file__", "/nowhere/wizard.zip/wizard/__init__.py")
    assert not clock.is_before_this_program()


def test_nobody_knows_where_there_is_no_kernel_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert clock.is_synchronised() is None
