"""A store that means harm, by the byte: what it sends to whoever connects, and what it was sent.

    with Adversary(endless(answer(b""), b"<a/>")).running() as store:
        check(store.settings())
        assert store.requests == [...]

A trick gets the connection once a request has come in, and is over when the client has gone, or the store ends.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.support.servers import Connections, LiveStore
from wizard.model.findings import Value
from wizard.model.settings import Settings

ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@dataclass
class Connection:
    """A connection of a client; `stopping` is set when the store ends."""

    socket: socket.socket
    stop_on_signals: threading.Event

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def drip(self, data: bytes) -> None:
        """A byte now and then, and never an end."""
        while not self.stop_on_signals.wait(0.02):
            self.send(data[:1])
            data = data[1:] or data


Trick = Callable[[Connection], None]


@dataclass
class Adversary:
    """Plays one trick on every request; `requests` are those that came, head and all."""

    trick: Trick
    https: bool = False
    requests: list[bytes] = field(default_factory=list)

    @contextlib.contextmanager
    def running(self) -> Iterator[Adversary]:
        """Listening on loopback."""
        stop_on_signals, trick, requests, https = threading.Event(), self.trick, self.requests, self.https

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    while head := self.request.recv(1 << 16):
                        requests.append(head)
                        trick(Connection(self.request, stop_on_signals))
                        if https:
                            return

        with Connections(("127.0.0.1", 0), Handler).running(stop_on_signals) as port:
            self.port = port
            yield self

    def settings(self, **changes: Value) -> Settings:
        """Settings of a bucket here."""
        endpoint = f"{'https' if self.https else 'http'}://127.0.0.1:{self.port}"
        return LiveStore(endpoint, "bucket", ACCESS_KEY, SECRET_KEY).settings(**changes)


def answer(body: bytes, status: int = 200, *headers: str, length: str | None = None) -> bytes:
    """A whole answer, with its length or what is given for it."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "Content-Type: application/xml", "", ""]).encode() + body


def says(data: bytes) -> Trick:
    """Sends some bytes, and waits for more requests."""
    return lambda connection: connection.send(data)


def hangs_up_after(data: bytes) -> Trick:
    """Sends some bytes, and closes its half of the connection."""

    def act(connection: Connection) -> None:
        connection.send(data)
        connection.socket.shutdown(socket.SHUT_WR)

    return act


def endless(head: bytes, more: bytes) -> Trick:
    """Sends `more` for as long as somebody reads it."""

    def act(connection: Connection) -> None:
        connection.send(head)
        block = more * (1 + (1 << 16) // len(more))
        while not connection.stop_on_signals.is_set():
            connection.send(block)

    return act


def drips(head: bytes, more: bytes) -> Trick:
    """Sends `more` by a byte now and then, too often for a timeout, and never ends."""

    def act(connection: Connection) -> None:
        connection.send(head)
        connection.drip(more)

    return act


# --- XML that grows when it is read ---

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
