"""Signatures, made by botocore and verified by the demo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from wizard.demo.signature import KeyPair, Request, SignatureError, verify
from wizard.model.secret import Secret

KEYS = KeyPair("DEMOKEY", Secret("demo-secret"))
URL = "http://127.0.0.1:9000/images"


def signed(
    method: str = "GET",
    url: str = URL,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    keys: KeyPair = KEYS,
    presigned_for: int | None = None,
) -> Request:
    """A request that botocore has signed, as the server sees it."""
    request = AWSRequest(method, url, headers=headers or {}, data=body)
    credentials = Credentials(keys.access_key, keys.secret_key.reveal())
    if presigned_for is None:
        S3SigV4Auth(credentials, "s3", "us-east-1").add_auth(request)
    else:
        S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=presigned_for).add_auth(request)
    parts = urlsplit(str(request.url))
    seen = {name.lower(): str(value) for name, value in request.headers.items()} | {"host": parts.netloc}
    return Request(method, parts.path, parts.query, seen)


def refusal(request: Request, now: datetime | None = None) -> str:
    with pytest.raises(SignatureError) as caught:
        verify(request, KEYS, now)
    return caught.value.code


@pytest.mark.parametrize(
    "url",
    [
        URL,
        f"{URL}?list-type=2&prefix=a%2Fb&delimiter=%2F",
        f"{URL}?uploads",
        f"{URL}?uploads=&prefix=",
        f"{URL}/a/b%20c/%C3%BC+%2B",
        f"{URL}?b=2&a=1&a=0",
    ],
)
@pytest.mark.parametrize("presigned_for", [None, 60])
def test_a_request_that_the_key_pair_has_signed_is_accepted(url: str, presigned_for: int | None) -> None:
    verify(signed(url=url, presigned_for=presigned_for), KEYS)


def test_headers_with_blanks_are_signed_without_them() -> None:
    verify(signed("PUT", headers={"x-amz-acl": "  private ", "content-type": "a  b"}), KEYS)


def test_the_hash_of_the_signed_body_is_given() -> None:
    assert verify(signed("PUT", body=b"a"), KEYS) == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


def test_a_link_covers_no_body() -> None:
    assert verify(signed(presigned_for=60), KEYS) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: r._replace(method="PUT"), "SignatureDoesNotMatch"),
        (lambda r: r._replace(path="/other"), "SignatureDoesNotMatch"),
        (lambda r: r._replace(query="delete"), "SignatureDoesNotMatch"),
        (lambda r: r._replace(headers=r.headers | {"host": "example.com"}), "SignatureDoesNotMatch"),
        (lambda r: r._replace(headers=r.headers | {"x-amz-content-sha256": "0" * 64}), "SignatureDoesNotMatch"),
        (lambda r: r._replace(headers=r.headers | {"authorization": ""}), "AccessDenied"),
        (lambda r: r._replace(headers=r.headers | {"authorization": "AWS DEMOKEY:abc="}), "InvalidRequest"),
        (lambda r: r._replace(headers=r.headers | {"authorization": "Bearer x"}), "AccessDenied"),
        (lambda r: r._replace(headers=r.headers | {"x-amz-date": "20261301T000000Z"}), "AuthorizationHeaderMalformed"),
        (lambda r: r._replace(headers=r.headers | {"x-amz-date": ""}), "AuthorizationHeaderMalformed"),
    ],
)
def test_a_changed_request_is_refused(change: Callable[[Request], Request], code: str) -> None:
    assert refusal(change(signed())) == code


def test_another_key_pair_is_refused() -> None:
    assert refusal(signed(keys=KEYS._replace(access_key="OTHER"))) == "InvalidAccessKeyId"
    assert refusal(signed(keys=KEYS._replace(secret_key=Secret("other")))) == "SignatureDoesNotMatch"


@pytest.mark.parametrize("scope", ["20260101/us-east-1/ec2/aws4_request", "20260101/us-east-1/s3", "x/us-east-1/s3/y"])
def test_a_signature_for_another_service_is_refused(scope: str) -> None:
    request = signed()
    authorization = f"AWS4-HMAC-SHA256 Credential=DEMOKEY/{scope}, SignedHeaders=host, Signature={'0' * 64}"
    changed = request._replace(headers={**request.headers, "authorization": authorization})
    assert refusal(changed) == "AuthorizationHeaderMalformed"


def test_the_host_must_be_signed() -> None:
    request = signed()
    authorization = request.headers["authorization"].replace("SignedHeaders=host;", "SignedHeaders=")
    assert refusal(request._replace(headers={**request.headers, "authorization": authorization})) == (
        "SignatureDoesNotMatch"
    )


def test_an_old_request_is_refused() -> None:
    now = datetime.now(UTC)
    for skew in (timedelta(minutes=16), -timedelta(minutes=16)):
        assert refusal(signed(), now + skew) == "RequestTimeTooSkewed"
    verify(signed(), KEYS, now + timedelta(minutes=14))


def test_an_expired_link_is_refused() -> None:
    link, now = signed(presigned_for=60), datetime.now(UTC)
    verify(link, KEYS, now + timedelta(seconds=55))
    assert refusal(link, now + timedelta(seconds=70)) == "AccessDenied"
    assert refusal(signed(presigned_for=8 * 24 * 3600)) == "AuthorizationQueryParametersError"


def test_a_changed_link_is_refused() -> None:
    link = signed(presigned_for=60)
    assert refusal(link._replace(query=link.query.replace("X-Amz-Expires=60", "X-Amz-Expires=600"))) == (
        "SignatureDoesNotMatch"
    )
    assert refusal(link._replace(query=link.query.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5"))) == "InvalidRequest"
