"""Every cause that loopback can produce: on the right check, below the right setting, and mended by its fix."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import faults
from tests.support.certificates import Certificate, Certificates
from tests.support.faulty_store import Fault, FaultyStore
from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto, moto_app
from tests.support.ports import closed_port, fixed_response_port, silent_port
from tests.support.rclone import Rclone
from tests.support.reports import finding_of, is_sentence, report_of, result_of
from wizard.model.findings import Cause, Finding, Value
from wizard.model.secret import Secret
from wizard.model.settings import MIB, Settings
from wizard.validation import runner
from wizard.validation.results import Report, Status


def mended(settings: Settings, finding: Finding) -> Settings:
    assert finding.fix is not None
    assert finding.fix.set
    return settings.replace(finding.fix.set)


def the_only_red(report: Report, check: str, cause: Cause, setting: str = "") -> Finding:
    """The finding of the one failed check."""
    assert report.failed == (check,)
    finding = finding_of(report, check)
    assert (finding.cause, finding.setting) == (cause, setting)
    assert is_sentence(finding.text)
    assert not report.passed
    return finding


def statuses_of_layers(report: Report) -> list[str]:
    return [result_of(report, layer).status.value for layer in ("resolve", "connect", "tls", "clock")]


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    return lambda ca: monkeypatch.setenv("SSL_CERT_FILE", str(ca))


# --- name, connection ---


def test_a_setting_that_makes_no_sense_stops_before_the_first_call() -> None:
    with FaultyStore() as store:
        report = report_of(store.settings(keyid="key"))
        finding = the_only_red(report, "settings", Cause.INVALID_SETTING, "keyid")
        assert store.calls == []
        assert {result.status for result in report.results[1:]} == {Status.SKIPPED}
        assert mended(store.settings(keyid="key"), finding).encrypt


def test_a_name_that_nobody_knows_is_dns(store: LiveStore) -> None:
    report = report_of(store.settings(regionendpoint="http://store.invalid:9000"))
    assert "store.invalid" in the_only_red(report, "resolve", Cause.DNS, "regionendpoint").text
    assert statuses_of_layers(report) == ["failed", "skipped", "skipped", "skipped"]
    assert result_of(report, "cleanup").reason == "nothing was made"


def test_a_closed_port_is_refused(store: LiveStore) -> None:
    with closed_port() as port:
        report = report_of(store.settings(regionendpoint=f"http://127.0.0.1:{port}"))
        assert f"port {port}" in the_only_red(report, "connect", Cause.REFUSED, "regionendpoint").text
        assert statuses_of_layers(report) == ["passed", "failed", "skipped", "skipped"]


def test_an_address_without_a_way_to_it_is_unreachable(store: LiveStore) -> None:
    # The broadcast address: the kernel itself refuses, and no packet leaves.
    report = report_of(store.settings(regionendpoint="http://255.255.255.255:80"))
    the_only_red(report, "connect", Cause.UNREACHABLE, "regionendpoint")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_silent_port_is_a_timeout_once_the_time_is_up(store: LiveStore, scheme: str) -> None:
    with silent_port() as port:
        settings = store.settings(regionendpoint=f"{scheme}://127.0.0.1:{port}", secure=scheme == "https")
        *_, report = runner.run_checks(settings, deadline=0.3)
        assert isinstance(report, Report)
        assert "0.3 seconds" in the_only_red(report, "list", Cause.TIMEOUT, "regionendpoint").text
        assert statuses_of_layers(report) == ["skipped"] * 4
        assert result_of(report, "write").reason == "the same cause as `list`"


# --- certificates, http and https ---


def test_https_to_a_plain_port_is_mended_by_http(store: LiveStore) -> None:
    settings = store.settings(regionendpoint=store.endpoint.replace("http:", "https:"), secure=True)
    report = report_of(settings)
    finding = the_only_red(report, "tls", Cause.PLAIN_HTTP, "regionendpoint")
    assert statuses_of_layers(report) == ["passed", "passed", "failed", "skipped"]
    assert mended(settings, finding).regionendpoint == store.endpoint
    assert report_of(mended(settings, finding)).passed


def test_https_by_default_to_a_plain_port_is_mended_too(store: LiveStore) -> None:
    settings = store.settings(regionendpoint=store.endpoint.removeprefix("http://"), secure=True)
    assert report_of(
        mended(settings, the_only_red(report_of(settings), "tls", Cause.PLAIN_HTTP, "regionendpoint"))
    ).passed


def test_http_to_a_tls_port_is_mended_by_https_and_then_by_trust(
    moto: Moto, certificates: Certificates, trusted: Callable[[Path], None]
) -> None:
    settings = moto.store(tls=True).settings()
    plain = settings.replace({"regionendpoint": settings.regionendpoint.replace("https:", "http:"), "secure": False})
    report = report_of(plain)
    secure = mended(plain, the_only_red(report, "tls", Cause.HTTPS_REQUIRED, "regionendpoint"))
    assert report.leftovers == ()
    assert secure == settings
    finding = the_only_red(report_of(secure), "tls", Cause.TLS_UNTRUSTED, "skipverify")
    assert report_of(mended(secure, finding)).passed
    trusted(certificates.ca)
    assert report_of(secure).passed


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("there", ["http://sso.example:8443", "https://sso.example"])
def test_what_sends_everybody_on_is_not_s3(status: int, there: str) -> None:
    with FaultyStore(faults.redirect("*", status, f"{there}/login?next=\u202e")) as store:
        finding = the_only_red(report_of(store.settings()), "list", Cause.NOT_S3, "regionendpoint")
        assert f"sends everybody on to {there};" in finding.text
        assert finding.fix is None


@contextlib.contextmanager
def go_server(certificate: Certificate) -> Iterator[int]:
    """A TLS port that answers plain http with a sentence, as servers written in Go do (MinIO)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                if self.request.recv(1, socket.MSG_PEEK) == b"\x16":
                    context.wrap_socket(self.request.dup(), server_side=True).close()
                    return
                self.request.recv(1 << 16)
                said = b"Client sent an HTTP request to an HTTPS server.\n"
                self.request.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n" + said)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        yield server.server_address[1]
        server.shutdown()
        serving.join()


def test_a_tls_port_that_answers_plain_http_in_words_wants_https(store: LiveStore, certificates: Certificates) -> None:
    with go_server(certificates.good) as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}")
        finding = the_only_red(report_of(settings), "tls", Cause.HTTPS_REQUIRED, "regionendpoint")
        assert mended(settings, finding).regionendpoint == f"https://127.0.0.1:{port}"


def test_a_self_signed_certificate_is_mended_by_skipverify_and_by_trust(
    certificates: Certificates, trusted: Callable[[Path], None]
) -> None:
    with FaultyStore(certificate=certificates.self_signed) as store:
        finding = the_only_red(report_of(store.settings()), "tls", Cause.TLS_UNTRUSTED, "skipverify")
        assert store.calls == []
        assert report_of(mended(store.settings(), finding)).passed
        trusted(certificates.self_signed.ca)
        assert report_of(store.settings()).passed


@pytest.mark.parametrize(
    ("name", "cause"), [("other_host", Cause.TLS_HOSTNAME), ("expired", Cause.TLS_EXPIRED)], ids=str
)
def test_a_trusted_certificate_can_still_be_wrong(
    certificates: Certificates, trusted: Callable[[Path], None], name: str, cause: Cause
) -> None:
    trusted(certificates.ca)
    with FaultyStore(certificate=getattr(certificates, name)) as store:
        the_only_red(report_of(store.settings()), "tls", cause, "regionendpoint")
        assert store.calls == []
        assert report_of(store.settings(skipverify=True)).passed


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_trust_that_is_none_is_named(
    moto: Moto, trusted: Callable[[Path], None], tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "ca.pem").write_text(content)
    trusted(tmp_path / "ca.pem")
    report = report_of(moto.store(tls=True).settings())
    assert "SSL_CERT_FILE" in the_only_red(report, "tls", Cause.TLS_UNTRUSTED, "skipverify").text


def test_skipping_verification_says_nothing_of_its_own(
    moto: Moto, recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str]
) -> None:
    assert report_of(moto.store(tls=True).settings(skipverify=True)).passed
    assert not recwarn.list
    assert capfd.readouterr().err == ""


# --- clock ---


@pytest.mark.parametrize(("seconds", "word"), [(3600, "behind"), (-3600, "ahead of")])
def test_a_clock_far_off_is_red_with_its_seconds(seconds: int, word: str) -> None:
    with FaultyStore(faults.clock_skew(seconds)) as store:
        report = report_of(store.settings())
        text = the_only_red(report, "clock", Cause.CLOCK_SKEW).text
        assert any(f"{near} seconds {word}" in text for near in (3599, 3600, 3601))
        assert statuses_of_layers(report) == ["passed", "passed", "skipped", "failed"]
        assert result_of(report, "tls").reason == "plain http has no certificate"


def test_a_clock_ten_minutes_off_is_a_warning_with_its_seconds() -> None:
    with FaultyStore(faults.clock_skew(600)) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, "clock").status is Status.WARNING
        assert "00 seconds behind" in finding_of(report, "clock").text.replace("599", "600").replace("601", "600")


# --- what is no S3 ---


def test_a_web_console_is_not_s3() -> None:
    with FaultyStore(faults.console_page()) as store:
        report = report_of(store.settings())
        assert "a web page" in the_only_red(report, "list", Cause.NOT_S3, "regionendpoint").text
        assert report.leftovers == ()


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n404\n",
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
    ],
    ids=["ssh", "text", "json", "not found", "a proxy's page"],
)
def test_garbage_is_not_s3(store: LiveStore, answer: bytes) -> None:
    with fixed_response_port(answer) as port:
        report = report_of(store.settings(regionendpoint=f"http://127.0.0.1:{port}"))
        the_only_red(report, "list", Cause.NOT_S3, "regionendpoint")
        assert report.leftovers == ()


@pytest.mark.parametrize(("a_break", "cause"), [(faults.bad_gateway("PutObject"), Cause.STORE_ERROR)])
def test_the_page_of_a_proxy_whose_store_is_down_is_an_error_of_the_store(a_break: Fault, cause: Cause) -> None:
    with FaultyStore(a_break) as store:
        assert "502: Bad Gateway" in the_only_red(report_of(store.settings()), "write", cause).text


# --- keys ---


def test_half_a_pair_is_no_credentials(store: LiveStore) -> None:
    report = report_of(store.settings(secretkey=Secret()))
    the_only_red(report, "settings", Cause.NO_CREDENTIALS, "secretkey")


@pytest.mark.parametrize("changes", [{"registry": "dtr"}, {"registry": "distribution-3", "forcepathstyle": True}])
def test_blank_keys_without_another_source_are_no_credentials(changes: dict[str, Value]) -> None:
    with FaultyStore() as store:
        report = report_of(store.settings(accesskey="", secretkey=Secret(), **changes))
        the_only_red(report, "list", Cause.NO_CREDENTIALS, "accesskey")
        assert statuses_of_layers(report) == ["skipped"] * 4
        assert store.calls == []
        assert report.leftovers == ()


def test_a_wrong_secret_is_told_from_an_unknown_key(rclone: Rclone) -> None:
    store = rclone.store()
    wrong = report_of(store.settings(secretkey=Secret("wrong")))
    the_only_red(wrong, "list", Cause.WRONG_SECRET, "secretkey")
    unknown = report_of(store.settings(accesskey="unknown"))
    the_only_red(unknown, "list", Cause.UNKNOWN_ACCESS_KEY, "accesskey")
    assert statuses_of_layers(unknown) == ["passed", "passed", "skipped", "passed"]


@pytest.mark.parametrize(
    ("code", "message", "cause"),
    [
        ("ExpiredToken", "The provided token has expired.", Cause.EXPIRED_TOKEN),
        (
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the Credential is mal-formed; expecting ...",
            Cause.MALFORMED_ACCESS_KEY,
        ),
    ],
)
def test_a_key_that_the_store_cannot_take_is_below_the_access_key(code: str, message: str, cause: Cause) -> None:
    with FaultyStore(faults.error("*", 400, code, message)) as store:
        the_only_red(report_of(store.settings()), "list", cause, "accesskey")


# --- bucket, region, signature, address style ---


@pytest.fixture
def localhost_with_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """BUCKET.localhost is this machine; not every machine knows that by itself."""
    resolve = socket.getaddrinfo

    def resolve_here(host: str, *rest: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)


def test_a_missing_bucket_is_named(store: LiveStore) -> None:
    report = report_of(store.settings(bucket="nobody-made-this"))
    assert "nobody-made-this" in the_only_red(report, "list", Cause.NO_BUCKET, "bucket").text


@pytest.mark.parametrize("a_break", [faults.require_region("eu-west-1"), faults.permanent_redirect("eu-west-1")])
@pytest.mark.parametrize("changes", [{"registry": "dtr"}, {"registry": "distribution-3", "forcepathstyle": True}])
def test_a_wrong_region_is_mended_by_the_one_that_the_store_names(a_break: Fault, changes: dict[str, Value]) -> None:
    with FaultyStore(a_break) as store:
        settings = store.settings(**changes)
        finding = the_only_red(report_of(settings), "list", Cause.WRONG_REGION, "region")
        listing = "ListObjects" if settings.registry == "dtr" else "ListObjectsV2"
        assert sorted(store.calls) == [listing, listing, "PutObject"]  # one of them tries the fix
        assert report_of(mended(settings, finding)).passed


@pytest.mark.parametrize("redirect", [True, False])
def test_a_store_that_accepts_only_v4_is_mended_by_it(redirect: bool) -> None:
    with FaultyStore(faults.require_v4()) as store:
        settings = store.settings(v4auth=False, redirect=redirect)
        finding = the_only_red(report_of(settings), "list", Cause.V4_REQUIRED, "v4auth")
        assert report_of(mended(settings, finding)).passed


def test_v2_pulls_fail_by_redirect_and_pass_through_the_registry(store: LiveStore) -> None:
    settings = store.settings(v4auth=False)
    finding = the_only_red(report_of(settings), "presigned-read", Cause.V4_REQUIRED, "v4auth")
    assert report_of(mended(settings, finding)).passed


def test_a_store_that_accepts_only_v2_is_mended_by_it() -> None:
    with FaultyStore(faults.require_v2()) as store:
        finding = the_only_red(report_of(store.settings()), "list", Cause.V2_REQUIRED, "v4auth")
        assert report_of(mended(store.settings(), finding)).passed


def test_an_address_needs_path_style(store: LiveStore) -> None:
    settings = store.settings(registry="distribution-3")
    finding = the_only_red(report_of(settings), "settings", Cause.PATH_STYLE_REQUIRED, "forcepathstyle")
    assert report_of(mended(settings, finding)).passed


@pytest.mark.usefixtures("localhost_with_buckets")
def test_a_store_that_wants_the_bucket_in_its_host_says_so_to_the_registry_that_can() -> None:
    with FaultyStore(faults.require_virtual_host()) as store:
        by_name = store.live.endpoint.replace("127.0.0.1", "localhost")
        settings = store.settings(registry="distribution-3", forcepathstyle=True, regionendpoint=by_name)
        finding = the_only_red(report_of(settings), "list", Cause.VIRTUAL_HOST_REQUIRED, "forcepathstyle")
        assert not mended(settings, finding).forcepathstyle
        assert report_of(mended(settings, finding)).passed
        report = report_of(store.settings())
        assert the_only_red(report, "list", Cause.VIRTUAL_HOST_REQUIRED, "forcepathstyle").fix is None


# --- the store refuses or breaks down ---


def test_a_denied_call_is_access_denied() -> None:
    with FaultyStore(faults.deny("PutObject")) as store:
        the_only_red(report_of(store.settings()), "write", Cause.ACCESS_DENIED)


def test_a_call_that_the_store_lacks_is_unsupported() -> None:
    with FaultyStore(faults.not_implemented("UploadPartCopy")) as store:
        finding = the_only_red(report_of(store.settings()), "multipart-copy", Cause.UNSUPPORTED)
        assert report_of(mended(store.settings(), finding)).passed


def test_other_bytes_are_corrupted() -> None:
    with FaultyStore(faults.corrupt_body("GetObject")) as store:
        the_only_red(report_of(store.settings()), "read", Cause.CORRUPTED)


@pytest.mark.parametrize(
    "a_break", [faults.slow_down(), faults.error("*", 429, "TooManyRequests"), faults.error("*", 503, "SlowDown", None)]
)
def test_a_busy_store_is_throttled_once(a_break: Fault) -> None:
    with FaultyStore(a_break) as store:
        assert "slow down" in the_only_red(report_of(store.settings()), "list", Cause.THROTTLED).text
        assert store.calls.count("ListObjects") <= 2  # the check, and a look after what may be left


def test_a_store_that_breaks_down_is_a_store_error() -> None:
    with FaultyStore(faults.error("PutObject", 500, "InternalError", "We are \u202esorry.")) as store:
        text = the_only_red(report_of(store.settings()), "write", Cause.STORE_ERROR).text
        assert "InternalError: We are" in text
        assert "\u202e" not in text


def test_what_cannot_be_removed_is_leftovers() -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as store:
        finding = finding_of(report_of(store.settings()), "cleanup")
        assert (finding.cause, finding.setting) == (Cause.LEFTOVERS, "")


@pytest.mark.parametrize(
    ("largest", "fix"), [(MIB, {}), (10 * MIB - 1, {"chunksize": 5 * MIB}), (20 * MIB - 2, {"chunksize": 5 * MIB})]
)
def test_a_limit_below_the_largest_part_is_too_large(moto: Moto, largest: int, fix: dict[str, Value]) -> None:
    with serve_wsgi(moto_app(), max_body_bytes=largest) as endpoint:
        store = dataclasses.replace(moto.store(), endpoint=endpoint)
        finding = the_only_red(report_of(store.settings()), "multipart-list", Cause.TOO_LARGE)
        assert "up to 20 MiB" in finding.text
        assert "client_max_body_size" in finding.text
        assert (finding.fix.set if finding.fix else {}) == fix
        assert not fix or report_of(store.settings(**fix)).passed


def test_no_smaller_part_is_offered_to_a_store_that_demands_large_ones(moto: Moto) -> None:
    with serve_wsgi(moto_app(), max_body_bytes=150 * MIB) as endpoint:
        store = dataclasses.replace(moto.store(), endpoint=endpoint)
        report = report_of(store.settings(provider="scaleway", chunksize=100 * MIB))
        finding = finding_of(report, "multipart-list")
        assert finding.cause is Cause.TOO_LARGE
        assert finding.fix is None


def test_a_limit_that_lets_the_largest_part_through_is_none(moto: Moto) -> None:
    with serve_wsgi(moto_app(), max_body_bytes=20 * MIB - 1) as endpoint:
        store = dataclasses.replace(moto.store(), endpoint=endpoint)
        assert report_of(store.settings()).passed


# --- all of them ---


def test_every_cause_but_advice_is_covered_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [cause.value for cause in Cause if f"Cause.{cause.name}" not in source] == ["advice"]
