"""A proxy for plain http, as a company has one between its machines and a store; it alone knows the store's name."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_NOT_FORWARDED = {"host", "connection", "proxy-connection", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Proxy:
    """`url` is for HTTP_PROXY; `asked` holds the hosts that were asked for, in order."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """Sends each request, whatever host it is for, to `port` on loopback; for a store that verifies no signatures."""
    asked: list[str] = []

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def forward(self) -> None:
            where = urlsplit(self.path)
            asked.append(where.netloc)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # the client has hung up
                self.close_connection = True
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_FORWARDED}
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as store:
                target = where.path + (f"?{where.query}" if where.query else "")
                store.request(self.command, target, body, headers)
                answer = store.getresponse()
                content = answer.read()
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in _NOT_FORWARDED | {"content-length"}:
                        self.send_header(name, value)
                is_head = self.command == "HEAD"
                announced = answer.headers.get("Content-Length", "0") if is_head else str(len(content))
                self.send_header("Content-Length", announced)
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = forward  # noqa: N815 - the names of http.server

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Forward) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        try:
            yield Proxy(f"http://127.0.0.1:{server.server_address[1]}", asked)
        finally:
            server.shutdown()
            serving.join()
