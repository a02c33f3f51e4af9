"""The S3 operations that the demo's store offers: those that a registry and the checks use, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

_SIGNATURE = frozenset(
    {
        *("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signature"),
        *("x-amz-signedheaders", "x-amz-security-token", "x-id"),
    }
)
_LISTING = frozenset(
    {
        *("delimiter", "prefix", "marker", "max-keys", "encoding-type"),
        *("list-type", "continuation-token", "start-after", "fetch-owner"),
    }
)
_UPLOADS = frozenset({"delimiter", "prefix", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"})
_RESPONSE = frozenset({"response-content-type", "response-content-disposition"})


class _Operation(NamedTuple):
    """`needs`: query parameters that name the operation. `allows`: further parameters."""

    name: str
    method: str
    level: int  # 0 for the service, 1 for a bucket, 2 for an object
    needs: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset()


def _of(name: str, method: str, level: int, needs: str = "", allows: frozenset[str] = frozenset()) -> _Operation:
    return _Operation(name, method, level, frozenset(needs.split()), allows)


_OPERATIONS = (
    _of("ListBuckets", "GET", 0),
    _of("HeadBucket", "HEAD", 1),
    _of("CreateBucket", "PUT", 1),
    _of("ListObjects", "GET", 1, allows=_LISTING),
    _of("ListMultipartUploads", "GET", 1, "uploads", _UPLOADS),
    _of("DeleteObjects", "POST", 1, "delete"),
    *(
        _of(name, "GET", 1, query)
        for name, query in {
            "GetBucketAcl": "acl",
            "GetBucketLifecycleConfiguration": "lifecycle",
            "GetBucketLocation": "location",
            "GetBucketPolicyStatus": "policyStatus",
            "GetBucketRequestPayment": "requestPayment",
            "GetBucketVersioning": "versioning",
            "GetObjectLockConfiguration": "object-lock",
            "GetPublicAccessBlock": "publicAccessBlock",
            "ListObjectVersions": "versions",
        }.items()
    ),
    _of("PutPublicAccessBlock", "PUT", 1, "publicAccessBlock"),
    _of("PutObject", "PUT", 2),  # also CopyObject
    _of("GetObject", "GET", 2, allows=_RESPONSE | {"partnumber"}),
    _of("HeadObject", "HEAD", 2, allows=_RESPONSE | {"partnumber"}),
    _of("DeleteObject", "DELETE", 2, allows=frozenset({"versionid"})),
    _of("CreateMultipartUpload", "POST", 2, "uploads"),
    _of("UploadPart", "PUT", 2, "uploadid partnumber"),  # also UploadPartCopy
    _of("ListParts", "GET", 2, "uploadid", frozenset({"max-parts", "part-number-marker", "encoding-type"})),
    _of("CompleteMultipartUpload", "POST", 2, "uploadid"),
    _of("AbortMultipartUpload", "DELETE", 2, "uploadid"),
)


def operation_of(method: str, path: str, query: str) -> str | None:
    """The name of the operation that a path-style request asks for; None where the store does not offer it."""
    names = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)} - _SIGNATURE
    bucket, _, key = path.removeprefix("/").partition("/")
    level = 2 if key else 1 if bucket else 0
    for operation in _OPERATIONS:
        needs = {name.lower() for name in operation.needs}
        if (operation.method, operation.level) == (method, level) and needs <= names <= needs | operation.allows:
            return operation.name
    return None


def copies_from_the_store(headers: Mapping[str, str]) -> bool:
    """Whether a copy names its source as a bucket and a key; moto would accept the ARN of an access point, too."""
    source = unquote(headers.get("x-amz-copy-source", "bucket/key")).partition("?")[0].removeprefix("/")
    return not source.startswith("arn:") and "/" in source
