"""Sends requests over HTTP/1.1, on one connection for each server that is kept open between requests.

Trusts the CAs and uses the proxies of this machine as registries and their clients do, by Go's rules.
"""

from __future__ import annotations

import contextlib
import http.client
import select
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from wizard.model.redaction import register_credentials
from wizard.oci.address import Origin, origin_of
from wizard.oci.answer import Answer
from wizard.oci.errors import EndlessAnswerError, NoAnswerError, UnsupportedProxyError
from wizard.oci.trust import tls_context, trust_variables
from wizard.s3.proxies import Proxy, proxy_for
from wizard.s3.strict_response import CompleteResponse
from wizard.s3.timeouts import Timeouts

MAX_BODY = 1 << 20  # bytes
_BLOCK = 64 << 10
_HTTP_PORT = 80
_CONTINUE_WAIT = 1.0  # seconds for an answer to an announced body; net/http of Go waits as long before it sends
_USER_AGENT = "storage-wizard"
_REPEATABLE = ("GET", "HEAD", "DELETE")


class Transport:
    """The connections of one run. Follows no redirect. For one thread at a time.

    `accepts_any` and `ca_file`: see `trust`.
    `before_send` is called before each request; what it raises prevents the request. `environment` has the names of
    what of this machine the requests have used.
    """

    def __init__(
        self,
        timeouts: Timeouts,
        before_send: Callable[[], None],
        *,
        accepts_any: bool = False,
        ca_file: Path | None = None,
    ) -> None:
        self._timeouts = timeouts
        self._before_send = before_send
        self._accepts_any, self._ca_file = accepts_any, ca_file
        self._tls: ssl.SSLContext | None = None
        self._open: dict[Origin, http.client.HTTPConnection] = {}
        self.environment: dict[str, None] = {}

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Sends a request. Raises `CallFailedError`, and `ValueError` for a URL without an origin."""
        origin, target, proxy = self._target(url)
        connection, is_reused = self._connection(origin, proxy)
        try:
            return self._exchange(connection, method, (url, target), _headers(headers, target, proxy), body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            self._drop(origin)
            if not is_reused or method not in _REPEATABLE:  # the server may have closed it meanwhile
                raise NoAnswerError(origin, error, while_connecting=False, proxy=proxy) from None
            return self.send(method, url, headers, body)
        except (OSError, http.client.HTTPException) as error:
            self._drop(origin)
            raise NoAnswerError(origin, error, while_connecting=False, proxy=proxy) from None

    def announce(self, method: str, url: str, headers: Mapping[str, str], size: int) -> int:
        """Announces a body of `size` bytes and sends none of it. Returns the status of the answer, 100 to continue.

        Returns 0 without an answer. Raises as `send`.
        """
        origin, target, proxy = self._target(url)
        connection, _ = self._connection(origin, proxy)
        self._before_send()
        announced = {"Content-Length": str(size), "Expect": "100-continue"}
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in {**_headers(headers, target, proxy), **announced}.items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.sock.settimeout(_CONTINUE_WAIT)
            with connection.sock.makefile("rb") as stream:
                words = stream.readline(_BLOCK).split()
            return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            self._drop(origin)

    def close(self) -> None:
        """Closes the connections."""
        for origin in list(self._open):
            self._drop(origin)

    def _target(self, url: str) -> tuple[Origin, str, Proxy | None]:
        """The server, the target of the request line, and the proxy."""
        origin = origin_of(url)
        if origin is None:
            raise ValueError("not a URL that can be requested")
        proxy = proxy_for(f"{origin.scheme}://{origin.netloc}")
        if proxy is not None:
            self.environment[proxy.variable] = None
            if not proxy.is_supported or proxy.scheme != "http":
                raise UnsupportedProxyError(origin, proxy)
        if origin.scheme == "https" and not self._accepts_any:
            self.environment |= dict.fromkeys(trust_variables())
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        in_full = proxy is not None and origin.scheme == "http"
        return origin, f"http://{origin.netloc}{path}" if in_full else path, proxy

    def _connection(self, origin: Origin, proxy: Proxy | None) -> tuple[http.client.HTTPConnection, bool]:
        """An open connection, and whether it was used before."""
        kept = self._open.get(origin)
        if kept is not None and kept.sock is not None and not _is_readable(kept):
            return kept, True
        self._drop(origin)
        self._before_send()
        try:
            connection = self._new_connection(origin, proxy)
            connection.connect()
            connection.sock.settimeout(self._timeouts.read)
        except (OSError, http.client.HTTPException) as error:
            is_of_proxy = proxy is not None and not isinstance(error, ssl.SSLError)
            raise NoAnswerError(origin, error, while_connecting=True, proxy=proxy, is_proxy_error=is_of_proxy) from None
        self._open[origin] = connection
        return connection, False

    def _new_connection(self, origin: Origin, proxy: Proxy | None) -> http.client.HTTPConnection:
        host, port = (origin.host, origin.port) if proxy is None else _address_of(proxy)
        timeout = self._timeouts.connect
        connection: http.client.HTTPConnection
        if origin.scheme == "http":
            connection = http.client.HTTPConnection(host, port, timeout=timeout)
        else:
            connection = http.client.HTTPSConnection(host, port, timeout=timeout, context=self._context())
            if proxy is not None:
                connection.set_tunnel(origin.host, origin.port, _proxy_authorization(proxy))
        connection.response_class = CompleteResponse
        return connection

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = tls_context(accepts_any=self._accepts_any, ca_file=self._ca_file)
        return self._tls

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        addresses: tuple[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Answer:
        url, target = addresses
        self._before_send()
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        content = bytearray()
        for block in _blocks(response):
            content += block
            if len(content) > MAX_BODY:
                connection.close()
                origin, *_ = self._target(url)
                raise EndlessAnswerError(origin)
        return Answer(url, response.status, response.headers, bytes(content))

    def _drop(self, origin: Origin) -> None:
        connection = self._open.pop(origin, None)
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()


def _blocks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while block := response.read(_BLOCK):
        yield block
    if response.length:  # the connection has ended before
        raise http.client.IncompleteRead(b"", response.length)


def _is_readable(connection: http.client.HTTPConnection) -> bool:
    """Whether an idle connection has something to read: its end, as nothing was asked."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def _headers(headers: Mapping[str, str], target: str, proxy: Proxy | None) -> dict[str, str]:
    to_proxy = _proxy_authorization(proxy) if proxy is not None and target.startswith("http://") else {}
    return {"User-Agent": _USER_AGENT, **headers, **to_proxy}


def _address_of(proxy: Proxy) -> tuple[str, int]:
    parts = urlsplit(proxy.url)
    return parts.hostname or "", parts.port or _HTTP_PORT


def _proxy_authorization(proxy: Proxy) -> dict[str, str]:
    parts = urlsplit(proxy.url)
    if not parts.username:
        return {}
    username, password = unquote(parts.username), unquote(parts.password or "")
    register_credentials("", password)
    return {"Proxy-Authorization": basic(username, password)}


def basic(username: str, password: str) -> str:
    """The value of an Authorization header (RFC 7617)."""
    return f"Basic {b64encode(f'{username}:{password}'.encode()).decode()}"
