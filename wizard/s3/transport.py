"""Sends requests over HTTP, with a limit on the size of an answer."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.response import StreamingBody

from wizard.s3.botocore_internals import new_http_session, prepared_request, send_unread
from wizard.s3.timeouts import Timeouts

MAX_BODY_SIZE = 2 << 20  # bytes; a full page of a listing has at most half of that
_BLOCK_SIZE = 64 << 10  # bytes that are read at once, also from a server that sends tiny chunks
_MAX_CONNECTIONS = 12  # as many as checks run side by side


class BodyTooLargeError(Exception):
    """An answer exceeds `MAX_BODY_SIZE`. A store can send without an end."""


class LimitedResponse(AWSResponse):
    """A response that reads at most `MAX_BODY_SIZE` bytes; botocore would read until memory is full."""

    _body: bytes | None = None

    @property
    def content(self) -> bytes:
        """The complete body. Raises `BodyTooLargeError`."""
        if self._body is None:
            self._body = self._read()
        return self._body

    def _read(self) -> bytes:
        # A HEAD announces a length and has no body: urllib3 knows how many bytes are still to come.
        stream = StreamingBody(self.raw, self.raw.length_remaining)
        body = bytearray()
        with contextlib.ExitStack() as on_error:
            on_error.callback(stream.close)
            while block := stream.read(_BLOCK_SIZE):  # raises at the end if the length is not what was announced
                body += block
                if len(body) > MAX_BODY_SIZE:
                    raise BodyTooLargeError
            on_error.pop_all()
        return bytes(body)


def _do_nothing() -> None:
    pass


class HttpSession:
    """A pool of connections, for several threads. Follows no redirect.

    `raw_paths`: sends paths without percent-encoding, as a registry that signs with V2.
    """

    def __init__(
        self, verify: str | bool, timeouts: Timeouts, proxies: Mapping[str, str], *, raw_paths: bool = False
    ) -> None:
        waits = (timeouts.connect, timeouts.read)
        self._session = new_http_session(verify, waits, proxies, _MAX_CONNECTIONS, raw_paths=raw_paths)
        self.before_send: Callable[[], None] = _do_nothing  # called before each request; what it raises prevents that
        self.answered_at = 0.0  # when the last answer started, in seconds of the monotonic clock

    def send(self, request: AWSPreparedRequest) -> LimitedResponse:
        """Sends a request. Reads the body of the answer unless the request asks for a stream.

        Raises `BodyTooLargeError`, `ContinueReceivedError` and botocore's exceptions.
        """
        self.before_send()
        is_streamed = request.stream_output
        answer = send_unread(self._session, request)
        self.answered_at = time.monotonic()
        limited = LimitedResponse(answer.url, answer.status_code, answer.raw.headers, answer.raw)
        if not is_streamed:
            limited.content  # noqa: B018 - reads the body
        return limited

    def fetch(self, method: str, url: str, headers: Mapping[str, str]) -> LimitedResponse:
        """Sends an unsigned request without a body; raises as `send`."""
        return self.send(prepared_request(method, url, headers))

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self._session.close()
