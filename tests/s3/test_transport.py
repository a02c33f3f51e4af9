"""Answers are read up to a limit."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from botocore.exceptions import IncompleteReadError
from werkzeug.wrappers import Request, Response

from tests.support.hostile_store import HostileStore, http_response, send, send_and_close, send_endlessly
from tests.support.http_server import serve_wsgi
from wizard.s3.botocore_internals import prepared_request
from wizard.s3.timeouts import Timeouts
from wizard.s3.transport import MAX_BODY_SIZE, BodyTooLargeError, HttpSession


@pytest.fixture
def http() -> Iterator[HttpSession]:
    session = HttpSession(True, Timeouts(5.0, 5.0), {})
    yield session
    session.close()


def url_of(server: HostileStore) -> str:
    return f"http://127.0.0.1:{server.port}/"


def test_a_body_is_read_completely(http: HttpSession) -> None:
    with HostileStore(send(http_response(b"<a/>"))).running() as server:
        response = http.fetch("GET", url_of(server), {"Range": "bytes=1-"})
    assert (response.status_code, response.content) == (200, b"<a/>")
    assert b"Range: bytes=1-" in server.requests[0]


def test_a_body_of_the_maximum_size_is_read(http: HttpSession) -> None:
    with HostileStore(send(http_response(b"x" * MAX_BODY_SIZE))).running() as server:
        assert len(http.fetch("GET", url_of(server), {}).content) == MAX_BODY_SIZE


def test_a_larger_body_is_not_read(http: HttpSession) -> None:
    attack = send_endlessly(b"HTTP/1.1 200 OK\r\n\r\n", b"x")
    with HostileStore(attack).running() as server, pytest.raises(BodyTooLargeError):
        http.fetch("GET", url_of(server), {})


def test_a_body_that_is_cut_short_is_an_error(http: HttpSession) -> None:
    attack = send_and_close(http_response(b"<a/>", length="2000"))
    with HostileStore(attack).running() as server, pytest.raises(IncompleteReadError):
        http.fetch("GET", url_of(server), {})


def test_the_answer_to_a_head_has_no_body(http: HttpSession) -> None:
    with HostileStore(send(http_response(b"", length="2000"))).running() as server:
        response = http.fetch("HEAD", url_of(server), {})
    assert response.content == b""
    assert response.headers["Content-Length"] == "2000"


def test_a_body_is_read_later_if_the_request_asks_for_a_stream(http: HttpSession) -> None:
    with HostileStore(send(http_response(b"<a/>"))).running() as server:
        request = prepared_request("GET", url_of(server), {})
        request.stream_output = True
        response = http.send(request)
        assert response.raw.length_remaining == 4
        assert response.content == b"<a/>"
        assert response.content == b"<a/>"  # from memory


def test_the_time_of_the_last_answer_is_kept(http: HttpSession) -> None:
    assert http.answered_at == 0.0
    with HostileStore(send(http_response(b""))).running() as server:
        http.fetch("GET", url_of(server), {})
        first = http.answered_at
        http.fetch("GET", url_of(server), {})
    assert 0.0 < first < http.answered_at


def test_sessions_that_exist_at_the_same_time_share_their_connections_if_everything_agrees() -> None:
    timeouts = Timeouts(5.0, 5.0)
    connections: set[object] = set()

    @Request.application
    def respond(request: Request) -> Response:
        connections.add(request.environ["REMOTE_PORT"])
        return Response("x")

    with serve_wsgi(respond) as url:
        first, second = HttpSession(True, timeouts, {}, "a"), HttpSession(True, timeouts, {}, "a")
        other = HttpSession(True, timeouts, {}, "b")
        for session in (first, second):
            session.fetch("GET", url, {})
        assert len(connections) == 1
        first.close()
        first.close()  # a second time has no effect
        second.fetch("GET", url, {})
        assert len(connections) == 1
        other.fetch("GET", url, {})
        assert len(connections) == 2
        second.close()
        other.close()
        with contextlib.closing(HttpSession(True, timeouts, {}, "a")) as later:
            later.fetch("GET", url, {})
        assert len(connections) == 3
