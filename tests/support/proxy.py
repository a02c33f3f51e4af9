"""An HTTP proxy, as between a company's machines and a store; only the proxy resolves the store's name."""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.support.http_server import LOOPBACK

_HOP_BY_HOP = {"host", "connection", "proxy-connection", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class HttpProxy:
    """`url` is for HTTP_PROXY; `requested_hosts` are the hosts of the requests, in order."""

    url: str
    requested_hosts: list[str] = field(default_factory=list)


@contextlib.contextmanager
def http_proxy(port: int, *, passes_host: bool = False) -> Iterator[HttpProxy]:
    """Forward every request, whatever its host, to `port` on loopback. The store there must not verify signatures.

    `passes_host`: forward the Host header, too.
    """
    requested_hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def forward(self) -> None:
            url = urlsplit(self.path)
            requested_hosts.append(url.netloc)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # the client closed the connection
                self.close_connection = True
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            if passes_host:
                headers["Host"] = url.netloc
            with contextlib.closing(http.client.HTTPConnection(LOOPBACK, port, timeout=20)) as store:
                target = url.path + (f"?{url.query}" if url.query else "")
                store.request(self.command, target, body, headers)
                response = store.getresponse()
                content = response.read()
                self.send_response_only(response.status, response.reason)
                for name, value in response.getheaders():
                    if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                        self.send_header(name, value)
                is_head = self.command == "HEAD"
                content_length = response.headers.get("Content-Length", "0") if is_head else str(len(content))
                self.send_header("Content-Length", content_length)
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = forward  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield HttpProxy(f"http://{LOOPBACK}:{server.server_address[1]}", requested_hosts)
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Tunnels:
    """`url` is for HTTPS_PROXY; `authorities` are the hosts and ports to which tunnels were asked for, in order."""

    url: str
    authorities: list[str] = field(default_factory=list)


@contextlib.contextmanager
def connect_proxy(port: int, *, user: str = "", status: int = 200) -> Iterator[Tunnels]:
    """Opens each tunnel (CONNECT) to `port` on loopback, whatever its host. It answers nothing else.

    `user`: the name and the password that it asks for, with a colon between them. `status` refuses all tunnels.
    """
    authorities: list[str] = []
    expected = f"Basic {base64.b64encode(user.encode()).decode()}"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            authorities.append(self.path)
            self.close_connection = True
            if user and self.headers.get("Proxy-Authorization") != expected:
                self.send_error(407)
            elif status != http.client.OK:
                self.send_error(status)
            else:
                with socket.create_connection((LOOPBACK, port)) as server:
                    self.send_response_only(200)
                    self.end_headers()
                    back = threading.Thread(target=_pump, args=(server, self.connection))
                    back.start()
                    _pump(self.connection, server)
                    back.join()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as listener:
        listener.daemon_threads = True
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        credentials = f"{user}@" if user else ""
        try:
            yield Tunnels(f"http://{credentials}{LOOPBACK}:{listener.server_address[1]}", authorities)
        finally:
            listener.shutdown()
            thread.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Copies what arrives until its end, which it passes on."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
