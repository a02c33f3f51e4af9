"""The metadata service of an EC2 instance, from which programs there get the keys of its role."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from tests.support.s3_requests import Environ

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

_TOKEN = "a-token"
_ROLE = "/latest/meta-data/iam/security-credentials/"


class InstanceMetadata:
    """A WSGI application; with `requires_token` it answers only requests with a token (IMDSv2).

    It can also be a proxy on the way to the service, which has an address that is not on loopback.
    """

    ACCESS_KEY = "ASIA"

    def __init__(self, *, requires_token: bool = False) -> None:
        self.requires_token = requires_token

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == "/latest/api/token":
            return Response(_TOKEN, headers={"X-aws-ec2-metadata-token-ttl-seconds": "21600"})
        if self.requires_token and request.headers.get("X-aws-ec2-metadata-token") != _TOKEN:
            return Response(status=401)
        if request.path == _ROLE:
            return Response("registry")
        expiration = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
        keys = {"AccessKeyId": self.ACCESS_KEY, "SecretAccessKey": "secret", "Token": "session"}
        return Response(json.dumps({**keys, "Expiration": expiration, "Code": "Success"}))
