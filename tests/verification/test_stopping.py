"""A verification that is cancelled, or has no time left, ends in time and names what it leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from tests.support.http_server import serve_wsgi
from tests.support.processes import load_factor
from tests.support.verification import failure_of, verified
from wizard.model.findings import Cause
from wizard.oci.address import Address
from wizard.validation.results import CANCELLED, NO_TIME_LEFT, Report, Status
from wizard.validation.time_limit import TimeLimit
from wizard.verification.run import Target, verify


class _SilentAtUploads:
    """A registry that does not answer to the data of an upload until `may_answer` is set. `calls` are its requests.

    `answers_at_deletion`: a DELETE sets that.
    """

    def __init__(self, *, answers_at_deletion: bool = False) -> None:
        self._answers_at_deletion = answers_at_deletion
        self.may_answer, self.has_received = threading.Event(), threading.Event()
        self.calls: list[str] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        with serve_wsgi(Request.application(self._respond), stopping=self.may_answer) as url:
            yield url

    def cancel_at_data(self, cancel: threading.Event) -> None:
        """Sets `cancel` once the data of an upload arrives."""
        self.has_received.wait(30)
        cancel.set()

    def _respond(self, request: Request) -> Response:
        self.calls.append(request.method)
        if request.method == "POST":
            return Response("", 202, {"Location": f"{request.path}1"})
        if request.method == "DELETE" and self._answers_at_deletion:
            self.may_answer.set()
        if request.method == "PATCH":
            self.has_received.set()
            self.may_answer.wait(30)
        status = {"PATCH": 202, "DELETE": 204}.get(request.method, 200)
        return Response("{}", status)


def test_a_cancel_ends_it_within_a_second_and_cancels_the_upload() -> None:
    registry, cancel = _SilentAtUploads(), threading.Event()
    with registry.running() as url:
        threading.Thread(target=registry.cancel_at_data, args=(cancel,)).start()
        started_at = time.monotonic()
        *_, report = verify(Target(Address.parse(url)), cancel, TimeLimit(60))
        assert time.monotonic() - started_at < 1.5 * load_factor()
    assert isinstance(report, Report)
    assert report.cancelled
    assert not report.passed
    assert {each.reason for each in report.results[2:-1]} == {CANCELLED}
    assert registry.calls == ["GET", "GET", "POST", "PATCH", "DELETE"]
    assert any(name.endswith("/") for name in report.leftovers)  # the folder of the repository


def test_a_push_that_is_answered_during_the_clean_up_does_not_continue() -> None:
    registry, cancel = _SilentAtUploads(answers_at_deletion=True), threading.Event()
    with registry.running() as url:
        threading.Thread(target=registry.cancel_at_data, args=(cancel,)).start()
        list(verify(Target(Address.parse(url)), cancel, TimeLimit(60)))
        for thread in threading.enumerate():
            if thread.name == "check push":
                thread.join(30)
    assert "PUT" not in registry.calls


def test_the_deadline_is_one_failure_and_leaves_time_for_the_clean_up() -> None:
    registry = _SilentAtUploads()
    with registry.running() as url:
        started_at = time.monotonic()
        report = verified(url, seconds=1.0)
        assert time.monotonic() - started_at < 1.5 * load_factor()
    check, finding = failure_of(report)
    assert (check, finding.cause) == ("push", Cause.TIMEOUT)
    assert {each.reason for each in report.results if each.status is Status.SKIPPED} == {NO_TIME_LEFT}
    assert registry.calls[-1] == "DELETE"


def test_no_time_at_all_is_a_failure() -> None:
    report = verified("http://127.0.0.1:1", seconds=0.0)
    assert failure_of(report)[1].cause is Cause.TIMEOUT
