"""Answers that no registry gives: what is wrong is said, and what may stay is named."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from werkzeug.wrappers import Request, Response

from tests.support.http_server import serve_wsgi
from tests.support.verification import failure_of, verified
from wizard.model.findings import Cause
from wizard.oci.address import Address
from wizard.validation import active_runs
from wizard.validation.time_limit import TimeLimit
from wizard.verification import steps
from wizard.verification.all_checks import PULL
from wizard.verification.run import Target, verify

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_NO_URLS = ("http://[::1/v2/", "http://reg..example/v2/", f"http://{'a' * 64}/v2/")


@pytest.mark.parametrize("location", _NO_URLS)
def test_an_upload_at_something_that_is_no_url(location: str) -> None:
    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:  # a Response refuses them
        start_response("202 Accepted" if environ["REQUEST_METHOD"] == "POST" else "200 OK", [("Location", location)])
        return [b"{}"]

    with serve_wsgi(respond) as url:
        check, finding = failure_of(verified(url))
    assert (check, finding.cause) == ("push", Cause.REGISTRY_ERROR)
    assert "Location" in finding.text


@pytest.mark.parametrize("realm", _NO_URLS)
def test_a_token_server_at_something_that_is_no_url(realm: str) -> None:
    @Request.application
    def respond(request: Request) -> Response:
        del request
        return Response("", 401, {"WWW-Authenticate": f'Bearer realm="{realm}",service="registry"'})

    with serve_wsgi(respond) as url:
        check, finding = failure_of(verified(url))
    assert check == "auth"
    assert finding.text


def test_what_may_stay_after_a_crash_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_run: steps.Verification) -> None:
        raise ZeroDivisionError

    @Request.application
    def respond(request: Request) -> Response:
        status = {"POST": 202, "PATCH": 202, "PUT": 201, "DELETE": 500}.get(request.method, 200)
        return Response("{}", status, {"Location": f"{request.path}1"})

    monkeypatch.setitem(steps.STEPS, PULL, crash)
    with serve_wsgi(respond) as url:
        run = verify(Target(Address.parse(url), None), threading.Event(), TimeLimit(20.0))
        with pytest.raises(ZeroDivisionError):
            list(run)
    (named,) = active_runs.what_may_be_left()
    active_runs._describers.clear()
    assert "Test data may remain in the registry:" in named
    assert "storage-wizard-verify/" in named
