"""Which changes of settings lower security. A user interface applies such a change only after a question."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.model.endpoint import scheme_of
from wizard.model.settings import Settings

# Who can do what with each object, beyond its owner and the bucket's:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
_ACLS_FOR_OTHERS = {
    "aws-exec-read": "Amazon EC2 can read every object.",
    "authenticated-read": "Everyone with an AWS account can read every image.",
    "public-read": "Everyone on the internet can read every image.",
    "public-read-write": "Everyone on the internet can read and change every image.",
}
_ACLS_BY_EXPOSURE = ("", *_ACLS_FOR_OTHERS)


def lowered_security(before: Settings, after: Settings) -> tuple[str, ...]:
    """What the change from `before` to `after` gives up, a sentence each; empty if it lowers no security."""
    return tuple(_lost(before, after))


def _lost(before: Settings, after: Settings) -> Iterator[str]:
    if after.type != "s3" or before.type != "s3":
        return
    if scheme_of(after) == "http" != scheme_of(before):
        yield "Keys and images are sent unencrypted."
    elif after.skipverify and not before.skipverify:
        yield "Anyone on the network path can impersonate the store."
    if before.v4auth and not after.v4auth:
        yield "Requests are signed with the obsolete Signature V2."
    if before.encrypt and not after.encrypt:
        yield "The registry no longer asks the store to encrypt images."
    elif before.encrypt and before.keyid and not after.keyid:
        yield "Images are no longer encrypted with your KMS key."
    if _exposure(after) > _exposure(before):
        yield _ACLS_FOR_OTHERS[after.objectacl]


def _exposure(settings: Settings) -> int:
    return _ACLS_BY_EXPOSURE.index(settings.objectacl) if settings.objectacl in _ACLS_FOR_OTHERS else 0
