"""Small objects, such as manifests and links: list, write, look up, read, copy."""

from __future__ import annotations

from typing import Any

from wizard.checks.check import Skip
from wizard.checks.context import CheckContext
from wizard.checks.violations import contract_violation, empty_response
from wizard.model.findings import Cause, Finding, Severity
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

_MAX_DIGITS = 20


def list_bucket(context: CheckContext) -> None:
    """The call of the registry's health check: one key below the root directory."""
    context.list(context.root, 1)


def write(context: CheckContext) -> None:
    """Writes an object with the ACL, storage class and encryption of the settings."""
    context.write_with(context.settings)


def head(context: CheckContext) -> Finding | None:
    """Looks up an object like the registry: 2.x lists its key; 3.x calls HeadObject, and lists if that fails.

    Folders have no object of their own, so 3.x depends on the listing too. Garbage collection lists with version 2
    in both lines.
    """
    key = context.key("write")
    entries = [entry for entry in context.list(key, 1).get("Contents", []) if entry.get("Key") == key]
    if not entries:
        raise contract_violation("PutObject", "An object that was just written is missing from the listing.")
    if context.list(context.key("never-written"), 1).get("Contents"):
        raise contract_violation("ListObjects", "A listing finds an object that is not there.")
    metadata = entries[0] if context.registry.stat_by_list else _head_object(context, key) or entries[0]
    if missing := [name for name in ("Size", "LastModified") if metadata.get(name) is None]:
        raise contract_violation(
            "HeadObject", f"The {missing[0]} of an object is not told; the registry crashes without it."
        )
    if metadata["Size"] != len(context.body):
        size = sanitize(metadata["Size"], _MAX_DIGITS)
        raise contract_violation("HeadObject", f"An object of {len(context.body)} bytes is said to have {size} bytes.")
    return _garbage_collection_warning(context) if context.registry.list_version == 1 else None


def _garbage_collection_warning(context: CheckContext) -> Finding | None:
    try:
        context.call("ListObjectsV2", Prefix=context.root, MaxKeys=1)
    except StoreError as error:
        text = "The store lacks ListObjectsV2; images can be pushed, pulled and deleted, but not garbage-collected."
        return Finding(Cause.UNSUPPORTED, text, Severity.WARNING) if isinstance(error, ErrorResponse) else None
    return None


def _head_object(context: CheckContext, key: str) -> dict[str, Any]:
    try:
        response = context.call("HeadObject", Key=key)
    except ErrorResponse:
        return {}
    return {"Size": response.get("ContentLength"), "LastModified": response.get("LastModified")}


def read(context: CheckContext) -> None:
    """Reads the complete object and compares every byte."""
    context.verify_content("An object", context.key("write"), "PutObject")


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
        problem = f"A read from the middle of an object is refused ({error.status})."
    else:
        if body != context.body[half:]:
            complete = " The whole object came instead." if body == context.body else ""
            problem = f"A read from the middle of an object gives something else.{complete}"
    if problem and context.settings.redirect:
        text = f"{problem} Turning redirects off would break pulls that go on after a break."
        return Finding(Cause.CORRUPTED, text, Severity.WARNING)
    if problem:
        raise contract_violation("GetObject with a range", problem)
    return None


def copy(context: CheckContext) -> None:
    """Copies an object and reads the copy back. The registry copies every pushed layer to its final key."""
    if not context.settings.multipartcopythresholdsize:
        raise Skip("every layer is copied in parts")
    source, target = context.key("write"), context.key("copy")
    with context.ledger.creating_object(target):
        response = context.call(
            "CopyObject",
            Key=target,
            CopySource={"Bucket": context.bucket, "Key": source},
            **context.object_headers(),
        )
    if not response.get("CopyObjectResult"):
        raise empty_response("CopyObject", "A copy")
    context.verify_content("A copy", target, "CopyObject", "CopyObject")
