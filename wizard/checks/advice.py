"""Advice on the bucket's configuration: what will cost money or cause surprises. It never fails a validation.

The registry makes none of these calls except ListMultipartUploads, so a key without these permissions is a good one:
the check is then skipped. A store may return anything, so every element of a response is optional here.
"""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from wizard.checks.age import is_older_than
from wizard.checks.check import Skip
from wizard.checks.context import CheckContext
from wizard.checks.ownership import owner_of_key
from wizard.model.endpoint import url_of
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.redaction import hide_credentials
from wizard.s3.background import in_thread
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

NO_ANSWER = "the store doesn't say"  # the reason of a check whose call failed
_IMAGES = "docker/"  # below the root directory, in every registry
_REPOSITORIES = f"{_IMAGES}registry/v2/repositories/"
_REPOSITORY = re.compile(r"(.+?)/_(?:layers|manifests|uploads)/")
_CRASHING_FOLDER = re.compile(r"(?:(?:[^_/][^/]*|_uploads)?/)*")  # below the repositories; 2.x skips all others
_SHOWN_NAMES = 3
_STALE = timedelta(days=7)  # after a week the registry abandons its own uploads
_MAX_DIGITS = 20
_ARCHIVE_CLASSES = ("GLACIER", "DEEP_ARCHIVE")  # objects there must be restored before they can be read
ACCESS_CALLS = {  # with the element that an answer must have
    "GetPublicAccessBlock": "PublicAccessBlockConfiguration",
    "GetBucketPolicyStatus": "PolicyStatus",
    "GetBucketAcl": "Grants",
    "GetBucketRequestPayment": "Payer",
}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
_PUBLIC_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "anyone",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "anyone with an AWS account",
}
_GRANTS = {
    "READ": ("list it",),
    "WRITE": ("write to it",),
    "WRITE_ACP": ("change its ACL",),
    "FULL_CONTROL": ("list it", "write to it", "change its ACL"),
}

# Error codes that mean: nothing is configured.
_NOT_CONFIGURED = {
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchBucketPolicy",
}

_NOT_PERMITTED = (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED)
_NOT_SUPPORTED = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)


def contents(context: CheckContext) -> Finding | None:
    """What the bucket holds already below the root directory: repositories, and empty objects that stand for folders.

    Consoles make such objects. Distribution 2 crashes on one below the repositories when it removes old uploads, within
    an hour after its start (github.com/distribution/distribution/issues/4358).

    A bucket that the store has just created at the first write is reported: its name may be wrong.
    """
    if context.bucket_was_absent:
        return _created_by_store(context)
    prefix = f"{context.root}{_REPOSITORIES}"
    try:
        response = context.list(prefix)
    except StoreError:
        raise Skip(NO_ANSWER) from None
    listed = [str(entry.get("Key", "")) for entry in response.get("Contents", [])]
    keys = [key for key in listed if not owner_of_key(context.root, key)]
    is_part = bool(response.get("IsTruncated"))
    limit = f" Only the first {len(keys):,} objects below {sanitize(prefix, 80)} were looked at." if is_part else ""
    folders = [key for key in keys if _CRASHING_FOLDER.fullmatch(key.removeprefix(prefix))]
    if folders and context.registry.list_version == 1:
        return _folder_object(folders, limit, context)
    names = list(dict.fromkeys(match[1] for key in keys if (match := _REPOSITORY.match(key.removeprefix(prefix)))))
    if not names and is_part:
        return _hint(f"No repository was found.{limit}")
    if not names:
        if context.is_new_bucket:
            return _hint("The bucket is new and contains no images yet. Images in other storage are not copied.")
        if _is_new(context):
            return _hint(
                "The bucket contains no images yet, and may be new. If you didn't create it, check its name: some "
                "stores create a mistyped bucket."
            )
        return _hint("The bucket contains no images yet. Images in other storage are not copied.")
    number = f"{'at least ' if is_part else ''}{_count(len(names), 'repository', 'repositories')}"
    shown = [sanitize(name, 40) for name in names[:_SHOWN_NAMES]] + ["…"] * (len(names) > _SHOWN_NAMES)
    return _hint(f"The bucket already contains {number} ({', '.join(shown)}). {context.registry.images.found}{limit}")


def _is_new(context: CheckContext) -> bool:
    """Whether the bucket is not older than this run, as far as the store says: its clock is known to a second."""
    try:
        buckets = context.store.call("ListBuckets", Prefix=context.bucket).get("Buckets", [])  # there can be thousands
    except StoreError:
        return False
    created = next((each.get("CreationDate") for each in buckets if each.get("Name") == context.bucket), None)
    age = timedelta(seconds=time.monotonic() - context.started_at)
    return isinstance(created, datetime) and not is_older_than(created, age, context.connection.store_time)


def _created_by_store(context: CheckContext) -> Finding:
    command = _aws_command("delete-bucket", context)
    return Finding(
        Cause.ADVICE,
        f"The bucket {sanitize(context.bucket, 63)} didn't exist, so the store created it on the first write. If the "
        f"name is wrong, correct it and delete the new bucket: {command}",
        Severity.WARNING,
        "bucket",
    )


def _aws_command(operation: str, context: CheckContext, *more: str) -> str:
    """A command of the AWS CLI on the bucket, for a shell."""
    endpoint = ["--endpoint-url", url_of(context.settings)] if context.settings.regionendpoint else []
    command = shlex.join(["aws", "s3api", operation, "--bucket", context.bucket, *more, *endpoint])
    return sanitize(hide_credentials(command, context.settings), 400)


def _folder_object(folders: list[str], limit: str, context: CheckContext) -> Finding:
    more = f", and {len(folders) - 1} more" if len(folders) > 1 else ""
    command = _aws_command("delete-object", context, "--key", folders[0])
    return Finding(
        Cause.FOLDER_OBJECTS,
        f"The empty object {sanitize(folders[0], 120)}{more} marks a folder. The registry crashes on it "
        f"within an hour of each start.{limit} Delete it: {command}",
        Severity.WARNING,
    )


def _hint(text: str) -> Finding:
    return Finding(Cause.ADVICE, text, Severity.HINT)


def lifecycle(context: CheckContext) -> Finding | None:
    """Lifecycle rules that would delete images, and incomplete uploads that no rule aborts."""
    stale = _stale_uploads(context)
    try:
        rules = _lifecycle_rules(context)
    except Skip:
        if not stale:
            raise
        rules = []
    relevant = [rule for rule in rules if _applies_to_images(rule, context.root)]
    sentences = [*_harmful_rules(relevant)]
    if not any("AbortIncompleteMultipartUpload" in rule for rule in relevant):
        no_rule = ["No lifecycle rule cleans up incomplete uploads, so their parts keep costing money."]
        if reasons := stale or (no_rule if rules else []):
            sentences += [*reasons, "Add a lifecycle rule that aborts incomplete uploads after a week."]
    return _finding(sentences)


def versioning(context: CheckContext) -> Finding | None:
    """Deleted layers remain as old versions, unless a lifecycle rule expires those."""
    if _query(context, "GetBucketVersioning").get("Status") != "Enabled":
        return None
    unless = ""
    try:
        rules = _lifecycle_rules(context)
    except Skip:
        rules, unless = [], ", unless a lifecycle rule removes them"
    if any("NoncurrentVersionExpiration" in rule and _applies_to_images(rule, context.root) for rule in rules):
        return None
    return _finding(
        [
            f"The bucket keeps old versions, so deleted layers keep using storage{unless}. Add a lifecycle rule to "
            "expire noncurrent versions, or suspend versioning."
        ]
    )


def object_lock(context: CheckContext) -> Finding | None:
    """A default retention, which locks every new object against deletion."""
    configuration = _query(context, "GetObjectLockConfiguration").get("ObjectLockConfiguration", {})
    retention = configuration.get("Rule", {}).get("DefaultRetention", {})
    unit = next((unit for unit in ("Years", "Days") if retention.get(unit)), "")
    if not unit:
        return None
    period = _count(retention[unit], unit.lower().removesuffix("s"))
    mode = f" ({sanitize(retention['Mode'], 20).lower()} mode)" if retention.get("Mode") else ""
    return _finding(
        [
            f"The bucket locks each new object for {period}{mode}. Until then neither image deletion nor garbage "
            "collection frees any space. Remove the bucket's default retention."
        ]
    )


def request_unsigned(context: CheckContext) -> tuple[bool | None, bool | None]:
    """Whether anybody can read, and can list, whatever the store says; None if that is unknown.

    Asks as soon as there is a test object, which is deleted soon. Writing is not tried.
    """
    if not context.wait_for_test_object():
        return None, None
    listing = in_thread(lambda: _can_anybody_list(context))
    return _can_anybody_read(context), context.wait_for(listing)


def public_access(context: CheckContext) -> Finding | None:
    """Public read or write access, and requester pays."""
    responses: dict[str, dict[str, Any]] = {}
    reasons: set[str] = set()
    for operation in ACCESS_CALLS:
        try:
            responses[operation] = _access_answer(context, operation)
        except Skip as skip:
            reasons.add(str(skip))
    can_read, can_list = context.result_of(request_unsigned)
    if not (responses or can_read or can_list):
        raise Skip(reasons.pop() if len(reasons) == 1 else NO_ANSWER)
    block, policy, acl, payment = (responses.get(operation, {}) for operation in ACCESS_CALLS)
    blocked = block.get("PublicAccessBlockConfiguration", {})
    is_public = policy.get("PolicyStatus", {}).get("IsPublic") and not blocked.get("RestrictPublicBuckets")
    sentences = [*_public_requests({"read the images": can_read, "list the bucket": can_list}, is_public=is_public)]
    if not blocked.get("IgnorePublicAcls"):
        sentences += _public_grants(acl.get("Grants", []))
    if payment.get("Payer") == "Requester":
        sentences.append("Requester Pays is on, so keys and links of other accounts are refused. Turn it off.")
    return _finding(sentences)


def _public_requests(successes: Mapping[str, bool | None], *, is_public: bool) -> Iterator[str]:
    """`successes`: what requests without a signature do, and whether the store lets them; None if that is unknown.

    `is_public`: the store says so of the bucket's policy; some say it of a policy that names accounts.
    """
    allowed, refused = ([verb for verb, success in successes.items() if success is each] for each in (True, False))
    if allowed:
        yield f"Anyone can {' and '.join(allowed)}: the store answers unsigned requests. Make the bucket private."
    elif is_public and refused:
        yield (
            "The store reports a public bucket policy. Unsigned requests can't "
            f"{' or '.join(refused)}. Check that they can't write."
        )
    elif is_public:
        yield "The bucket's policy is public: anyone can read or write what it names. Remove that from the policy."


def _can_anybody_read(context: CheckContext) -> bool | None:
    return _is_answered(context, "GetObject", {}, lambda body: body == context.body, Key=context.key("write"))


def _can_anybody_list(context: CheckContext) -> bool | None:
    query = {"prefix": context.prefix, "max-keys": "1"}
    if context.registry.list_version == 2:
        query["list-type"] = "2"
    return _is_answered(context, "ListObjects", query, lambda body: b"<ListBucketResult" in body)


def _is_answered(
    context: CheckContext, operation: str, query: Mapping[str, str], is_answer: Callable[[bytes], bool], **target: str
) -> bool | None:
    """Whether the store answers a request without a signature; None if that is unknown."""
    try:
        url = context.store.presigned_url(operation, Bucket=context.bucket, **target).partition("?")[0]
        return is_answer(context.store.fetch(f"{url}?{urlencode(query)}" if query else url, operation).content) or None
    except ErrorResponse as error:
        return False if error.status in _NOT_PERMITTED else None
    except StoreError:
        return None


# --- calls ---


def _query(context: CheckContext, operation: str) -> dict[str, Any]:
    """The response, empty if nothing is configured. Raises `Skip` if the store does not answer the question."""
    try:
        return context.call(operation)
    except ErrorResponse as error:
        if error.code in _NOT_CONFIGURED:
            return {}
        if error.status in _NOT_PERMITTED:
            raise Skip("not permitted") from None
        raise Skip("not supported by the store" if error.status in _NOT_SUPPORTED else NO_ANSWER) from None
    except StoreError:
        raise Skip(NO_ANSWER) from None


def _access_answer(context: CheckContext, operation: str) -> dict[str, Any]:
    """As `_query`. Old versions of MinIO do not know the question, and answer with a listing of the bucket."""
    response = _query(context, operation)
    if response and response.get(ACCESS_CALLS[operation]) in (None, {}):
        raise Skip("not supported by the store")
    return response


def _lifecycle_rules(context: CheckContext) -> list[dict[str, Any]]:
    """The enabled rules."""
    rules = _query(context, "GetBucketLifecycleConfiguration").get("Rules", [])
    return [rule for rule in rules if rule.get("Status") == "Enabled"]


def _finding(sentences: Iterable[str]) -> Finding | None:
    text = " ".join(sentences)
    return Finding(Cause.ADVICE, text, Severity.WARNING) if text else None


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{sanitize(number, _MAX_DIGITS)} {noun if number == 1 else plural or f'{noun}s'}"


# --- reading the responses ---


def _applies_to_images(rule: Mapping[str, Any], root: str) -> bool:
    """Whether a rule applies to objects of the registry, which have no tags."""
    selector = rule.get("Filter", {})
    combined = selector.get("And", {})
    if "Tag" in selector or combined.get("Tags"):
        return False
    prefix = str(rule.get("Prefix") or selector.get("Prefix") or combined.get("Prefix") or "")
    images = f"{root}{_IMAGES}"
    return prefix.startswith(images) or images.startswith(prefix)


def _harmful_rules(rules: list[dict[str, Any]]) -> Iterator[str]:
    deleting = [rule for rule in rules if rule.get("Expiration", {}).keys() & {"Days", "Date"}]
    if deleting:
        days = deleting[0]["Expiration"].get("Days")
        when = "on a date" if days is None else f"after {_count(days, 'day')}"
        yield f"{_describe(deleting)} deletes objects {when}, including images. Exclude the registry's prefix from it."
    archiving = [rule for rule in rules if _archive_class(rule)]
    if archiving:
        yield (
            f"{_describe(archiving)} moves objects to {_archive_class(archiving[0])}, where images can't be "
            "pulled. Exclude the registry's prefix from it."
        )


def _archive_class(rule: Mapping[str, Any]) -> str:
    """The archive storage class that a rule moves objects to, or ''."""
    classes = {transition.get("StorageClass") for transition in rule.get("Transitions", [])}
    return next((archive for archive in _ARCHIVE_CLASSES if archive in classes), "")


def _describe(rules: list[dict[str, Any]]) -> str:
    """The first of `rules`, and their number."""
    name = f"The lifecycle rule {sanitize(rules[0]['ID'], 40)}" if rules[0].get("ID") else "A lifecycle rule"
    return name if len(rules) == 1 else f"{name} (one of {len(rules)})"


def _stale_uploads(context: CheckContext) -> list[str]:
    try:
        response = context.call("ListMultipartUploads", Prefix=context.root)
    except StoreError:
        return []  # reported by `multipart-list`
    uploads = [each for each in response.get("Uploads", []) if not owner_of_key(context.root, str(each.get("Key")))]
    stale = sum(is_older_than(upload.get("Initiated"), _STALE) for upload in uploads)
    if not stale:
        return []
    number = f"{'More than ' if response.get('IsTruncated') else ''}{_count(stale, 'upload')}"
    return [
        f"{number} {'was' if stale == 1 else 'were'} started over a week ago and never completed. "
        "The parts keep costing money."
    ]


def _public_grants(grants: list[dict[str, Any]]) -> Iterator[str]:
    for uri, who in _PUBLIC_GROUPS.items():
        permissions = [grant.get("Permission", "") for grant in grants if grant.get("Grantee", {}).get("URI") == uri]
        allowed = dict.fromkeys(verb for permission in permissions for verb in _GRANTS.get(permission, ()))
        if allowed:
            yield f"The bucket's ACL lets {who} {' and '.join(allowed)}. Make the ACL private."
