"""Signature version 2 covers the path and the query that are sent."""

from __future__ import annotations

import base64
import hmac

import pytest
from werkzeug.wrappers import Response

from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.reports import NO_REDIRECT, report_of
from tests.support.s3_requests import Environ, operation

SIGNED_PARAMETERS = {
    "acl",
    "delete",
    "lifecycle",
    "object-lock",
    "partNumber",
    "requestPayment",
    "uploadId",
    "uploads",
    "versioning",
}


def signature_of(environ: Environ, secret: str) -> str:
    """The signature that the request must have.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
    """
    names = sorted(name for name in environ if name.startswith("HTTP_X_AMZ_"))
    amz_headers = [f"{name[5:].lower().replace('_', '-')}:{environ[name]}" for name in names]
    date = "" if "HTTP_X_AMZ_DATE" in environ else environ.get("HTTP_DATE", "")
    parameters = environ["QUERY_STRING"].split("&")
    signed = sorted(each for each in parameters if each.partition("=")[0] in SIGNED_PARAMETERS)
    resource = environ["RAW_URI"].partition("?")[0] + ("?" + "&".join(signed) if signed else "")
    head = [environ["REQUEST_METHOD"], environ.get("HTTP_CONTENT_MD5", ""), environ.get("CONTENT_TYPE", ""), date]
    text = "\n".join([*head, *amz_headers, resource])
    return base64.b64encode(hmac.digest(secret.encode(), text.encode("latin-1"), "sha1")).decode()


@pytest.mark.sample
@pytest.mark.parametrize("root", ["", "/a|b<c>+^"])
def test_every_call_of_a_validation_has_a_valid_signature(root: str) -> None:
    """The path is sent as it is signed, without percent-encoding: `setv2Handlers` in s3_v2_signer.go."""
    invalid: list[str] = []
    paths: set[str] = set()

    def verify(environ: Environ, call_next: CallNext) -> Response:
        expected = f"AWS {FaultyStore.access_key}:{signature_of(environ, FaultyStore.secret_key)}"
        can_be_unsigned = operation(environ) in ("GetObject", "ListObjects")  # is the bucket public?
        is_unsigned = can_be_unsigned and "HTTP_AUTHORIZATION" not in environ
        paths.add(environ["RAW_URI"].partition("?")[0].encode("latin-1").decode())
        if environ.get("HTTP_AUTHORIZATION") != expected and not is_unsigned:
            invalid.append(operation(environ))
        return call_next(environ)

    with FaultyStore(verify) as store:
        assert report_of(store.settings(v4auth=False, rootdirectory=root, **NO_REDIRECT)).passed
        assert invalid == []
        assert any(f"{root}/docker/" in path for path in paths)
        assert "ListMultipartUploads" in store.calls
