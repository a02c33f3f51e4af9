"""GitLab's registry sends checksums with objects and parts, which some stores refuse, keep as data or do not expect."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.findings import apply_fix, only_failure
from tests.support.moto_server import Moto
from tests.support.reports import finding_of, report_of
from tests.support.s3_requests import Environ, operation
from tests.support.servers.started import StartedServers
from tests.support.servers.versity import Versity
from wizard.model.findings import Cause
from wizard.model.settings import Value

GITLAB: dict[str, Value] = {"registry": "gitlab", "forcepathstyle": True, "checksum_disabled": False}
WITH_BODY = ("PutObject", "UploadPart", "DeleteObjects")
OF_OBJECT = ("CreateMultipartUpload", "CopyObject")


def record(headers: dict[str, set[str]]) -> Fault:
    """Adds the names of each operation's headers about checksums to `headers`."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        names = {name for name in environ if "CHECKSUM" in name or name in ("HTTP_X_AMZ_TRAILER", "HTTP_CONTENT_MD5")}
        headers.setdefault(operation(environ), set()).update(names)
        return call_next(environ)

    return act


def refuse_checksums(code: str, message: str = "") -> Fault:
    """Refuses every checksum: in a header, after the body, or named for the object."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if any("CHECKSUM" in name or name == "HTTP_X_AMZ_TRAILER" for name in environ):
            return faults.error("*", 400, code, message)(environ, call_next)
        return call_next(environ)

    return act


def keep_encoding(environ: Environ, call_next: CallNext) -> Response:
    """Stores a body with a trailer as it was sent."""
    if environ.pop("HTTP_X_AMZ_TRAILER", None):
        environ["HTTP_X_AMZ_CONTENT_SHA256"] = "UNSIGNED-PAYLOAD"
        del environ["HTTP_CONTENT_ENCODING"], environ["HTTP_X_AMZ_DECODED_CONTENT_LENGTH"]
    return call_next(environ)


def test_each_body_and_each_object_has_a_checksum() -> None:
    headers: dict[str, set[str]] = {}
    with FaultyStore(record(headers)) as store:
        assert report_of(store.settings(**GITLAB)).passed
    assert [headers[name] for name in WITH_BODY] == [
        {"HTTP_X_AMZ_CHECKSUM_CRC64NVME", "HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM"}
    ] * len(WITH_BODY)
    assert [headers[name] for name in OF_OBJECT] == [{"HTTP_X_AMZ_CHECKSUM_ALGORITHM"}] * len(OF_OBJECT)


@pytest.mark.sample
@pytest.mark.parametrize(
    "changes", [{**GITLAB, "checksum_disabled": True}, {"registry": "distribution-3", "forcepathstyle": True}]
)
def test_without_checksums_only_content_md5_is_sent(changes: dict[str, Any]) -> None:
    headers: dict[str, set[str]] = {}
    with FaultyStore(record(headers)) as store:
        assert report_of(store.settings(**changes)).passed
    assert set().union(*headers.values()) == {"HTTP_CONTENT_MD5"}


def test_with_https_the_checksum_follows_the_body(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    headers: dict[str, set[str]] = {}
    with FaultyStore(record(headers), certificate=certificates.good) as store:
        assert report_of(store.settings(**GITLAB)).passed
    assert "HTTP_X_AMZ_TRAILER" in headers["PutObject"] & headers["UploadPart"]
    assert "HTTP_X_AMZ_CHECKSUM_CRC64NVME" in headers["DeleteObjects"]


@pytest.mark.sample
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("InvalidRequest", "x-amz-checksum-crc64nvme is not supported"),
        ("NotImplemented", "A header you provided implies functionality that is not implemented"),
        ("XAmzContentSHA256Mismatch", ""),
    ],
)
def test_a_store_that_refuses_them_has_a_fix(code: str, message: str) -> None:
    with FaultyStore(refuse_checksums(code, message)) as store:
        settings = store.settings(**GITLAB)
        finding = only_failure(report_of(settings), "write", Cause.UNSUPPORTED, "regionendpoint")
        assert "CRC64NVME checksums" in finding.text
        assert finding.fix
        assert finding.fix.set == {"checksum_disabled": True}
        assert report_of(apply_fix(settings, finding)).passed


def test_a_store_that_keeps_them_as_data_has_a_fix(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    with FaultyStore(keep_encoding, certificate=certificates.good) as store:
        settings = store.settings(**GITLAB)
        report = report_of(settings)
        assert report.failed[0] == "head"
        finding = finding_of(report, "head")
        assert finding.cause is Cause.UNSUPPORTED
        assert report_of(apply_fix(settings, finding)).passed


@pytest.mark.sample
@pytest.mark.parametrize("algorithm", ["CRC64NVME", "CRC32", "CRC32C", "SHA1", "SHA256"])
def test_moto_accepts_each_algorithm(
    algorithm: str, moto: Moto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    report = report_of(moto.store(tls=True).settings(**GITLAB, checksum_algorithm=algorithm))
    assert [result.finding for result in report.results if result.check.id in report.failed] == []


@pytest.mark.ci_server
@pytest.mark.parametrize("algorithm", ["CRC64NVME", "CRC32", "CRC32C", "SHA1", "SHA256"])
def test_a_store_that_verifies_them_finds_them_right(algorithm: str, started_servers: StartedServers) -> None:
    versity = started_servers.start(Versity)
    assert report_of(versity.store().settings(**GITLAB, checksum_algorithm=algorithm)).passed


def test_an_object_has_no_acl_where_the_owner_of_the_bucket_owns_it() -> None:
    """GitLab's `objectownership`."""
    seen: set[str] = set()

    def refuse_acls(environ: Environ, call_next: CallNext) -> Response:
        if "HTTP_X_AMZ_ACL" in environ:
            seen.add(operation(environ))
            return faults.error("*", 400, "AccessControlListNotSupported")(environ, call_next)
        return call_next(environ)

    with FaultyStore(refuse_acls) as store:
        settings = store.settings(**{**GITLAB, "checksum_disabled": True})
        finding = only_failure(report_of(settings), "write", Cause.ACL_NOT_SUPPORTED, "objectacl")
        seen.clear()
        assert report_of(apply_fix(settings, finding)).passed
    assert seen == set()
