"""Refuses an answer whose connection ends within its status line or its headers.

Python takes what has come for the complete head: of `HTTP/1.1 200 OK` and half of a header it makes a success. The HTTP
client of a registry reports that the connection was closed (`readRequest` and `ReadResponse` of Go's net/http).
"""

from __future__ import annotations

import http.client
import io
from typing import Any


class CompleteResponse(http.client.HTTPResponse):
    """A response with a complete head. Otherwise `begin` raises `ConnectionResetError`.

    What is not HTTP at all still raises `http.client.BadStatusLine`.
    """

    fp: Any  # None once everything is read

    def begin(self) -> None:
        """Reads the head."""
        stream = self.fp
        self.fp = _Head(stream)
        try:
            super().begin()
        finally:
            if self.fp is not None:
                self.fp = stream


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
