"""Advice on the bucket: what will cost or surprise later. None of it ever fails a validation.

The registry makes none of these calls but one, so a key that may not make them is a good one: the check is then
skipped. A store may answer anything, so nothing in an answer is taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from wizard.checks.check import Skip
from wizard.checks.context import KEY_PREFIX, CheckContext
from wizard.model.findings import Cause, Finding, Severity
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

_IMAGES = "docker/"  # where every registry keeps them, below its root directory
_STALE = timedelta(days=7)  # the registry itself gives its own uploads up after a week
_LONGEST_NUMBER = 20  # digits
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")  # what lies there cannot be read at once
_ON_ACCESS = ("GetPublicAccessBlock", "GetBucketPolicyStatus", "GetBucketAcl", "GetBucketRequestPayment")
_EVERYBODY = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "anybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "anybody with an AWS account",
}
_GRANTS = {
    "READ": ("list it",),
    "WRITE": ("write to it",),
    "WRITE_ACP": ("change its ACL",),
    "FULL_CONTROL": ("list it", "write to it", "change its ACL"),
}

# What stores answer where nothing is configured.
_NOTHING = {
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchBucketPolicy",
}

_NOT_PERMITTED = (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED)
_NOT_KNOWN = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)


def lifecycle(context: CheckContext) -> Finding | None:
    """Rules that would take images away, and uploads that nobody has ended and no rule aborts."""
    stale = _stale_uploads(context)
    try:
        rules = _lifecycle_rules(context)
    except Skip:
        if not stale:
            raise
        rules = []
    ours = [rule for rule in rules if _touches(rule, context.root)]
    told = [*_harm(ours)]
    if not any("AbortIncompleteMultipartUpload" in rule for rule in ours):
        no_rule = ["No lifecycle rule aborts uploads that were never ended; their parts would cost for ever."]
        if more := stale or (no_rule if rules else []):
            told += [*more, "Let a lifecycle rule abort incomplete uploads after a week."]
    return _advice(told)


def versioning(context: CheckContext) -> Finding | None:
    """Deleted layers stay as old versions, unless a lifecycle rule takes those away."""
    if _asked(context, "GetBucketVersioning").get("Status") != "Enabled":
        return None
    unless = ""
    try:
        rules = _lifecycle_rules(context)
    except Skip:
        rules, unless = [], ", unless a lifecycle rule takes those away"
    if any("NoncurrentVersionExpiration" in rule and _touches(rule, context.root) for rule in rules):
        return None
    return _advice(
        [
            f"The bucket keeps old versions, so layers that are deleted go on to cost{unless}. Let a lifecycle rule "
            "expire noncurrent versions, or suspend versioning."
        ]
    )


def object_lock(context: CheckContext) -> Finding | None:
    """Objects that cannot be deleted before their time."""
    found = _asked(context, "GetObjectLockConfiguration").get("ObjectLockConfiguration", {})
    retention = found.get("Rule", {}).get("DefaultRetention", {})
    unit = next((unit for unit in ("Years", "Days") if retention.get(unit)), "")
    if not unit:
        return None
    span = _count(retention[unit], unit.lower().removesuffix("s"))
    mode = f" ({sanitize(retention['Mode'], 20).lower()} mode)" if retention.get("Mode") else ""
    return _advice(
        [
            f"The bucket locks each new object for {span}{mode}: until then neither deleting images nor garbage "
            "collection frees any space. Take the default retention off the bucket."
        ]
    )


def public_access(context: CheckContext) -> Finding | None:
    """Who else may read or write, and who pays."""
    answers: dict[str, dict[str, Any]] = {}
    reasons: set[str] = set()
    for operation in _ON_ACCESS:
        try:
            answers[operation] = _asked(context, operation)
        except Skip as skip:
            reasons.add(str(skip))
    if not answers:
        raise Skip(reasons.pop() if len(reasons) == 1 else "the store does not say")
    block, policy, acl, payment = (answers.get(operation, {}) for operation in _ON_ACCESS)
    blocked = block.get("PublicAccessBlockConfiguration", {})
    told: list[str] = []
    if policy.get("PolicyStatus", {}).get("IsPublic") and not blocked.get("RestrictPublicBuckets"):
        told.append("The bucket's policy is public: anybody may read or write what it names. Take that out of it.")
    if not blocked.get("IgnorePublicAcls"):
        told += _open_grants(acl.get("Grants", []))
    if payment.get("Payer") == "Requester":
        told.append(
            "Requester pays is on: keys and links of any other account are refused, as no registry offers to pay. "
            "Turn it off."
        )
    return _advice(told)


# --- asking ---


def _asked(context: CheckContext, operation: str) -> dict[str, Any]:
    """The answer, empty where nothing is configured; `Skip` where it cannot be had."""
    try:
        return context.call(operation)
    except ErrorResponse as error:
        if error.code in _NOTHING:
            return {}
        if error.status in _NOT_PERMITTED:
            raise Skip("not permitted") from None
        raise Skip("not known to the store" if error.status in _NOT_KNOWN else "the store does not say") from None
    except StoreError:
        raise Skip("the store does not say") from None


def _lifecycle_rules(context: CheckContext) -> list[dict[str, Any]]:
    rules = _asked(context, "GetBucketLifecycleConfiguration").get("Rules", [])
    return [rule for rule in rules if rule.get("Status") == "Enabled"]


def _advice(told: Iterable[str]) -> Finding | None:
    text = " ".join(told)
    return Finding(Cause.ADVICE, text, Severity.WARNING) if text else None


def _count(number: int, noun: str) -> str:
    return f"{sanitize(number, _LONGEST_NUMBER)} {noun}{'' if number == 1 else 's'}"


# --- reading the answers ---


def _touches(rule: Mapping[str, Any], root: str) -> bool:
    """Whether a rule is about objects of the registry, which carry no tags."""
    chosen = rule.get("Filter", {})
    both = chosen.get("And", {})
    if "Tag" in chosen or both.get("Tags"):
        return False
    prefix = str(rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix") or "")
    images = f"{root}{_IMAGES}"
    return prefix.startswith(images) or images.startswith(prefix)


def _harm(rules: list[dict[str, Any]]) -> Iterator[str]:
    deleting = [rule for rule in rules if rule.get("Expiration", {}).keys() & {"Days", "Date"}]
    if deleting:
        days = deleting[0]["Expiration"].get("Days")
        when = "on a date" if days is None else f"after {_count(days, 'day')}"
        yield f"{_name(deleting)} deletes objects {when}, and images with them. Keep it away from the registry's."
    archiving = [rule for rule in rules if _archives(rule)]
    if archiving:
        yield (
            f"{_name(archiving)} moves objects to {_archives(archiving[0])}, from where no image can be pulled. "
            "Keep it away from the registry's."
        )


def _archives(rule: Mapping[str, Any]) -> str:
    """The archive that a rule moves objects to, if any."""
    classes = {move.get("StorageClass") for move in rule.get("Transitions", [])}
    return next((archive for archive in _ARCHIVES if archive in classes), "")


def _name(rules: list[dict[str, Any]]) -> str:
    """The first of `rules`, and how many there are."""
    name = f"The lifecycle rule {sanitize(rules[0]['ID'], 40)}" if rules[0].get("ID") else "A lifecycle rule"
    return name if len(rules) == 1 else f"{name} (one of {len(rules)})"


def _stale_uploads(context: CheckContext) -> list[str]:
    try:
        listed = context.call("ListMultipartUploads", Prefix=context.root)
    except StoreError:
        return []  # `multipart-list` tells of that
    uploads = [upload for upload in listed.get("Uploads", []) if KEY_PREFIX not in str(upload.get("Key"))]
    stale = sum(_is_stale(upload.get("Initiated")) for upload in uploads)
    if not stale:
        return []
    number = f"{'More than ' if listed.get('IsTruncated') else ''}{_count(stale, 'upload')}"
    return [
        f"{number} {'was' if stale == 1 else 'were'} begun over a week ago and never ended; the parts cost for ever."
    ]


def _is_stale(begun: object) -> bool:
    if not isinstance(begun, datetime):
        return False
    since = begun if begun.tzinfo else begun.replace(tzinfo=UTC)  # a store may leave its zone out
    return datetime.now(UTC) - since > _STALE


def _open_grants(grants: list[dict[str, Any]]) -> Iterator[str]:
    for uri, who in _EVERYBODY.items():
        given = [grant.get("Permission", "") for grant in grants if grant.get("Grantee", {}).get("URI") == uri]
        if may := list(dict.fromkeys(word for permission in given for word in _GRANTS.get(permission, ()))):
            yield f"The bucket's ACL lets {who} {' and '.join(may)}. Make the ACL private."
