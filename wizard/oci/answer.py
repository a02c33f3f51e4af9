"""An answer over HTTP, and what a registry's error says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Any, NamedTuple

from wizard.oci.address import Origin, origin_of
from wizard.text.sanitize import sanitize

_MAX_CODE, _MAX_MESSAGE = 40, 160  # characters
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class RegistryError(NamedTuple):
    """The first error in an answer: `{"errors": [{"code": …, "message": …}]}`. Sanitized and cut; empty if missing."""

    code: str = ""
    message: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, self))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its complete body. `url` is what it is the answer of, after redirects."""

    url: str
    status: int
    headers: Message
    body: bytes

    def header(self, name: str) -> str:
        """The first header of that name; empty if there is none."""
        return str(self.headers.get(name) or "")

    @property
    def origin(self) -> Origin:
        """Who has answered."""
        origin = origin_of(self.url)
        if origin is None:
            raise ValueError("only URLs with an origin are requested")
        return origin

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_redirect(self) -> bool:
        """Whether it sends the client elsewhere."""
        return self.status in _REDIRECTS and bool(self.header("location"))

    @property
    def is_html(self) -> bool:
        """Whether it is a web page."""
        return b"<html" in self.body[:2000].lower() or b"<!doctype html" in self.body[:2000].lower()

    @property
    def is_s3(self) -> bool:
        """Whether it is one of an S3 store."""
        return b"<Error>" in self.body[:2000] or b"<ListAllMyBucketsResult" in self.body[:2000]

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def error(self) -> RegistryError:
        """The error that the registry names."""
        document = self.json
        errors = document.get("errors") if isinstance(document, dict) else None
        first = errors[0] if isinstance(errors, list) and errors else None
        if not isinstance(first, dict):
            return RegistryError()
        code, message = (sanitize(first.get(name) or "", limit) for name, limit in _OF_ERRORS)
        return RegistryError(code, message)

    @property
    def is_of_registry(self) -> bool:
        """Whether a registry has answered, and not a proxy in front of it or a web server."""
        if self.header("docker-distribution-api-version").startswith("registry/"):
            return True
        document = self.json
        return isinstance(document, dict) and (self.is_success or "errors" in document)


_OF_ERRORS = (("code", _MAX_CODE), ("message", _MAX_MESSAGE))
