"""An answer counts once its head is complete, wherever it ends before that."""

from __future__ import annotations

import email.parser
import http.client
import io
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.s3.strict_response import CompleteResponse

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


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints\r\nLink: a", b"199 X"])
def test_what_comes_before_the_answer_is_skipped(interim: bytes) -> None:
    response = response_of(b"HTTP/1.1 %s\r\n\r\n" % interim * 2 + _HEAD + b"body")
    assert (response.status, response.getheader("Link"), response.read()) == (200, None, b"body")


def test_interim_answers_have_an_end() -> None:
    with pytest.raises(http.client.BadStatusLine):
        response_of(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + _HEAD)


def test_another_protocol_is_an_answer() -> None:
    assert response_of(b"HTTP/1.1 101 Switching Protocols\r\n\r\n").status == 101


@pytest.mark.parametrize("size", [b"5", b"0005", b"5 ", b"5;name=value", b"5; a\t"])
def test_the_size_of_a_chunk_is_hexadecimal(size: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert response_of(head + size + b"\r\nchunk\r\n0\r\n\r\n").read() == b"chunk"


@pytest.mark.parametrize(
    "size", [b"-5", b"+5", b" 5", b"5 ;a", b"0x5", b"0_5", b"", b"zz", b"-0", b"5" * 17, b"5" * 70000, b"\xd9\xa5"]
)
def test_what_is_no_size_of_a_chunk_ends_the_answer(size: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with pytest.raises(http.client.IncompleteRead):
        response_of(head + size + b"\r\nchunk\r\n0\r\n\r\n").read()


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n", b"\r", b"ab", b" \r\n", b"more\r\n"])
def test_a_chunk_that_is_longer_than_its_size_ends_the_answer(end: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    response = response_of(head + b"5\r\nchunk" + end + b"0\r\n\r\n")
    with pytest.raises(http.client.IncompleteRead):
        response.read()


def test_a_body_in_chunks_can_be_read_in_any_blocks() -> None:
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n6;a=b\r\nsecond\r\n0\r\n\r\n"
    for size in range(1, 13):
        response = response_of(data)
        assert b"".join(iter(partial(response.read, size), b"")) == b"firstsecond"


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    assert response_of(b"HTTP/1.1 200 OK\r\n\r\nbody").read() == b"body"
    assert response_of(b"HTTP/1.1 204 No Content\r\n\r\n").read() == b""


_LINES = (
    b"ETag: a\r\n",
    b"etag:b\r\n",
    b"Date : today\r\n",
    b"Empty:\r\n",
    b"Blank: \t \r\n",
    b": no name\r\n",
    b"no colon\r\n",
    b"From here\r\n",
    b" continued\r\n",
    b"Line: end\n",
    b"Return: a\rb\r\n",
    b"Two: a: b \r\n",
    b"Latin: \xe9\x85\x0b\x1c\r\n",
    b"N\xe9: a\r\n",
    b"Nul: a\0b\r\n",
)


@given(st.lists(st.sampled_from(_LINES), max_size=5), st.sampled_from((b"\r\n", b"\n", b"")))
def test_headers_are_those_of_the_parser_of_emails(lines: list[bytes], end: bytes) -> None:
    head = b"".join(lines) + end
    stream = io.BytesIO(head + b"body")
    if end:
        headers = http.client.parse_headers(stream)
        assert stream.read() == b"body"
    else:
        headers = http.client.parse_headers(io.BytesIO(head))
    parser = email.parser.Parser(_class=http.client.HTTPMessage)
    expected = parser.parsestr(head.decode("iso-8859-1"))
    assert headers.items() == expected.items()
    assert headers.get_payload() == expected.get_payload()
    assert [*map(type, headers.defects)] == [*map(type, expected.defects)]


def test_too_many_headers_are_refused() -> None:
    assert len(http.client.parse_headers(io.BytesIO(b"A: b\r\n" * 99 + b"\r\n"))) == 99
    with pytest.raises(http.client.HTTPException, match="more than 100 headers"):
        http.client.parse_headers(io.BytesIO(b"A: b\r\n" * 101 + b"\r\n"))


def test_a_header_that_is_too_long_is_refused() -> None:
    longest = b"A: " + b"b" * (65536 - 5) + b"\r\n"
    assert len(http.client.parse_headers(io.BytesIO(longest + b"\r\n"))["A"]) == 65536 - 5
    with pytest.raises(http.client.LineTooLong):
        http.client.parse_headers(io.BytesIO(b"A: b" + longest + b"\r\n"))
