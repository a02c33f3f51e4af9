"""Sends requests for botocore: follows nobody, announces what is large, reads no more than a store has to say."""

from __future__ import annotations

import contextlib
import io
import socket
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
    AWSResponse,
)
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.response import StreamingBody

from wizard.s3.timeouts import Timeouts

LONGEST = 2 << 20  # bytes of an answer: a full page of a listing has at most a half of that
_BLOCK = 64 << 10  # bytes that are read at once, however small the chunks are that they come in
_POOL = 12  # connections: as many as checks run side by side


class TooLongError(Exception):
    """An answer without an end."""


class DeclaredBody(io.BytesIO):
    """A body that is announced with its size, and stays here."""

    def __init__(self, size: int) -> None:
        super().__init__(b"\0")  # which is what is hashed and signed
        self._size = size

    def __len__(self) -> int:
        return self._size


class ContinueReceivedError(Exception):
    """The store would take a body that was announced, or does not say within a second."""


class _ExpectContinueMixin:
    """A connection that asks whether a body may come (`Expect: 100-continue`), and then sends none."""

    def _send_output(self, *arguments: Any, **more: Any) -> None:
        is_asking = self._expect_header_set  # type: ignore[attr-defined]
        super()._send_output(*arguments, **more)  # type: ignore[misc]
        if is_asking and not self._response_received:  # type: ignore[attr-defined]
            raise ContinueReceivedError


class _Connection(_ExpectContinueMixin, AWSHTTPConnection):  # type: ignore[misc]
    pass


class _SecureConnection(_ExpectContinueMixin, AWSHTTPSConnection):  # type: ignore[misc]
    pass


class _Staying:
    """A pool that follows no redirect."""

    def urlopen(self, *arguments: Any, **more: Any) -> Any:
        return super().urlopen(*arguments, **more | {"redirect": False})  # type: ignore[misc]


class _Pool(_Staying, AWSHTTPConnectionPool):  # type: ignore[misc]
    ConnectionCls = _Connection


class _SecurePool(_Staying, AWSHTTPSConnectionPool):  # type: ignore[misc]
    ConnectionCls = _SecureConnection


class _Answer(AWSResponse):  # type: ignore[misc]  # botocore has no types
    """An answer whose body is read only as far as it makes sense."""

    @cached_property
    def content(self) -> bytes:
        """The whole body; `TooLongError` when it goes on after `LONGEST`."""
        # What urllib3 expects: none of a HEAD, whatever the header announces.
        stream = StreamingBody(self.raw, self.raw.length_remaining)
        body = bytearray()
        with contextlib.ExitStack() as failing:
            failing.callback(stream.close)
            while block := stream.read(_BLOCK):  # at the end its length is compared with what was announced
                body += block
                if len(body) > LONGEST:
                    raise TooLongError
            failing.pop_all()
        return bytes(body)


class HttpSession(URLLib3Session):  # type: ignore[misc]
    """As botocore's own, which would read an endless answer until memory is full."""

    def __init__(self, verify: str | bool, timeouts: Timeouts, proxies: Mapping[str, str]) -> None:
        super().__init__(
            verify=verify,
            timeout=(timeouts.connect, timeouts.read),
            proxies=dict(proxies),
            max_pool_connections=_POOL,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # as botocore does
        )
        self._pool_classes_by_scheme |= {"http": _Pool, "https": _SecurePool}
        self.answered_at = 0.0  # on the monotonic clock, when the last answer has begun

    def send(self, request: AWSPreparedRequest) -> _Answer:
        """The answer; its body is read already, unless the request says that somebody reads it bit by bit."""
        is_read_later = request.stream_output
        request.stream_output = True
        try:
            found = super().send(request)
        except HTTPClientError as error:
            if isinstance(asked := error.kwargs.get("error"), ContinueReceivedError):
                raise asked from None
            raise
        self.answered_at = time.monotonic()
        answer = _Answer(found.url, found.status_code, found.headers, found.raw)
        if not is_read_later:
            answer.content  # noqa: B018 - reads it
        return answer

    def answer(self, request: AWSPreparedRequest, **_: object) -> _Answer:
        """For botocore's event `before-send`: an answer given there is taken for the store's."""
        return self.send(request)
