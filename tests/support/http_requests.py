"""Single HTTP requests without an S3 client."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: Message
    body: bytes


def http_get(url: str, headers: Mapping[str, str] = MappingProxyType({}), ca: Path | None = None) -> HttpResponse:
    """GET `url`; https needs `ca`, the file of CA certificates to trust."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=ca)
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(parts.netloc, timeout=5, context=context)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    with contextlib.closing(connection):
        connection.request("GET", f"{parts.path or '/'}?{parts.query}", headers=dict(headers))
        response = connection.getresponse()
        return HttpResponse(response.status, response.headers, response.read())
