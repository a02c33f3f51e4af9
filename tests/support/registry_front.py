"""A proxy in front of a registry, as nginx is in front of many, with the mistakes that its configuration can have."""

from __future__ import annotations

import contextlib
import http.client
import re
import sys
from collections.abc import Callable, Iterator

from werkzeug.wrappers import Request, Response

from tests.support.certificates import Certificate
from tests.support.http_server import serve_wsgi

_HOP_BY_HOP = {"connection", "content-length", "date", "transfer-encoding"}
_FORBIDDEN = b"<html><head><title>403 Forbidden</title></head><body>nginx</body></html>"
Rewrite = Callable[[str], str]
Change = Callable[[Request, Response], Response]


@contextlib.contextmanager
def front_of(
    registry: str,
    *,
    refuses: str = "",
    max_body_bytes: int = sys.maxsize,
    location: Rewrite = lambda value: value,
    prefix: str = "",
    passes_host: bool = True,
    change: Change = lambda _, response: response,
    certificate: Certificate | None = None,
    says_https: bool = True,
) -> Iterator[str]:
    """Passes requests to `registry`, an address such as `127.0.0.1:5000`; yields its own URL.

    `refuses`: a pattern of `METHOD PATH` that is answered with 403. `location` rewrites that header of uploads.
    `prefix` is removed from paths, as `location /prefix/` of nginx does. `change` sees each response.
    Without `passes_host` the registry does not learn by which name clients know it, nor without `says_https` that they
    use TLS.
    """

    @Request.application
    def respond(request: Request) -> Response:
        if not request.path.startswith(prefix):
            return Response("not here", 404)
        if refuses and re.search(refuses, f"{request.method} {request.path}"):
            return Response(_FORBIDDEN, 403, content_type="text/html")
        hidden = {"expect", *_HOP_BY_HOP} | (set() if passes_host else {"host"})
        more = {"X-Forwarded-Proto": "https"} if certificate and says_https else {}
        return change(request, _pass_on(request, (registry, prefix), location, hidden, more))

    with serve_wsgi(respond, certificate, max_body_bytes=max_body_bytes) as url:
        yield f"{url}{prefix}"


def _pass_on(
    request: Request, upstream: tuple[str, str], location: Rewrite, hidden: set[str], more: dict[str, str]
) -> Response:
    registry, prefix = upstream
    target = request.path.removeprefix(prefix) + (f"?{request.query_string.decode()}" if request.query_string else "")
    headers = {name: value for name, value in request.headers if name.lower() not in hidden} | more
    with contextlib.closing(http.client.HTTPConnection(registry, timeout=20)) as connection:
        connection.request(request.method, target, request.get_data(), headers)
        answer = connection.getresponse()
        response = Response(answer.read(), answer.status)
    response.headers.clear()
    for name, value in answer.getheaders():
        if name.lower() not in _HOP_BY_HOP:
            is_upload = name.lower() == "location" and request.method in ("POST", "PATCH")
            response.headers.add(name, location(value) if is_upload else value)
    if request.method == "HEAD":
        response.headers["Content-Length"] = answer.headers.get("Content-Length", "0")
    return response
