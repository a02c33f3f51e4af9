"""A fix is offered only if it works. The test of a fix writes nothing and discloses nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.findings import apply_fix
from tests.support.live_store import LiveStore
from tests.support.reports import finding_of, report_of
from tests.support.s3_requests import Environ, operation
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.errors import ContractViolation
from wizard.validation.fix_verifier import FixVerifier
from wizard.validation.quick_check import quick_check


@pytest.fixture
def unresolvable(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes all host names with a suffix unresolvable."""
    getaddrinfo = socket.getaddrinfo

    def make_unresolvable(suffix: str) -> None:
        def resolve(host: str, *arguments: Any, **options: Any) -> Any:
            if not host.endswith(suffix):
                return getaddrinfo(host, *arguments, **options)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", resolve)

    return make_unresolvable


def failure_of(settings: Settings, check: str = "list") -> Finding:
    return finding_of(report_of(settings), check)


def offered_changes(settings: Settings, check: str = "list") -> dict[str, object]:
    fix = failure_of(settings, check).fix
    return dict(fix.set) if fix else {}


# --- fixes that follow from the response ---


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("code", "message", "headers"),
    [
        ("AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'eu-west-1'", {}),
        ("PermanentRedirect", "Use another endpoint.", {"Location": "https://b.s3.eu-west-1.amazonaws.com/"}),
        ("PermanentRedirect", "Use another endpoint.", {"x-amz-bucket-region": "eu-west-1"}),
    ],
)
def test_the_region_is_read_from_every_part_of_a_response(code: str, message: str, headers: dict[str, str]) -> None:
    def reject(environ: Environ, call_next: CallNext) -> Response:
        if "/eu-west-1/" in environ.get("HTTP_AUTHORIZATION", "/eu-west-1/"):
            return call_next(environ)
        response = faults.error("*", 301 if headers else 400, code, message)(environ, call_next)
        response.headers.extend(headers)
        return response

    with FaultyStore(reject) as store:
        assert offered_changes(store.settings()) == {"region": "eu-west-1"}


def test_a_region_that_the_store_names_and_then_rejects_is_not_offered() -> None:
    def reject(environ: Environ, call_next: CallNext) -> Response:
        named = "eu-west-2" if "/eu-west-1/" in environ.get("HTTP_AUTHORIZATION", "") else "eu-west-1"
        return faults.require_region(named)(environ, call_next)

    with FaultyStore(reject) as store:
        finding = failure_of(store.settings(region="ap-south-1"))
        assert finding.cause is Cause.WRONG_REGION
        assert finding.fix is None


def test_a_scheme_that_does_not_work_is_not_offered() -> None:
    with FaultyStore(faults.error("*", 400, "BadRequest", "The plain HTTP request was sent to HTTPS port")) as store:
        assert offered_changes(store.settings(), "tls") == {}


def test_a_fix_with_invalid_settings_is_not_offered(store: LiveStore) -> None:
    finding = Finding(Cause.WRONG_REGION, "Wrong.", fix=Fix("Set no region.", {"region": ""}))
    verified = FixVerifier(store.settings()).finding_for(ContractViolation("PutObject", finding))
    assert verified.fix is None


def test_a_fix_is_tested_once_for_all_checks() -> None:
    with FaultyStore(faults.require_region("eu-west-1")) as store:
        assert offered_changes(store.settings()) == {"region": "eu-west-1"}
        assert store.calls.count("ListObjects") == 4  # two, one without the fix and one with it


def test_the_quick_check_offers_only_verified_fixes() -> None:
    with FaultyStore(faults.require_v4()) as store:
        finding = quick_check(store.settings(v4auth=False, redirect=False)).finding
        assert finding
        assert finding.fix
        assert finding.fix.set == {"v4auth": True}
        without_keys = quick_check(store.settings(accesskey="", secretkey=Secret())).finding
        assert without_keys is None or without_keys != finding


# --- fixes that are guesses ---


def test_a_region_that_the_store_does_not_name_is_guessed() -> None:
    def reject(environ: Environ, call_next: CallNext) -> Response:
        if "/us-east-1/" in environ.get("HTTP_AUTHORIZATION", "/us-east-1/"):
            return call_next(environ)
        return faults.error("*", 400, "AuthorizationHeaderMalformed", "The region is wrong.")(environ, call_next)

    with FaultyStore(reject) as store:
        assert offered_changes(store.settings(region="eu-west-1")) == {"region": "us-east-1"}


@pytest.mark.parametrize("v4auth", [True, False])
def test_a_signature_version_that_is_reported_as_a_wrong_secret_is_recognized(v4auth: bool) -> None:
    with FaultyStore(faults.mismatch_signature("v4" if v4auth else "v2")) as store:
        finding = failure_of(store.settings(v4auth=v4auth, redirect=False))
        assert finding.cause is (Cause.V2_REQUIRED if v4auth else Cause.V4_REQUIRED)
        assert finding.fix
        assert finding.fix.set["v4auth"] is not v4auth


def test_a_secret_that_is_wrong_with_both_signature_versions_is_a_wrong_secret() -> None:
    with FaultyStore(faults.error("*", 403, "SignatureDoesNotMatch", "Check your key.")) as store:
        assert failure_of(store.settings()).cause is Cause.WRONG_SECRET
        assert offered_changes(store.settings()) == {}


def test_an_internal_error_of_a_store_that_cannot_encrypt_is_attributed_to_the_encryption() -> None:
    fault = faults.refuse_header(faults.ENCRYPTION, "InternalError", status=500)
    with FaultyStore(fault) as store:
        settings = store.settings(encrypt=True)
        report = report_of(settings)
        finding = finding_of(report, "write")
        assert finding.fix
        assert finding.fix.set == {"encrypt": False, "keyid": ""}
        assert report_of(apply_fix(settings, finding)).passed


def test_an_internal_error_of_a_moment_is_not_attributed_to_the_encryption() -> None:
    failures = iter([True])

    def fail_once(environ: Environ, call_next: CallNext) -> Response:
        is_test_object = operation(environ) == "PutObject" and environ["PATH_INFO"].endswith("/write")
        if is_test_object and next(failures, False):
            return faults.error("*", 500, "InternalError")(environ, call_next)
        return call_next(environ)

    with FaultyStore(fail_once) as store:
        finding = finding_of(report_of(store.settings(encrypt=True)), "write")
        assert (finding.cause, finding.fix) == (Cause.STORE_ERROR, None)


def test_an_internal_error_is_not_attributed_to_the_signature() -> None:
    with FaultyStore(faults.error("*", 500, "InternalError", "Try later.")) as store:
        assert failure_of(store.settings()).cause is Cause.STORE_ERROR
        listings = store.calls.count("ListObjects")
        assert listings in (5, 6)  # two, both repeated, and one or two of the clean-up; none to test a fix


def test_path_style_is_offered_if_the_bucket_cannot_be_resolved(unresolvable: Callable[[str], None]) -> None:
    unresolvable(".localhost")
    with FaultyStore() as store:
        endpoint = store.endpoint.replace("127.0.0.1", "localhost")
        settings = store.settings(registry="distribution-3", regionendpoint=endpoint)
        report = report_of(settings)
        finding = finding_of(report, report.failed[0])
        assert finding.cause is Cause.PATH_STYLE_REQUIRED
        assert finding.fix
        assert finding.fix.set == {"forcepathstyle": True}
        assert report_of(settings.replace(finding.fix.set)).passed


def test_path_style_is_not_offered_if_the_host_itself_cannot_be_resolved(
    unresolvable: Callable[[str], None], store: LiveStore
) -> None:
    unresolvable(".invalid")
    finding = failure_of(
        store.settings(registry="distribution-3", regionendpoint="http://store.invalid:9000"), "resolve"
    )
    assert finding.cause is Cause.DNS
    assert finding.fix is None


# --- nothing is disclosed ---


def recorded_signatures(signatures: list[str]) -> Callable[[Environ, CallNext], Response]:
    def record(environ: Environ, call_next: CallNext) -> Response:
        signatures.append(environ.get("HTTP_AUTHORIZATION", ""))
        return call_next(environ)

    return record


def test_a_fix_to_plain_http_is_tested_without_a_signature() -> None:
    signatures: list[str] = []
    with FaultyStore(recorded_signatures(signatures)) as store:
        https = store.endpoint.replace("http:", "https:")
        settings = store.settings(regionendpoint=https, secure=True)
        assert offered_changes(settings, "tls")["regionendpoint"] == store.endpoint
        assert signatures == [""]


@pytest.mark.parametrize(("host", "is_signed"), [("127.0.0.1", True), ("localhost", False)])
def test_a_fix_to_another_host_is_tested_without_a_signature(host: str, is_signed: bool) -> None:
    signatures: list[str] = []
    with FaultyStore(recorded_signatures(signatures)) as store:
        fix = Fix("Use another endpoint.", {"regionendpoint": store.endpoint.replace("127.0.0.1", host)})
        error = ContractViolation("PutObject", Finding(Cause.REFUSED, "Refused.", fix=fix))
        settings = store.settings(regionendpoint="http://127.0.0.1:1")
        assert FixVerifier(settings).finding_for(error).fix == fix
        assert [bool(signature) for signature in signatures] == [is_signed]


def test_nothing_is_sent_to_a_store_with_an_untrusted_certificate(certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        assert offered_changes(store.settings(), "tls") == {"skipverify": True}
        assert store.calls == []


@pytest.mark.sample
@pytest.mark.parametrize(
    ("op", "code", "message"),
    [
        ("PutObject", "AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'eu-west-1'"),
        ("DeleteObjects", "PermanentRedirect", "expecting 'eu-west-1'"),
    ],
)
def test_a_fix_that_a_listing_does_not_need_is_not_offered_for_another_call(op: str, code: str, message: str) -> None:
    with FaultyStore(faults.error(op, 400, code, message)) as store:
        report = report_of(store.settings())
    fixes = [result.finding.fix for result in report.results if result.check.id in report.failed and result.finding]
    assert fixes
    assert not any(fix and fix.set for fix in fixes)


@pytest.mark.sample
@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "InvalidArgument"])
def test_a_listing_of_a_key_that_fails_alone_is_not_explained_by_the_signature(code: str) -> None:
    with FaultyStore(faults.error_below_prefix("ListObjects", code)) as store:
        report = report_of(store.settings(redirect=False))
    finding = finding_of(report, "head")
    assert finding.cause not in (Cause.V2_REQUIRED, Cause.V4_REQUIRED)
    assert not (finding.fix and finding.fix.set)
