"""A server that sends arbitrary bytes to a client, and records the bytes that it received.

with HostileStore(send_endlessly(http_response(b""), b"<a/>")).running() as store:
    check(store.settings())
    assert store.requests == [...]
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.support.http_server import LOOPBACK, StoppableServer
from tests.support.live_store import LiveStore
from wizard.model.settings import Settings, Value

ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@dataclass
class Connection:
    """A connection of a client; `stopping` is set when the server stops."""

    socket: socket.socket
    stopping: threading.Event

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_slowly(self, data: bytes) -> None:
        """Send one byte every 20 ms, and repeat the last one without end."""
        while not self.stopping.wait(0.02):
            self.send(data[:1])
            data = data[1:] or data


Attack = Callable[[Connection], None]  # called after a request was received; ends when the client or server closes


@dataclass
class HostileStore:
    """Answers every request with one attack; `requests` are the bytes received for each."""

    attack: Attack
    https: bool = False
    requests: list[bytes] = field(default_factory=list)

    @contextlib.contextmanager
    def running(self) -> Iterator[HostileStore]:
        """Listen on loopback."""
        stopping, attack, requests, https = threading.Event(), self.attack, self.requests, self.https

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    while data := self.request.recv(1 << 16):
                        requests.append(data)
                        attack(Connection(self.request, stopping))
                        if https:
                            return

        with StoppableServer((LOOPBACK, 0), Handler).running(stopping) as port:
            self.port = port
            yield self

    def settings(self, **changes: Value) -> Settings:
        """Settings of a bucket on this server."""
        endpoint = f"{'https' if self.https else 'http'}://{LOOPBACK}:{self.port}"
        return LiveStore(endpoint, "bucket", ACCESS_KEY, SECRET_KEY).settings(**changes)


def http_response(body: bytes, status: int = 200, *headers: str, length: str | None = None) -> bytes:
    """A complete response; `length` replaces the true Content-Length."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "Content-Type: application/xml", "", ""]).encode() + body


def send(data: bytes) -> Attack:
    """Send `data` for each request."""
    return lambda connection: connection.send(data)


def send_and_close(data: bytes) -> Attack:
    """Send `data` and close the sending half of the connection."""

    def attack(connection: Connection) -> None:
        connection.send(data)
        connection.socket.shutdown(socket.SHUT_WR)

    return attack


def send_endlessly(head: bytes, repeated: bytes) -> Attack:
    """Send `head` once, then `repeated` until the client closes the connection."""

    def attack(connection: Connection) -> None:
        connection.send(head)
        block = repeated * (1 + (1 << 16) // len(repeated))
        while not connection.stopping.is_set():
            connection.send(block)

    return attack


def send_slowly(head: bytes, data: bytes) -> Attack:
    """Send `head`, then `data` byte by byte without end, too often for a read timeout."""

    def attack(connection: Connection) -> None:
        connection.send(head)
        connection.send_slowly(data)

    return attack


# --- XML that expands when it is parsed ---

BILLION_LAUGHS = b"".join(
    (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "ha">',
        *(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">'.encode() for n in range(1, 10)),
        b"]><ListBucketResult><Name>&e9;</Name></ListBucketResult>",
    )
)
QUADRATIC = b'<!DOCTYPE r [<!ENTITY a "%s">]><ListBucketResult><Name>%s</Name></ListBucketResult>' % (
    b"a" * 50_000,
    b"&a;" * 50_000,
)
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b"<Error><Code>InternalError</Code><Message>&x;</Message></Error>"
)
MANY_TAGS = b"<ListBucketResult>" + b"<a/>" * 400_000 + b"</ListBucketResult>"
DEEP = b"<a>" * 90_000
