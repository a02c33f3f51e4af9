"""Small objects, such as manifests and links: list, write, look up, read, copy."""

from __future__ import annotations

from typing import Any

from wizard.checks import rewriting
from wizard.checks.check import Skip
from wizard.checks.context import CheckContext, Made
from wizard.checks.look_up import head_object, listed_object
from wizard.checks.violations import contract_violation, empty_answer
from wizard.model.findings import Cause, Finding, Severity
from wizard.s3.background import in_thread
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

_MAX_DIGITS = 20
_ABSENT = "absent"  # never written; the test object is there by then, and is listed if the prefix is ignored


def list_bucket(context: CheckContext) -> None:
    """The call of the registry's health check: one key below the root directory.

    Some stores create an absent bucket at the first write, and the registry then uses it. `contents` reports that.
    Others fail to list while an object is being written, as here; the registry's SDK then asks again.
    """
    try:
        context.list(context.root, 1)
    except ErrorResponse as error:
        is_absent = error.code == "NoSuchBucket"
        if not (is_absent or error.is_server_error) or not context.wait_for_test_object():
            raise
        context.bucket_was_absent = is_absent
        context.list(context.root, 1)


def write(context: CheckContext) -> None:
    """Writes an object with the ACL, storage class and encryption of the settings."""
    context.write_test_object()


def head(context: CheckContext) -> Finding | None:
    """Looks up an object like the registry: 2.x lists its key; 3.x calls HeadObject, and lists if that fails.

    Folders have no object of their own, so 3.x depends on the listing too. Garbage collection lists with version 2
    in both lines. Also reports what `rewriting` has found.
    """
    key = context.key("write")
    beside = in_thread(lambda: context.list(context.key(_ABSENT), 1))
    listed = listed_object(context, key)
    context.wait_for(beside)
    if not listed:
        context.hides_objects = True
        raise contract_violation("PutObject", "An object that was just written is missing from the listing.")
    metadata = listed if context.registry.stat_by_list else head_object(context, key) or listed
    answers = (metadata, listed)  # 3.x lists, too, to walk through folders
    if missing := [name for name in ("Size", "LastModified") for answer in answers if answer.get(name) is None]:
        raise contract_violation(
            "HeadObject", f"The store doesn't return the {missing[0]} of an object. The registry crashes without it."
        )
    if metadata["Size"] != len(context.body):
        if context.registry.checksum(context.settings):
            read(context)  # says more if the checksum was stored with the object
        size = sanitize(metadata["Size"], _MAX_DIGITS)
        raise contract_violation(
            "HeadObject", f"The store reports {size} bytes for an object of {len(context.body)} bytes."
        )
    warning = _garbage_collection_warning(context) if context.registry.list_version == 1 else None
    context.result_of(rewriting.rewrite)
    return warning


def _garbage_collection_warning(context: CheckContext) -> Finding | None:
    """Garbage collection of the 2.x line walks through folders, and finds nothing where the sum of KeyCount is 0."""
    folder = context.prefix.rpartition("/")[0]
    try:
        response = context.call("ListObjectsV2", Prefix=f"{folder}/", Delimiter="/", MaxKeys=2)
    except ErrorResponse:
        return _not_collected("The store doesn't support ListObjectsV2, which the catalogue also needs")
    except StoreError:
        return None
    if response.get("CommonPrefixes") and not response.get("Contents") and response.get("KeyCount") == 0:
        return _not_collected("The store doesn't count folders in a listing (KeyCount of ListObjectsV2)")
    return None


def _not_collected(reason: str) -> Finding:
    text = f"{reason}. Images can be pushed, pulled and deleted, but not garbage-collected."
    return Finding(Cause.UNSUPPORTED, text, Severity.WARNING)


def read(context: CheckContext) -> None:
    """Reads the complete object and compares every byte."""
    context.verify_content(Made("An object", context.key("write"), "PutObject"))


def range_read(context: CheckContext) -> Finding | None:
    """Reads the second half of the object, as a client does to resume an interrupted pull.

    With redirects on, clients read it from a presigned link, which `presigned-read` checks. The registry itself never
    sends such a range, so here a failure is only a warning then.
    """
    half, problem = len(context.body) // 2, ""
    try:
        body = context.read(context.key("write"), half)
    except ErrorResponse as error:
        if not (context.settings.redirect and error.had_no_effect):
            raise
        problem = f"The store rejects reads from the middle of an object ({error.status})."
    else:
        if body != context.body[half:]:
            complete = " It returned the complete object." if body == context.body else ""
            problem = f"A read from the middle of an object returned the wrong data.{complete}"
    if problem and context.settings.redirect:
        text = f"{problem} With redirects off, interrupted pulls couldn't resume."
        return Finding(Cause.CORRUPTED, text, Severity.WARNING)
    if problem:
        raise contract_violation("GetObject with a range", problem)
    return None


def copy_object(context: CheckContext, source: str, target: str) -> dict[str, Any]:
    """Copies an object as the registry does. Returns the response."""
    source_object = {"Bucket": context.bucket, "Key": source}
    return context.call("CopyObject", Key=target, CopySource=source_object, **context.object_headers())


def copy(context: CheckContext) -> Finding | None:
    """Copies an object and reads the copy back. The registry copies every pushed layer to its final key."""
    if not context.settings.multipartcopythresholdsize:
        raise Skip("every layer is copied in parts")
    target = context.key("copy")
    with context.ledger.creating_object(target):
        response = copy_object(context, context.key("write"), target)
    has_answer = bool(response.get("CopyObjectResult"))
    warning = None if has_answer else empty_answer("CopyObject", "A copy", context.registry)
    context.verify_content(Made("A copy", target, "CopyObject", "CopyObject"))
    return warning
