"""What an error response means: a code of S3, or one of our own where the message says more than the code.

Compatible stores answer many causes with one code, and put the truth into the message. To add what another store says,
add a line to `_MESSAGES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from wizard.model.settings import Settings
from wizard.s3.errors import ErrorResponse

# Codes of our own
HTTPS_REQUIRED = "HttpsRequired"
V4_REQUIRED = "V4Required"
V2_REQUIRED = "V2Required"
CHANGED_REQUEST = "ChangedRequest"
WRITE_ONCE = "WriteOnce"
QUOTA = "QuotaExceeded"
ENCRYPTION_REFUSED = "EncryptionRefused"
STORAGE_CLASS_REFUSED = "InvalidStorageClass"
ACL_REFUSED = "AccessControlListNotSupported"
EXPLICIT_DENY = "ExplicitDeny"

# Codes that say only that a request was refused, or was wrong in some way.
_VAGUE = frozenset(
    {
        *("", "AccessDenied", "AllAccessDisabled", "Forbidden", "UnauthorizedAccess", "Unauthorized", "401", "403"),
        *("InvalidRequest", "InvalidArgument", "BadRequest", "400", "InternalError", "500", "MethodNotAllowed", "405"),
        *("NotImplemented", "501", "OperationAborted", "409"),
    }
)


class _Message(NamedTuple):
    """A code for errors whose code and message, in lower case, match `pattern`, with settings that `applies` to.

    `is_vague`: only errors whose own code is vague.
    """

    code: str
    pattern: re.Pattern[str]
    is_vague: bool = True
    applies: Callable[[Settings], bool] = lambda _: True


def _message(
    code: str, pattern: str, *, is_vague: bool = True, applies: Callable[[Settings], bool] = lambda _: True
) -> _Message:
    return _Message(code, re.compile(pattern), is_vague, applies)


# Each with the store that says so, as far as that is known.
_MESSAGES = (
    _message(
        HTTPS_REQUIRED,
        "http request to an https|http request was sent to https|plain http request|ssl required",  # nginx, MinIO
        is_vague=False,
    ),
    _message(
        V4_REQUIRED,
        "aws4-hmac-sha256|unsupportedalgorithm|signature version|requires a valid date or x-amz-date",  # and Versity
        is_vague=False,
        applies=lambda settings: not settings.v4auth,
    ),
    _message(
        V2_REQUIRED,
        r"not supported.*{0}|{0}.*not supported".format("(aws4-hmac-sha256|signature version 2)"),
        is_vague=False,
        applies=lambda settings: settings.v4auth,
    ),
    _message("RequestTimeTooSkewed", "time.*skew|skew.*time|clock skew", is_vague=False),
    _message(CHANGED_REQUEST, "headers?.{0,60}not signed", is_vague=False),  # MinIO
    _message("ExpiredToken", "token.{0,60}(expired|is invalid|not valid)|expired.{0,20}token"),
    _message(
        "SignatureDoesNotMatch", "invalid signature|signature.{0,60}(does not|do not|doesn't|not) match"
    ),  # Garage
    _message(
        "InvalidAccessKeyId",
        "no such key: |not signed up|"  # Garage, s3s-fs
        "(access ?key|user|account)( id)?( you provided)?.{0,30}(not exist|not found|unknown|is invalid)",
    ),
    _message(ACL_REFUSED, r"\bacls?\b.{0,40}(not (supported|allow)|disabled)|not (supported|allow)\w* acls?"),
    _message(STORAGE_CLASS_REFUSED, "storage.?class"),
    _message(ENCRYPTION_REFUSED, r"encrypt|\bsse\b|\bkms\b", applies=lambda settings: settings.encrypt),
    _message(WRITE_ONCE, r"\bworm\b|object.?lock|retention|write.?once|immutab|legal hold"),
    _message(
        QUOTA,
        r"quota|(no|insufficient|not enough)\b.{0,20}\b(space|storage|capacity)|(disk|volume|storage)s? .{0,10}full",
    ),
)

_SYNONYMS = {
    "XAdminUserNotFound": "InvalidAccessKeyId",  # Versity
    "XAdminNoSuchUser": "InvalidAccessKeyId",
    "NotSignedUp": "InvalidAccessKeyId",  # s3s-fs
    "InvalidClientTokenId": "InvalidAccessKeyId",
    "InvalidTokenId": "ExpiredToken",  # MinIO, of a session token
    "TokenRefreshRequired": "ExpiredToken",
    "XMinioStorageFull": QUOTA,
    "XMinioAdminBucketQuotaExceeded": QUOTA,
    "StorageFull": QUOTA,
    "InsufficientStorage": QUOTA,
    "ObjectLocked": WRITE_ONCE,
    "InvalidEncryptionAlgorithmError": ENCRYPTION_REFUSED,
    "ServerSideEncryptionConfigurationNotFoundError": ENCRYPTION_REFUSED,
}
_NOT_AUTHORIZED = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z*]+)")


def meaning_of(error: ErrorResponse, settings: Settings) -> str:
    """The code of S3, or of our own, that says best what the store means."""
    text = f"{error.code} {error.message}".lower()
    if error.code in _VAGUE and "explicit deny" in text:
        return EXPLICIT_DENY
    if error.code in _VAGUE and missing_action(error):
        return "AccessDenied"
    for message in _MESSAGES:
        if message.is_vague and error.code not in _VAGUE:
            continue
        if message.applies(settings) and message.pattern.search(text):
            return message.code
    if error.code.upper().startswith("KMS"):  # `KMS.DisabledException` of Amazon, `KMSNotConfigured` and others
        return ENCRYPTION_REFUSED
    return _SYNONYMS.get(error.code, error.code)


def missing_action(error: ErrorResponse) -> str:
    """The action of IAM that the message says is missing, such as `kms:GenerateDataKey`; empty if it names none."""
    match = _NOT_AUTHORIZED.search(error.message)
    return match[1] if match else ""
