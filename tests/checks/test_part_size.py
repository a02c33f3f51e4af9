"""A large body is announced to a store, as the registry's SDK does it, and never sent."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.live_store import LiveStore
from wizard.s3.client import Store
from wizard.s3.errors import ErrorResponse

_SIZE = 20 << 20


class _Listener:
    """A store that gives one answer to the head of one request, and keeps all that it is sent."""

    def __init__(self, answer: bytes) -> None:
        self._answer, self.got = answer, b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._listen)
        self.endpoint = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> _Listener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # the other side may have hung up
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()
        self._socket.close()

    def _listen(self) -> None:
        self._connection, _ = self._socket.accept()
        while b"\r\n\r\n" not in self.got:
            self.got += self._connection.recv(1 << 16)
        self._connection.sendall(self._answer)
        while more := self._connection.recv(1 << 16):
            self.got += more


@contextlib.contextmanager
def connected(listener: _Listener) -> Iterator[Store]:
    store = Store(LiveStore(listener.endpoint, "bucket", "AKIAIOSFODNN7EXAMPLE", "secret").settings())
    try:
        yield store
    finally:
        store.close()


def announce_body(store: Store) -> None:
    store.announce_body("UploadPart", _SIZE, Bucket="bucket", Key="key", UploadId="1", PartNumber=1)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 100 Continue\r\n\r\n", b""], ids=["continue", "nothing"])
def test_what_may_come_is_announced_and_not_sent(answer: bytes) -> None:
    with _Listener(answer) as listener, connected(listener) as store:
        announce_body(store)
    head, _, body = listener.got.partition(b"\r\n\r\n")
    assert f"content-length: {_SIZE}".encode() in head.lower()
    assert b"expect: 100-continue" in head.lower()
    assert body == b""


def test_what_may_not_come_is_a_refusal() -> None:
    page = b"<html>413</html>"
    answer = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    with (
        _Listener(answer % len(page) + page) as listener,
        connected(listener) as store,
        pytest.raises(ErrorResponse) as refused,
    ):
        announce_body(store)
    assert refused.value.is_too_large
    assert listener.got.endswith(b"\r\n\r\n")


def test_small_bodies_are_sent_without_asking() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with _Listener(answer) as listener, connected(listener) as store:
        store.call("PutObject", Bucket="bucket", Key="key", Body=b"small")
    head, _, body = listener.got.partition(b"\r\n\r\n")
    assert b"expect" not in head.lower()
    assert body == b"small"
