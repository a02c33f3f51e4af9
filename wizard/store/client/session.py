"""Sends requests for botocore, and reads of an answer no more than any store has to say."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping
from functools import cached_property

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from botocore.response import StreamingBody

from wizard.store.deadlines import Deadlines

LONGEST = 2 << 20  # bytes of an answer: a full page of a listing has at most a half of that
_BLOCK = 64 << 10  # bytes that are read at once, however small the chunks are that they come in
_POOL = 12  # connections: as many as checks run side by side


class TooLongError(Exception):
    """An answer without an end."""


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


class Session(URLLib3Session):  # type: ignore[misc]
    """As botocore's own, which would read an endless answer until memory is full."""

    def __init__(self, verify: str | bool, deadlines: Deadlines, proxies: Mapping[str, str]) -> None:
        super().__init__(
            verify=verify,
            timeout=(deadlines.connect, deadlines.read),
            proxies=dict(proxies),
            max_pool_connections=_POOL,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # as botocore does
        )
        self.answered_at = 0.0  # on the monotonic clock, when the last answer has begun

    def send(self, request: AWSPreparedRequest) -> _Answer:
        """The answer; its body is read already, unless the request says that somebody reads it bit by bit."""
        is_read_later = request.stream_output
        request.stream_output = True
        found = super().send(request)
        self.answered_at = time.monotonic()
        answer = _Answer(found.url, found.status_code, found.headers, found.raw)
        if not is_read_later:
            answer.content  # noqa: B018 - reads it
        return answer

    def answer(self, request: AWSPreparedRequest, **_: object) -> _Answer:
        """For botocore's event `before-send`: an answer given there is taken for the store's."""
        return self.send(request)
