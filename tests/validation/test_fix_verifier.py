"""A fix is offered only when it works, and what is tried for that is a listing that harms nobody."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.checks.test_checks import finding_of, report_of
from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.s3_requests import Environ
from wizard.model.findings import Cause, Finding
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.validation.quick_check import quick_check


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes names that end so be this machine, or be unknown."""
    resolve = socket.getaddrinfo

    def known(ending: str, *, known: bool = True) -> None:
        def resolve_here(host: str, *rest: Any, **more: Any) -> Any:
            if not host.endswith(ending):
                return resolve(host, *rest, **more)
            if known:
                return resolve("127.0.0.1", *rest, **more)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", resolve_here)

    return known


def found(settings: Settings, check: str = "list") -> Finding:
    """The finding of a red line."""
    return finding_of(report_of(settings), check)


def offered(settings: Settings, check: str = "list") -> dict[str, object]:
    fix = found(settings, check).fix
    return dict(fix.set) if fix else {}


def test_a_region_that_the_store_names_and_then_refuses_is_not_offered() -> None:
    def refuse(environ: Environ, call_next: CallNext) -> Response:
        named = "eu-west-2" if "/eu-west-1/" in environ.get("HTTP_AUTHORIZATION", "") else "eu-west-1"
        return faults.require_region(named)(environ, call_next)

    with FaultyStore(refuse) as store:
        finding = found(store.settings(region="ap-south-1"))
        assert finding.cause is Cause.WRONG_REGION
        assert finding.fix is None


def test_a_region_that_nobody_names_is_guessed() -> None:
    def refuse(environ: Environ, call_next: CallNext) -> Response:
        if "/us-east-1/" in environ.get("HTTP_AUTHORIZATION", "/us-east-1/"):
            return call_next(environ)
        return faults.error("*", 400, "AuthorizationHeaderMalformed", "The region is wrong.")(environ, call_next)

    with FaultyStore(refuse) as store:
        assert offered(store.settings(region="eu-west-1")) == {"region": "us-east-1"}


@pytest.mark.parametrize(
    ("code", "message", "headers"),
    [
        ("AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'eu-west-1'", {}),
        ("PermanentRedirect", "Use another endpoint.", {"Location": "https://b.s3.eu-west-1.amazonaws.com/"}),
        ("PermanentRedirect", "Use another endpoint.", {"x-amz-bucket-region": "eu-west-1"}),
    ],
)
def test_the_right_region_is_read_wherever_the_store_says_it(code: str, message: str, headers: dict[str, str]) -> None:
    def refuse(environ: Environ, call_next: CallNext) -> Response:
        if "/eu-west-1/" in environ.get("HTTP_AUTHORIZATION", "/eu-west-1/"):
            return call_next(environ)
        answer = faults.error("*", 301 if headers else 400, code, message)(environ, call_next)
        answer.headers.extend(headers)
        return answer

    with FaultyStore(refuse) as store:
        assert offered(store.settings()) == {"region": "eu-west-1"}


@pytest.mark.parametrize("v4auth", [True, False])
def test_a_signature_version_that_looks_like_a_wrong_secret_is_found_out(v4auth: bool) -> None:
    def verify(environ: Environ, call_next: CallNext) -> Response:
        is_v4 = environ.get("HTTP_AUTHORIZATION", "").startswith("AWS4-")
        if is_v4 == v4auth:
            return faults.error("*", 403, "SignatureDoesNotMatch", "Check your key.")(environ, call_next)
        return call_next(environ)

    with FaultyStore(verify) as store:
        finding = found(store.settings(v4auth=v4auth, redirect=False))
        assert finding.cause is (Cause.V2_REQUIRED if v4auth else Cause.V4_REQUIRED)
        assert finding.fix
        assert finding.fix.set["v4auth"] is not v4auth


def test_a_secret_that_is_wrong_with_both_stays_wrong() -> None:
    with FaultyStore(faults.error("*", 403, "SignatureDoesNotMatch", "Check your key.")) as store:
        assert found(store.settings()).cause is Cause.WRONG_SECRET
        assert offered(store.settings()) == {}


def test_a_bucket_in_front_of_a_host_without_such_names_belongs_in_the_path(names: Callable[..., None]) -> None:
    names(".localhost", known=False)
    with FaultyStore() as store:
        endpoint = store.endpoint.replace("127.0.0.1", "localhost")
        settings = store.settings(registry="distribution-3", regionendpoint=endpoint)
        report = report_of(settings)
        finding = finding_of(report, report.failed[0])
        assert finding.cause is Cause.PATH_STYLE_REQUIRED
        assert finding.fix
        assert finding.fix.set == {"forcepathstyle": True}
        assert report_of(settings.replace(finding.fix.set)).passed


def test_an_unknown_host_is_no_question_of_style(names: Callable[..., None], store: LiveStore) -> None:
    names(".invalid", known=False)
    settings = store.settings(registry="distribution-3", regionendpoint="http://store.invalid:9000")
    finding = found(settings, "resolve")
    assert finding.cause is Cause.DNS
    assert finding.fix is None


def test_another_port_is_found_where_the_provider_usually_listens(
    monkeypatch: pytest.MonkeyPatch, store: LiveStore
) -> None:
    port = int(store.endpoint.rpartition(":")[2])
    monkeypatch.setattr("wizard.validation.fix_candidates.usual_port", lambda _: port)
    with closed_port() as closed:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{closed}")
        finding = found(settings, "connect")
        assert finding.cause is Cause.REFUSED
        assert finding.fix
        assert finding.fix.set == {"regionendpoint": store.endpoint, "secure": False}


def test_nothing_signed_goes_over_plain_http_before_somebody_agrees() -> None:
    seen: list[str] = []

    def note(environ: Environ, call_next: CallNext) -> Response:
        seen.append(environ.get("HTTP_AUTHORIZATION", ""))
        return call_next(environ)

    with FaultyStore(note) as store:
        https = store.endpoint.replace("http:", "https:")
        settings = store.settings(regionendpoint=https, secure=True)
        assert offered(settings, "tls")["regionendpoint"] == store.endpoint
        assert seen == [""]


def test_nothing_is_sent_to_a_store_whose_certificate_is_not_trusted(certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        assert offered(store.settings(), "tls") == {"skipverify": True}
        assert store.calls == []


def test_a_scheme_that_leads_nowhere_is_not_offered() -> None:
    with FaultyStore(faults.error("*", 400, "BadRequest", "The plain HTTP request was sent to HTTPS port")) as store:
        assert offered(store.settings(), "tls") == {}


def test_what_several_checks_meet_is_tried_once() -> None:
    with FaultyStore(faults.require_region("eu-west-1")) as store:
        assert offered(store.settings()) == {"region": "eu-west-1"}
        assert store.calls.count("ListObjects") == 2


def test_a_look_while_typing_offers_only_what_works_too() -> None:
    with FaultyStore(faults.require_v4()) as store:
        seen = quick_check(store.settings(v4auth=False, redirect=False)).finding
        assert seen
        assert seen.fix
        assert seen.fix.set == {"v4auth": True}
        blank = store.settings(accesskey="", secretkey=Secret())
        assert quick_check(blank).finding is None or quick_check(blank).finding != seen


def test_the_word_of_a_store_that_is_down_is_not_taken_for_a_signature() -> None:
    with FaultyStore(faults.error("*", 500, "InternalError", "Try later.")) as store:
        assert found(store.settings()).cause is Cause.STORE_ERROR
        assert store.calls.count("ListObjects") == 2  # the check's and the clean-up's, and none for a trial
