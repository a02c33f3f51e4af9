"""A proxy between the program and a store: it breaks requests by a schedule, and records what became of each."""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import re
import select
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.chaos.schedule import HARMLESS, Fault
from tests.support.http_server import LOOPBACK, StoppableServer
from tests.support.s3_requests import operation as operation_of

_ERRORS = {
    "500": (500, "InternalError"),
    "503": (503, "SlowDown"),
    "denied": (403, "AccessDenied"),
    "expired": (400, "ExpiredToken"),
}
_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
_DRIPS = 12  # pieces of a response
_DRIP_SECONDS = 0.02  # between two pieces
_HOP_BY_HOP = {"connection", "expect", "keep-alive", "transfer-encoding", "content-length"}
_RUN = re.compile(r"storage-wizard-[0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request: the operation, the path without the query, and whether its answer was lost or replaced."""

    operation: str
    path: str
    is_broken: bool

    @property
    def run(self) -> str:
        """The validation that has sent it; empty if the request names none."""
        match = _RUN.search(self.path)
        return match[0] if match else ""


@dataclass
class _Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def operation(self) -> str:
        path, _, query = self.target.partition("?")
        environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers}
        return operation_of(environ | {"REQUEST_METHOD": self.method, "PATH_INFO": path, "QUERY_STRING": query})


class _Cut(Exception):
    """The connection ends now."""


@dataclass
class FaultyProxy:
    """`port` is where it listens, `store` the port of the store; `on_request` gets the number of each request."""

    store: int
    faults: Sequence[Fault]
    on_request: Callable[[int], None]
    port: int = 0
    exchanges: list[Exchange] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)  # what the program has sent, without large bodies
    is_refusing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def running(self) -> Iterator[FaultyProxy]:
        """Listen on loopback. What follows the end are no requests any more."""
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with contextlib.suppress(OSError, http.client.HTTPException, _Cut):
                    proxy._serve(self)

            def finish(self) -> None:
                with contextlib.suppress(OSError):
                    super().finish()

        self._server = StoppableServer((LOOPBACK, 0), Handler)
        with self._server.running(self._stopping) as self.port:
            yield self

    # --- one connection ---

    def _serve(self, client: socketserver.StreamRequestHandler) -> None:
        store = http.client.HTTPConnection(LOOPBACK, self.store, timeout=20)
        with contextlib.closing(store):
            while (request := _read_request(client)) is not None:
                self._exchange(client, store, request)

    def _exchange(
        self, client: socketserver.StreamRequestHandler, store: http.client.HTTPConnection, request: _Request
    ) -> None:
        operation = request.operation
        with self._lock:
            self._count += 1
            number = self._count
        self.sent.append(f"{request.method} {request.target} {request.headers}".encode() + request.body[:65536])
        self.on_request(number)
        fault = next((fault for fault in self.faults if fault.hits(number, operation)), None)
        path = unquote(request.target)
        is_broken = fault is not None and fault.what not in HARMLESS
        self.exchanges.append(Exchange(operation, path if "?prefix" in path else path.partition("?")[0], is_broken))
        if fault is None:
            client.request.sendall(_forward(store, request))
            return
        self._break(client, store, request, fault)

    def _break(
        self,
        client: socketserver.StreamRequestHandler,
        store: http.client.HTTPConnection,
        request: _Request,
        fault: Fault,
    ) -> None:
        match fault.what:
            case "refused":
                self._refuse()
            case "unheard":  # the connection is reset before the store hears of it
                _reset(client.request)
            case "stall":
                self._wait_for_end(client.request)
            case "late":  # the store does it, and its answer never arrives
                _forward(store, request)
                self._wait_for_end(client.request)
            case "reset" | "truncated":
                data = _forward(store, request)
                client.request.sendall(data[: int(fault.cut * len(data))])
                if fault.what == "reset":
                    _reset(client.request)
                raise _Cut
            case "clock":
                skew = 3600 if fault.cut < 0.5 else -86400
                date = email.utils.formatdate(time.time() + skew, usegmt=True).encode()
                data = _forward(store, request)
                client.request.sendall(re.sub(rb"(?i)\r\nDate: [^\r]*", b"\r\nDate: " + date, data))
            case "drip":
                self._drip(client, _forward(store, request))
            case what:
                client.request.sendall(_error(*_ERRORS[what], has_body=request.method != "HEAD"))

    def _refuse(self) -> None:
        with self._lock:
            if not self.is_refusing:
                self.is_refusing = True
                self._server.refuse_connections()
        raise _Cut

    def _drip(self, client: socketserver.StreamRequestHandler, data: bytes) -> None:
        size = 1 + len(data) // _DRIPS
        for start in range(0, len(data), size):
            client.request.sendall(data[start : start + size])
            self._stopping.wait(_DRIP_SECONDS)

    def _wait_for_end(self, connection: socket.socket) -> None:
        """Wait until the client has closed the connection, or the proxy stops."""
        while not self._stopping.is_set():
            if select.select([connection], [], [], 0.05)[0] and not connection.recv(1 << 16):
                break
        raise _Cut


def _read_request(client: socketserver.StreamRequestHandler) -> _Request | None:
    line = client.rfile.readline(1 << 16).decode("latin-1").split()
    if len(line) != 3 or line[0] not in _METHODS:  # such as the handshake of TLS
        return None
    message = http.client.parse_headers(client.rfile)
    headers = list(message.items())
    if message.get("Expect", "").lower() == "100-continue":
        client.request.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert "Transfer-Encoding" not in message
    length = int(message.get("Content-Length") or 0)
    body = client.rfile.read(length)
    return _Request(line[0], line[1], headers, body) if len(body) == length else None


def _forward(store: http.client.HTTPConnection, request: _Request) -> bytes:
    """The complete response of the store."""
    for attempt in (1, 2):
        try:
            store.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                if name.lower() not in _HOP_BY_HOP:
                    store.putheader(name, value)
            store.putheader("Content-Length", str(len(request.body)))
            store.endheaders(request.body)
            return _bytes_of(store.getresponse(), request.method)
        except (http.client.RemoteDisconnected, ConnectionError):  # the store has closed an idle connection
            store.close()
            if attempt == 2:
                raise
    raise AssertionError("unreachable")


def _bytes_of(response: http.client.HTTPResponse, method: str) -> bytes:
    body = response.read()
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP]
    length: Any = response.headers.get("Content-Length", "0") if method == "HEAD" else len(body)
    lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _error(status: int, code: str, *, has_body: bool) -> bytes:
    body = f"<Error><Code>{code}</Code><Message>The proxy says so.</Message></Error>".encode()
    head = f"HTTP/1.1 {status} Error\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + (body if has_body else b"")


def _reset(connection: socket.socket) -> None:
    """Close with a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    raise _Cut
