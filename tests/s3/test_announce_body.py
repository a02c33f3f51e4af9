"""A large body is announced to the store as the registry's SDK does it, and never sent."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.live_store import LiveStore
from wizard.s3.client import Store
from wizard.s3.errors import ErrorResponse

SIZE = 20 << 20


class OneResponseServer:
    """Sends one response after the head of one request, and records everything that it receives."""

    def __init__(self, response: bytes) -> None:
        self._response, self.received = response, b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.endpoint = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> OneResponseServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # the client may have closed the connection
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()
        self._socket.close()

    def _serve(self) -> None:
        self._connection, _ = self._socket.accept()
        while b"\r\n\r\n" not in self.received:
            self.received += self._connection.recv(1 << 16)
        self._connection.sendall(self._response)
        while more := self._connection.recv(1 << 16):
            self.received += more


@contextlib.contextmanager
def connected(server: OneResponseServer) -> Iterator[Store]:
    store = Store(LiveStore(server.endpoint, "bucket", "AKIAIOSFODNN7EXAMPLE", "secret").settings())
    try:
        yield store
    finally:
        store.close()


def announce_body(store: Store) -> None:
    store.announce_body("UploadPart", SIZE, Bucket="bucket", Key="key", UploadId="1", PartNumber=1)


@pytest.mark.parametrize("response", [b"HTTP/1.1 100 Continue\r\n\r\n", b""], ids=["continue", "no response"])
def test_an_accepted_body_is_not_sent(response: bytes) -> None:
    with OneResponseServer(response) as server, connected(server) as store:
        announce_body(store)
    head, _, body = server.received.partition(b"\r\n\r\n")
    assert f"content-length: {SIZE}".encode() in head.lower()
    assert b"expect: 100-continue" in head.lower()
    assert body == b""


def test_a_rejected_body_is_an_error_response() -> None:
    page = b"<html>413</html>"
    head = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    with (
        OneResponseServer(head % len(page) + page) as server,
        connected(server) as store,
        pytest.raises(ErrorResponse) as caught,
    ):
        announce_body(store)
    assert caught.value.is_too_large
    assert server.received.endswith(b"\r\n\r\n")


def test_a_small_body_is_sent_without_being_announced() -> None:
    response = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with OneResponseServer(response) as server, connected(server) as store:
        store.call("PutObject", Bucket="bucket", Key="key", Body=b"small")
    head, _, body = server.received.partition(b"\r\n\r\n")
    assert b"expect" not in head.lower()
    assert body == b"small"
