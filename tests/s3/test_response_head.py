"""An answer counts once its head is complete, wherever it ends before that."""

from __future__ import annotations

import http.client
import io
from typing import Any

import pytest

from wizard.s3.response_head import CompleteResponse

_HEAD = b"HTTP/1.1 200 OK\r\nETag: a\r\nContent-Length: 4\r\n\r\n"


class _Connection:
    """What `HTTPResponse` needs of a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def response_of(data: bytes) -> CompleteResponse:
    """The response to a GET, of whose socket `data` can be read."""
    connection: Any = _Connection(data)
    response = CompleteResponse(connection, method="GET")
    response.begin()
    return response


@pytest.mark.parametrize("size", range(len("HTTP/"), len(_HEAD)))
def test_a_head_that_ends_early_is_a_closed_connection(size: int) -> None:
    with pytest.raises(ConnectionResetError):
        response_of(_HEAD[:size])


@pytest.mark.parametrize("data", [b"\x15\x03\x01\x00\x02\x02\x16", b"SSH-2.0\r\n", b"HTT"])
def test_what_is_not_http_is_reported_as_it_is(data: bytes) -> None:
    with pytest.raises(http.client.BadStatusLine) as raised:
        response_of(data)
    assert data.decode("latin-1").strip() in str(raised.value) or repr(data.decode("latin-1")) in str(raised.value)


def test_no_answer_at_all_is_a_closed_connection() -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        response_of(b"")


def test_a_complete_head_is_read_and_the_body_too() -> None:
    response = response_of(_HEAD + b"body")
    assert (response.status, response.getheader("ETag"), response.read()) == (200, "a", b"body")


def test_what_comes_before_the_answer_is_skipped() -> None:
    response = response_of(b"HTTP/1.1 100 Continue\r\n\r\n" + _HEAD + b"body")
    assert (response.status, response.read()) == (200, b"body")


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    assert response_of(b"HTTP/1.1 200 OK\r\n\r\nbody").read() == b"body"
    assert response_of(b"HTTP/1.1 204 No Content\r\n\r\n").read() == b""
