"""A token server for registries with `auth: token` (https://distribution.github.io/distribution/spec/auth/jwt/)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from werkzeug.wrappers import Request, Response

from tests.support.certificates import Certificate
from tests.support.http_server import serve_wsgi

ISSUER, SERVICE = "token server of the tests", "registry of the tests"
_LIFETIME = 300  # seconds
_SIZE = 32  # bytes of each number of an ES256 signature


@dataclass
class TokenServer:
    """Gives each user the actions in `allowed`. The registry trusts `certificate` (its `rootcertbundle`).

    `requests` are the scopes that were asked for, in order.
    """

    certificate: Certificate
    users: dict[str, str]
    allowed: Collection[str] = ("pull", "push", "delete")
    issuer: str = ISSUER
    anonymous: bool = False  # whether clients without a user name get a token, to pull
    requests: list[str] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def running(self) -> Iterator[TokenServer]:
        with serve_wsgi(Request.application(self._respond)) as endpoint:
            self.url = f"{endpoint}/token"
            yield self

    def configuration(self) -> dict[str, Any]:
        """The section `auth` of the registry."""
        bundle = str(self.certificate.cert)
        return {"token": {"realm": self.url, "service": SERVICE, "issuer": ISSUER, "rootcertbundle": bundle}}

    def _respond(self, request: Request) -> Response:
        scopes = request.args.getlist("scope")
        self.requests += scopes
        user = request.authorization
        is_known = user is not None and self.users.get(user.username or "") == user.password
        if not is_known and (user is not None or not self.anonymous):
            return Response("unauthorized", 401)
        allowed = self.allowed if is_known else ("pull",)
        access = [self._access(scope, allowed) for scope in scopes]
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": (user and user.username) or "",
            "aud": request.args["service"],
            "exp": now + _LIFETIME,
            "nbf": now - _LIFETIME,
            "iat": now,
            "jti": str(time.monotonic_ns()),
            "access": access,
        }
        return Response(json.dumps({"token": _signed(claims, self.certificate)}), content_type="application/json")

    def _access(self, scope: str, allowed: Collection[str]) -> dict[str, Any]:
        kind, name, actions = scope.split(":")
        return {"type": kind, "name": name, "actions": [each for each in actions.split(",") if each in allowed]}


def _signed(claims: dict[str, Any], certificate: Certificate) -> str:
    """A JSON Web Token, signed with ES256; its header has the certificate (`x5c`)."""
    der = x509.load_pem_x509_certificate(certificate.cert.read_bytes()).public_bytes(serialization.Encoding.DER)
    header = {"typ": "JWT", "alg": "ES256", "x5c": [base64.b64encode(der).decode()]}
    content = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
    numbers = decode_dss_signature(_key(certificate.key).sign(content.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{content}.{_encoded(b''.join(number.to_bytes(_SIZE) for number in numbers))}"


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
