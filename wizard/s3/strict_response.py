"""Reads an answer as strictly as the HTTP client of a registry, and its headers in less time than Python.

Python takes what has come for the complete head: of `HTTP/1.1 200 OK` and half of a header it makes a success. The HTTP
client of a registry reports that the connection was closed (`readRequest` and `ReadResponse` of Go's net/http). It also
skips interim responses (1xx), accepts only hexadecimal digits as the size of a chunk, and needs the end of each chunk
(`parseHexUint` and `chunkedReader`).
"""

from __future__ import annotations

import http.client
import io
import re
from http import HTTPStatus
from typing import Any

_PLAIN_HEADERS = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*\r\n)*\r\n")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}")
_LONGEST_LINE, _MOST_LINES = 65536, 100  # what Python accepts
_MOST_INTERIM = 100  # answers before the final one


class CompleteResponse(http.client.HTTPResponse):
    """A response with a complete head. Otherwise `begin` raises `ConnectionResetError`.

    What is not HTTP at all still raises `http.client.BadStatusLine`, and a chunk that is not valid `IncompleteRead`.
    """

    fp: Any  # None once everything is read
    chunk_left: int | None  # bytes of the current chunk that are unread; None between two chunks
    _interim = 0

    def begin(self) -> None:
        """Reads the head."""
        stream = self.fp
        self.fp = _Head(stream)
        try:
            super().begin()
        finally:
            if self.fp is not None:
                self.fp = stream

    def _read_status(self) -> tuple[str, int, str]:
        """The status line. Python skips only 100, so the other interim responses (RFC 9110) count as 100."""
        version, status, reason = super()._read_status()  # type: ignore[misc]  # private
        if 100 <= status < 200 and status != HTTPStatus.SWITCHING_PROTOCOLS:
            self._interim += 1
            if self._interim > _MOST_INTERIM:
                raise http.client.BadStatusLine("only interim answers")
            status = HTTPStatus.CONTINUE
        return version, status, reason

    def _get_chunk_left(self) -> int | None:
        """How much of the current chunk is unread; None after the last one."""
        if self.chunk_left == 0:
            if self._safe_read(2) != b"\r\n":  # type: ignore[attr-defined]  # private
                self._close_conn()  # type: ignore[attr-defined]  # private
                raise http.client.IncompleteRead(b"")
            self.chunk_left = None
        left: int | None = super()._get_chunk_left()  # type: ignore[misc]  # private
        return left

    def _read_next_chunk_size(self) -> int:
        """The size of the next part of a body. Raises `ValueError` also for what `int` accepts, such as -1."""
        line = self.fp.readline(_LONGEST_LINE + 1)
        size = line.rstrip().partition(b";")[0]
        if not _CHUNK_SIZE.fullmatch(size):
            self._close_conn()  # type: ignore[attr-defined]  # private
            raise ValueError("no size of a chunk")
        return int(size, 16)


class _Head:
    """The lines of a stream, each with its end. A first line that is not HTTP is left to `http.client`."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._is_http = False
        self.close, self.flush = stream.close, stream.flush

    def readline(self, limit: int) -> bytes:
        line = self._stream.readline(limit)
        self._is_http = self._is_http or line.startswith(b"HTTP/")
        if self._is_http and len(line) < limit and not line.endswith(b"\n"):
            raise ConnectionResetError("the connection ended within the head of an answer")
        return line


_parse_by_email = http.client.parse_headers


def _parse_headers(stream: Any, _class: type[http.client.HTTPMessage] = http.client.HTTPMessage) -> Any:
    """The headers, as from Python's own function, whose parser of e-mails took a twentieth of a validation.

    What is not plain (a name without a value, a value of two lines, too much of anything) is left to that function.
    """
    lines: list[bytes] = []
    while len(lines) <= _MOST_LINES:
        line = stream.readline(_LONGEST_LINE + 1)
        lines.append(line)
        if len(line) > _LONGEST_LINE or line in (b"\r\n", b"\n", b""):
            break
    head = b"".join(lines)
    if len(lines) > _MOST_LINES or not _PLAIN_HEADERS.fullmatch(head):
        return _parse_by_email(io.BytesIO(head), _class)
    headers = _class()
    for line in lines[:-1]:
        name, _, value = line.decode("iso-8859-1").partition(":")
        headers.set_raw(name, value.lstrip(" \t").rstrip("\r\n"))
    headers.set_payload("")
    return headers


http.client.parse_headers = _parse_headers  # type: ignore[assignment]  # the stubs overload it by the class
