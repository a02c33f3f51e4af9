"""Reports of verifications, and a registry that stops answering."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from tests.support.http_server import serve_wsgi
from wizard.model.findings import Finding
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.oci.address import Address
from wizard.oci.authentication import Credentials
from wizard.validation.results import Report, Status
from wizard.validation.time_limit import TimeLimit
from wizard.verification.run import Target, verify

USER, PASSWORD = "ci", "Pa55-Word-of-the-registry"


def verified(
    url: str,
    settings: Settings | None = None,
    password: str | None = None,
    *,
    seconds: float = 60.0,
    insecure: bool = False,
) -> Report:
    """The report on a registry; with a password the user signs in."""
    credentials = Credentials(USER, Secret(password)) if password else None
    target = Target(Address.parse(url), settings, credentials=credentials, insecure=insecure)
    *_, report = verify(target, threading.Event(), TimeLimit(seconds))
    assert isinstance(report, Report)
    return report


def failure_of(report: Report) -> tuple[str, Finding]:
    """The only check that has failed, and its finding."""
    ((check, finding),) = [(each.check.id, each.finding) for each in report.results if each.status is Status.FAILED]
    assert finding is not None
    return check, finding


@contextmanager
def silent_at_data() -> Iterator[tuple[str, threading.Event]]:
    """A registry that does not answer to the data of an upload: its URL, and whether it has received some."""
    may_answer, has_received = threading.Event(), threading.Event()

    @Request.application
    def respond(request: Request) -> Response:
        if request.method == "POST":
            return Response("", 202, {"Location": f"{request.path}1"})
        if request.method == "PATCH":
            has_received.set()
            may_answer.wait(30)
        return Response("{}", 204 if request.method == "DELETE" else 200)

    with serve_wsgi(respond, stopping=may_answer) as url:
        yield url, has_received
