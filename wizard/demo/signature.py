"""Verifies the signature of a request (AWS Signature Version 4, in headers or in a presigned link).

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

from wizard.model.secret import Secret

_ALGORITHM = "AWS4-HMAC-SHA256"
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
_MAX_SKEW = timedelta(minutes=15)
_LONGEST_LINK = 7 * 24 * 3600  # seconds that a presigned link may be valid
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{{64}})"
)
_UNSIGNED = "UNSIGNED-PAYLOAD"


class KeyPair(NamedTuple):
    """The only key pair that the store accepts."""

    access_key: str
    secret_key: Secret


class Request(NamedTuple):
    """What a signature covers: the path and query as they were sent, headers by lower-case name."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


class SignatureError(Exception):
    """A request that is not signed with the store's key pair; `code` is the S3 error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Signed(NamedTuple):
    credential: str
    headers: list[str]
    signature: str
    time: str
    payload_hash: str
    query: list[tuple[str, str]]


def verify(request: Request, keys: KeyPair, now: datetime | None = None) -> str | None:
    """Returns the SHA-256 that the request's body must have; None where the signature does not cover the body.

    Raises `SignatureError` for any request that the key pair has not signed.
    """
    signed = _signed(request)
    access_key, *scope = signed.credential.split("/")
    if not hmac.compare_digest(access_key.encode(), keys.access_key.encode()):
        raise SignatureError("InvalidAccessKeyId", "The access key does not exist.")
    if len(scope) != 4 or scope[0] != signed.time[:8] or scope[2:] != ["s3", "aws4_request"]:
        raise SignatureError("AuthorizationHeaderMalformed", "The credential scope is not valid.")
    _check_time(signed.time, request, now or datetime.now(UTC))
    expected = _signature(request, signed, scope, keys.secret_key)
    if not hmac.compare_digest(expected, signed.signature):
        raise SignatureError("SignatureDoesNotMatch", "The signature does not match.")
    return None if signed.payload_hash == _UNSIGNED else signed.payload_hash


def _signed(request: Request) -> _Signed:
    query = parse_qsl(request.query, keep_blank_values=True)
    parameters = dict(query)
    if "X-Amz-Signature" in parameters:
        if parameters.get("X-Amz-Algorithm") != _ALGORITHM:
            raise SignatureError("InvalidRequest", f"Only {_ALGORITHM} is supported.")
        return _Signed(
            parameters.get("X-Amz-Credential", ""),
            parameters.get("X-Amz-SignedHeaders", "").split(";"),
            parameters["X-Amz-Signature"],
            parameters.get("X-Amz-Date", ""),
            _UNSIGNED,
            [(name, value) for name, value in query if name != "X-Amz-Signature"],
        )
    authorization = request.headers.get("authorization", "")
    found = _AUTHORIZATION.fullmatch(authorization)
    if found is None:
        if authorization.startswith("AWS "):
            raise SignatureError("InvalidRequest", f"Signature Version 2 is not supported. Use {_ALGORITHM}.")
        raise SignatureError("AccessDenied", "The request is not signed.")
    return _Signed(
        found[1],
        found[2].split(";"),
        found[3],
        request.headers.get("x-amz-date", ""),
        request.headers.get("x-amz-content-sha256", ""),
        query,
    )


def _check_time(text: str, request: Request, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(text, _TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise SignatureError("AccessDenied", "The request has no valid date.") from None
    expires = dict(parse_qsl(request.query)).get("X-Amz-Expires")
    if expires is None:
        if abs(now - signed_at) > _MAX_SKEW:
            raise SignatureError("RequestTimeTooSkewed", "The clocks are too far apart.")
    elif not expires.isdecimal() or len(expires) > 6 or int(expires) > _LONGEST_LINK:
        raise SignatureError("AuthorizationQueryParametersError", "X-Amz-Expires is not valid.")
    elif not signed_at - _MAX_SKEW <= now <= signed_at + timedelta(seconds=int(expires)):
        raise SignatureError("AccessDenied", "The link has expired.")


def _signature(request: Request, signed: _Signed, scope: list[str], secret: Secret) -> str:
    if "host" not in signed.headers:
        raise SignatureError("SignatureDoesNotMatch", "The host is not signed.")
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed.headers)
    canonical = "\n".join(
        (request.method, request.path, _canonical(signed.query), headers, ";".join(signed.headers), signed.payload_hash)
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join((_ALGORITHM, signed.time, "/".join(scope), digest))
    key = f"AWS4{secret.reveal()}".encode()
    for part in scope:
        key = _hmac(key, part)
    return _hmac(key, to_sign).hex()


def _canonical(query: list[tuple[str, str]]) -> str:
    encoded = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
