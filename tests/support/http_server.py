"""HTTP servers on loopback that stop at once, whatever their clients do."""

from __future__ import annotations

import contextlib
import functools
import io
import socket
import socketserver
import ssl
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

from tests.support.certificates import Certificate

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK = "127.0.0.1"
GO_PLAIN_ANSWER = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
MINIO_PLAIN_ANSWER = b"HTTP/1.0 403 Forbidden\r\n\r\nSSL required"  # before 2020 (cmd/http/listener.go)
_POLL_SECONDS = 0.02


class StoppableServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Tracks its open connections, so that stopping never waits for a client."""

    daemon_threads = False  # otherwise closing would not wait for the threads
    allow_reuse_address = True
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if self.tls:
            # The handshake runs in the connection's own thread, so that a silent client blocks no other.
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._open_connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open_connections.discard(request)
        super().shutdown_request(request)

    @functools.cached_property
    def _open_connections(self) -> set[socket.socket]:
        return set()

    def refuse_connections(self) -> None:
        """Close the listening socket and every open connection, as a server that goes down."""
        self.shutdown()
        self.socket.close()
        self._close_connections()

    def _close_connections(self) -> None:
        for connection in list(self._open_connections):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    @contextlib.contextmanager
    def running(self, stopping: threading.Event | None = None) -> Iterator[int]:
        """Serve until the end; yields the port. Sets `stopping` before waiting for requests in progress."""
        thread = threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), name="server")
        thread.start()
        try:
            yield self.server_address[1]
        finally:
            if stopping:
                stopping.set()
            self.shutdown()
            self._close_connections()
            self.server_close()
            thread.join()


@contextlib.contextmanager
def serve_wsgi(
    app: WSGIApplication,
    certificate: Certificate | None = None,
    stopping: threading.Event | None = None,
    max_body_bytes: int = sys.maxsize,
    plain_answer: bytes = b"",
) -> Iterator[str]:
    """Serve `app`; yields the endpoint. Sets `stopping` before waiting for requests in progress.

    Like a proxy with a limit, it refuses bodies of more than `max_body_bytes` before reading them. With a certificate,
    requests in plain http get `plain_answer`; without one, the connection is closed.
    """
    server = _WsgiServer(app, _tls_context(certificate) if certificate else None, max_body_bytes, plain_answer)
    with server.running(stopping) as port:
        yield f"{'https' if certificate else 'http'}://{LOOPBACK}:{port}"


class _WsgiServer(StoppableServer, ThreadedWSGIServer):
    daemon_threads = False
    request_queue_size = 1024  # connections: those of many runs come at once, and beyond it the kernel delays them

    def __init__(
        self, app: WSGIApplication, tls: ssl.SSLContext | None, max_body_bytes: int, plain_answer: bytes
    ) -> None:
        super().__init__(LOOPBACK, 0, app, _KeepAliveHandler)
        self.tls = self.ssl_context = tls
        self.max_body_bytes = max_body_bytes
        self.plain_answer = plain_answer

    def finish_request(self, request: Any, client_address: Any) -> None:
        if not (self.tls and self.plain_answer and _is_plain(request)):
            super().finish_request(request, client_address)
            return
        with contextlib.suppress(OSError):
            # The methods of the socket below TLS
            socket.socket.recv(request, 1 << 16)
            socket.socket.sendall(request, self.plain_answer)


def _is_plain(connection: ssl.SSLSocket) -> bool:
    """Whether the client sends something else than the handshake of TLS."""
    try:
        return socket.socket.recv(connection, 1, socket.MSG_PEEK) not in (b"", b"\x16")
    except OSError:
        return False


_TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head><body>nginx</body></html>"


class _KeepAliveHandler(WSGIRequestHandler):
    """Keeps connections open, as stores do; werkzeug's own handler closes each after a delay."""

    server: _WsgiServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        if int(self.headers.get("Content-Length") or 0) > self.server.max_body_bytes:
            self._respond(413, Headers({"Content-Type": "text/html", "Connection": "close"}), _TOO_LARGE)
            self._discard_body()
            self.close_connection = True
            return
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        try:
            body = get_input_stream(environ).read()
        except ClientDisconnected:
            self.close_connection = True
            return
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "tests.server": self.server}
        try:
            content, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
            self._respond(int(status.split()[0]), headers, b"".join(content))
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:  # noqa: BLE001 - any error of the application is logged, and answered with 500
            self.server.log("error", f"Error on request:\n{traceback.format_exc()}")
            self._respond(500, Headers(), b"")

    def _discard_body(self) -> None:
        """As nginx does: closing while the client still sends would reset the connection, and lose the response."""
        with contextlib.suppress(OSError):
            while self.rfile.read1(1 << 16):
                pass

    def _respond(self, status: int, headers: Headers, content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if "date" not in headers:
            self.send_header("Date", self.date_time_string())
        has_body = self.command != "HEAD" and status not in (204, 304)
        if "content-length" not in headers and has_body:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if has_body:
            self.wfile.write(content)
            # A body shorter than its Content-Length ends with the connection.
            self.close_connection |= headers.get("content-length", len(content), type=int) != len(content)

    def log(self, type: str, message: str | bytes, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Log no requests; errors of the application are logged by the server."""

    def handle_expect_100(self) -> bool:
        return True  # `run_wsgi` sends the interim response


def _tls_context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context
