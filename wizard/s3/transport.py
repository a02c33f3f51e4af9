"""Sends requests over HTTP, with a limit on the size of an answer."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.response import StreamingBody

from wizard.s3.botocore_internals import new_http_session, prepared_request, send_unread
from wizard.s3.timeouts import Timeouts

MAX_BODY_SIZE = 2 << 20  # bytes; a full page of a listing has at most half of that
_BLOCK_SIZE = 64 << 10  # bytes that are read at once, also from a server that sends tiny chunks
_MAX_CONNECTIONS = 48  # that are kept: of several validations side by side, each of which uses up to 17


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


class _Pool:
    """Connections to one host, and how many sessions use them now."""

    def __init__(self, verify: str | bool, timeouts: Timeouts, proxies: Mapping[str, str], *, raw_paths: bool) -> None:
        waits = (timeouts.connect, timeouts.read)
        self.session = new_http_session(verify, waits, proxies, _MAX_CONNECTIONS, raw_paths=raw_paths)
        self.users = 0


_pools: dict[tuple[object, ...], _Pool] = {}
_pools_lock = threading.Lock()


class HttpSession:
    """Sends requests, for several threads. Follows no redirect.

    Sessions that exist at the same time share their connections if everything agrees: validations of many files did not
    connect anew for each file, which took a tenth of their time. `host` is the one that is called mostly: botocore
    keeps connections to few hosts. `raw_paths`: sends paths without percent-encoding, as a registry that signs with V2.
    """

    def __init__(
        self,
        verify: str | bool,
        timeouts: Timeouts,
        proxies: Mapping[str, str],
        host: str = "",
        *,
        raw_paths: bool = False,
    ) -> None:
        self._key = (verify, timeouts, tuple(proxies.items()), host, raw_paths)
        with _pools_lock:
            if self._key not in _pools:
                _pools[self._key] = _Pool(verify, timeouts, proxies, raw_paths=raw_paths)
            self._pool = _pools[self._key]
            self._pool.users += 1
        self._is_closed = False
        self.before_send: Callable[[], None] = _do_nothing  # called before each request; what it raises prevents that
        self.answered_at = 0.0  # when the last answer started, in seconds of the monotonic clock

    def send(self, request: AWSPreparedRequest) -> LimitedResponse:
        """Sends a request. Reads the body of the answer unless the request asks for a stream.

        Raises `BodyTooLargeError`, `ContinueReceivedError` and botocore's exceptions.
        """
        self.before_send()
        is_streamed = request.stream_output
        answer = send_unread(self._pool.session, request)
        self.answered_at = time.monotonic()
        limited = LimitedResponse(answer.url, answer.status_code, answer.raw.headers, answer.raw)
        if not is_streamed:
            limited.content  # noqa: B018 - reads the body
        return limited

    def fetch(self, method: str, url: str, headers: Mapping[str, str]) -> LimitedResponse:
        """Sends an unsigned request without a body; raises as `send`."""
        return self.send(prepared_request(method, url, headers))

    def close(self) -> None:
        """Closes the connections that are not in use, unless another session shares them."""
        with _pools_lock:
            if not self._is_closed:
                self._is_closed = True
                self._pool.users -= 1
            if self._pool.users:
                return
            if _pools.get(self._key) is self._pool:
                del _pools[self._key]
        self._pool.session.close()
