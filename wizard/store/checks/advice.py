"""Advice on the bucket: what will cost or surprise later. None of it ever fails a validation.

The registry makes none of these calls, so a key that may not make them is a good one: the check is then skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from wizard.finding import Cause, Finding, Severity
from wizard.printable import printable
from wizard.store.bench import MARK, Bench
from wizard.store.checks.check import Skip
from wizard.store.errors import Refusal, StoreError

_STALE = timedelta(days=7)  # the registry itself gives its own uploads up after a week
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")  # what lies there cannot be read at once
_EVERYBODY = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "anybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "anybody with an AWS account",
}

# What stores answer where nothing is configured.
_NOTHING = {
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchBucketPolicy",
}


def lifecycle(bench: Bench) -> Finding | None:
    """Rules that would take images away, and uploads that nobody has ended and no rule aborts."""
    rules = _lifecycle_rules(bench)
    return _advice([*_harm(rules, bench.root), *_stale_uploads(bench, rules)])


def versioning(bench: Bench) -> Finding | None:
    """Deleted layers stay as old versions, unless a lifecycle rule takes those away."""
    if _asked(bench, "GetBucketVersioning").get("Status") != "Enabled":
        return None
    if any("NoncurrentVersionExpiration" in rule for rule in _lifecycle_rules(bench)):
        return None
    return _advice(
        [
            "The bucket keeps old versions, so layers that are deleted go on to cost. Let a lifecycle rule expire "
            "noncurrent versions, or suspend versioning."
        ]
    )


def object_lock(bench: Bench) -> Finding | None:
    """Objects that cannot be deleted before their time."""
    found = _asked(bench, "GetObjectLockConfiguration").get("ObjectLockConfiguration", {})
    retention = found.get("Rule", {}).get("DefaultRetention", {})
    if not retention:
        return None
    span = f"{retention['Years']} years" if "Years" in retention else f"{retention.get('Days', '?')} days"
    return _advice(
        [
            f"The bucket locks each object for {printable(span, 20)}: until then neither deleting images nor garbage "
            "collection frees any space, and pushes leave their uploads behind."
        ]
    )


def public_access(bench: Bench) -> Finding | None:
    """Who else may read or write, and who pays."""
    answers = {name: _learned(bench, name) for name in _ON_ACCESS}
    if all(answer is None for answer in answers.values()):
        raise Skip("not permitted, or not known to the store")
    block, policy, acl, payment = (answer or {} for answer in answers.values())
    blocked = block.get("PublicAccessBlockConfiguration", {})
    told: list[str] = []
    if policy.get("PolicyStatus", {}).get("IsPublic") and not blocked.get("RestrictPublicBuckets"):
        told.append("The bucket's policy lets anybody in: images are public. Take that out of the policy.")
    if not blocked.get("IgnorePublicAcls"):
        told += _open_grants(acl.get("Grants", []))
    if payment.get("Payer") == "Requester":
        told.append("Requester pays is on: clients that follow the registry's links are refused. Turn it off.")
    return _advice(told)


_ON_ACCESS = ("GetPublicAccessBlock", "GetBucketPolicyStatus", "GetBucketAcl", "GetBucketRequestPayment")


# --- asking ---


def _asked(bench: Bench, operation: str) -> dict[str, Any]:
    """The answer, empty where nothing is configured; `Skip` where it cannot be had."""
    try:
        return bench.call(operation)
    except Refusal as error:
        if error.code in _NOTHING:
            return {}
        may_not = error.status in (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED)
        raise Skip("not permitted" if may_not else "not known to the store") from None
    except StoreError:
        raise Skip("the store does not say") from None


def _learned(bench: Bench, operation: str) -> dict[str, Any] | None:
    try:
        return _asked(bench, operation)
    except Skip:
        return None


def _lifecycle_rules(bench: Bench) -> list[dict[str, Any]]:
    rules = _asked(bench, "GetBucketLifecycleConfiguration").get("Rules", [])
    return [rule for rule in rules if rule.get("Status") == "Enabled"]


def _advice(told: Iterable[str]) -> Finding | None:
    text = " ".join(told)
    return Finding(Cause.ADVICE, text, Severity.WARNING) if text else None


# --- reading the answers ---


def _harm(rules: list[dict[str, Any]], root: str) -> Iterator[str]:
    for rule in rules:
        if not _touches(rule, root):
            continue
        name = f"The lifecycle rule {printable(rule['ID'], 40)}" if rule.get("ID") else "A lifecycle rule"
        expiration = rule.get("Expiration", {})
        if "Days" in expiration or "Date" in expiration:
            when = f"after {expiration['Days']} days" if "Days" in expiration else "on a date"
            yield f"{name} deletes objects {when}, and images with them. Keep it away from the registry's."
        classes = {str(move.get("StorageClass")) for move in rule.get("Transitions", [])}
        if archived := classes.intersection(_ARCHIVES):
            yield f"{name} moves objects to {min(archived)}, from where no image can be pulled."


def _touches(rule: Mapping[str, Any], root: str) -> bool:
    """Whether a rule is about objects of the registry, which carry no tags."""
    chosen = rule.get("Filter", {})
    both = chosen.get("And", {})
    if "Tag" in chosen or both.get("Tags"):
        return False
    prefix = str(rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix") or "")
    return prefix.startswith(root) or root.startswith(prefix)


def _stale_uploads(bench: Bench, rules: list[dict[str, Any]]) -> Iterator[str]:
    if any("AbortIncompleteMultipartUpload" in rule for rule in rules):
        return
    how = "Let a lifecycle rule abort incomplete uploads after a week."
    try:
        listed = bench.call("ListMultipartUploads", Prefix=bench.root)
    except StoreError:
        return  # `multipart-list` tells of that
    uploads = [upload for upload in listed.get("Uploads", []) if MARK not in str(upload.get("Key"))]
    stale = sum(_is_stale(upload.get("Initiated")) for upload in uploads)
    if stale:
        more = "more than " if listed.get("IsTruncated") else ""
        yield f"{more.capitalize()}{stale} uploads were begun over a week ago and never ended; their parts cost. {how}"
    elif rules:
        yield f"No lifecycle rule aborts uploads that were never ended; their parts would cost for ever. {how}"


def _is_stale(begun: object) -> bool:
    return isinstance(begun, datetime) and datetime.now(UTC) - begun > _STALE


def _open_grants(grants: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for grant in grants:
        who = _EVERYBODY.get(str(grant.get("Grantee", {}).get("URI")))
        if who:
            may = printable(str(grant.get("Permission", "")).replace("_", " ").lower(), 20)
            yield f"The bucket's ACL grants {who} {may} access. Make the ACL private."
