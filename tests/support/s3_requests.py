"""What an S3 request asks for, read from its WSGI environment."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

Environ = dict[str, Any]

_BUCKET_SUBRESOURCES = {
    "uploads": "ListMultipartUploads",
    "versions": "ListObjectVersions",
    "location": "GetBucketLocation",
    "lifecycle": "GetBucketLifecycleConfiguration",
    "versioning": "GetBucketVersioning",
    "object-lock": "GetObjectLockConfiguration",
    "publicAccessBlock": "GetPublicAccessBlock",
    "policyStatus": "GetBucketPolicyStatus",
    "policy": "GetBucketPolicy",
    "acl": "GetBucketAcl",
    "encryption": "GetBucketEncryption",
    "requestPayment": "GetBucketRequestPayment",
}
_BUCKET_METHODS = {
    "PUT": "CreateBucket",
    "HEAD": "HeadBucket",
    "DELETE": "DeleteBucket",
    "POST": "PostObject",
}
_OBJECT_METHODS = {"HEAD": "HeadObject", "DELETE": "DeleteObject", "POST": "CreateMultipartUpload"}
_UPLOAD_METHODS = {
    "GET": "ListParts",
    "PUT": "UploadPart",
    "POST": "CompleteMultipartUpload",
    "DELETE": "AbortMultipartUpload",
}


def operation(environ: Environ) -> str:
    """The S3 operation of a request, by its name in the S3 API.

    A GetObject or HeadObject with a signed query is `GetObject presigned` or `HeadObject presigned`. A GetObject for a
    part of the object is `GetObject ranged` or `GetObject presigned ranged`; the registry's `bytes=0-` is no part.
    """
    query = query_of(environ)
    bucket, key = bucket_and_key(environ)
    if key:
        return _object_operation(environ, query)
    if bucket:
        return _bucket_operation(environ["REQUEST_METHOD"], query)
    return "ListBuckets" if environ["REQUEST_METHOD"] == "GET" else query.get("Action", "unknown")


def _object_operation(environ: Environ, query: Mapping[str, str]) -> str:
    method: str = environ["REQUEST_METHOD"]
    is_copy = "HTTP_X_AMZ_COPY_SOURCE" in environ
    if "uploadId" in query:
        return _UPLOAD_METHODS.get(method, method) + ("Copy" if is_copy else "")
    if method == "PUT":
        return "CopyObject" if is_copy else "PutObject"
    is_presigned = "X-Amz-Signature" in query or "Signature" in query
    if method != "GET":
        return _OBJECT_METHODS.get(method, method) + (" presigned" if is_presigned else "")
    is_ranged = environ.get("HTTP_RANGE", "bytes=0-") != "bytes=0-"
    return "GetObject" + (" presigned" if is_presigned else "") + (" ranged" if is_ranged else "")


def _bucket_operation(method: str, query: Mapping[str, str]) -> str:
    subresource = next((_BUCKET_SUBRESOURCES[name] for name in query if name in _BUCKET_SUBRESOURCES), None)
    match method:
        case "GET":
            return subresource or ("ListObjectsV2" if query.get("list-type") == "2" else "ListObjects")
        case "POST" if "delete" in query:
            return "DeleteObjects"
        case "PUT" | "DELETE" if subresource:
            return subresource.replace("Get", method.capitalize(), 1)
        case _:
            return _BUCKET_METHODS.get(method, method)


def query_of(environ: Environ) -> dict[str, str]:
    """The parameters of the query string."""
    return dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))


def bucket_and_key(environ: Environ) -> tuple[str, str]:
    """The bucket and the key, in path style and in virtual-hosted style (BUCKET.localhost)."""
    path = environ["PATH_INFO"].lstrip("/")
    if is_virtual_hosted(environ):
        return environ["HTTP_HOST"].split(".")[0], path
    bucket, _, key = path.partition("/")
    return bucket, key


def is_virtual_hosted(environ: Environ) -> bool:
    """Whether the bucket is in the host name."""
    host: str = environ.get("HTTP_HOST", "")
    return host.rsplit(":", 1)[0].endswith(".localhost")


def signature_version(environ: Environ) -> str:
    """The version of the signature: "v2", "v4", or "" without one."""
    authorization, query = environ.get("HTTP_AUTHORIZATION", ""), query_of(environ)
    if authorization.startswith("AWS4-") or "X-Amz-Signature" in query:
        return "v4"
    return "v2" if authorization.startswith("AWS ") or "Signature" in query else ""


def signed_region(environ: Environ) -> str:
    """The region of a V4 signature, or ""."""
    scope = query_of(environ).get("X-Amz-Credential") or environ.get("HTTP_AUTHORIZATION", "")
    match = re.search(r"[^/\s=]+/\d{8}/([^/]*)/s3/aws4_request", scope)
    return match[1] if match else ""


def access_key_of(environ: Environ) -> str:
    """The access key of a signature, or ""."""
    query = query_of(environ)
    if key := query.get("AWSAccessKeyId"):
        return key
    match = re.search(r"Credential=([^/]*)/|^AWS ([^:]*):", environ.get("HTTP_AUTHORIZATION", ""))
    return (match[1] or match[2]) if match else query.get("X-Amz-Credential", "").partition("/")[0]


def signed_headers(environ: Environ) -> list[str]:
    """The names of the headers that a V4 signature covers, in small letters."""
    match = re.search(r"SignedHeaders=([^,]*)", environ.get("HTTP_AUTHORIZATION", ""))
    return (match[1] if match else query_of(environ).get("X-Amz-SignedHeaders", "")).split(";")


def body_of(environ: Environ) -> bytes:
    """The body, which can be read again afterwards."""
    stream = environ["wsgi.input"]
    body: bytes = stream.read()
    stream.seek(0)
    return body


def with_body(environ: Environ, body: bytes) -> Environ:
    """The same request with another body."""
    return environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
