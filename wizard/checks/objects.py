"""Reading and writing: the objects of small things such as manifests and links."""

from __future__ import annotations

from typing import Any

from wizard.checks.check import Skip
from wizard.checks.context import CheckContext, contract_violation, empty_response
from wizard.model.findings import Cause, Finding, Severity
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

_LONGEST_NUMBER = 20  # digits


def list_bucket(context: CheckContext) -> None:
    """What the registry's health check does: one key below the root directory."""
    context.list(context.root, 1)


def write(context: CheckContext) -> None:
    """An object with the ACL, storage class and encryption of the settings."""
    key = context.key("write")
    with context.ledger.creating(key):
        context.call("PutObject", Key=key, Body=context.body, **context.object_headers())


def head(context: CheckContext) -> Finding | None:
    """The registry looks an object up: 2.x by listing its key, 3.x by HeadObject and, where that fails, by listing.

    Folders have no object of their own, so that 3.x finds them by listing as well. Garbage collection lists in
    version 2 in both lines.
    """
    key = context.key("write")
    listed = [entry for entry in context.list(key, 1).get("Contents", []) if entry.get("Key") == key]
    if not listed:
        raise contract_violation("PutObject", "An object that was just written is missing from the listing.")
    if context.list(context.key("never-written"), 1).get("Contents"):
        raise contract_violation("ListObjects", "A listing finds an object that is not there.")
    found = listed[0] if context.registry.stat_by_list else _by_head(context, key) or listed[0]
    if missing := [name for name in ("Size", "LastModified") if found.get(name) is None]:
        raise contract_violation(
            "HeadObject", f"The {missing[0]} of an object is not told; the registry crashes without it."
        )
    if found["Size"] != len(context.body):
        said = sanitize(found["Size"], _LONGEST_NUMBER)
        raise contract_violation("HeadObject", f"An object of {len(context.body)} bytes is said to have {said} bytes.")
    return _no_garbage_collection(context) if context.registry.list_version == 1 else None


def _no_garbage_collection(context: CheckContext) -> Finding | None:
    try:
        context.call("ListObjectsV2", Prefix=context.root, MaxKeys=1)
    except StoreError as error:
        text = "The store lacks ListObjectsV2; images can be pushed, pulled and deleted, but not garbage-collected."
        return Finding(Cause.UNSUPPORTED, text, Severity.WARNING) if isinstance(error, ErrorResponse) else None
    return None


def _by_head(context: CheckContext, key: str) -> dict[str, Any]:
    try:
        answer = context.call("HeadObject", Key=key)
    except ErrorResponse:
        return {}
    return {"Size": answer.get("ContentLength"), "LastModified": answer.get("LastModified")}


def read(context: CheckContext) -> None:
    """The whole object, compared byte by byte."""
    context.expect("An object", context.key("write"), "PutObject")


def range_read(context: CheckContext) -> Finding | None:
    """The second half of the object: what a pull that goes on after a break asks for.

    With redirects on clients ask for it by link, which `presigned-read` tries, and the registry itself never does.
    """
    half, problem = len(context.body) // 2, ""
    try:
        found = context.read(context.key("write"), half)
    except ErrorResponse as error:
        if not (context.settings.redirect and error.had_no_effect):
            raise
        problem = f"A read from the middle of an object is refused ({error.status})."
    else:
        if found != context.body[half:]:
            whole = " The whole object came instead." if found == context.body else ""
            problem = f"A read from the middle of an object gives something else.{whole}"
    if problem and context.settings.redirect:
        text = f"{problem} Turning redirects off would break pulls that go on after a break."
        return Finding(Cause.CORRUPTED, text, Severity.WARNING)
    if problem:
        raise contract_violation("GetObject with a range", problem)
    return None


def copy(context: CheckContext) -> None:
    """Every pushed layer is copied to its final place; the copy is read back."""
    if not context.settings.multipartcopythresholdsize:
        raise Skip("every layer is copied in parts")
    source, target = context.key("write"), context.key("copy")
    with context.ledger.creating(target):
        answer = context.call(
            "CopyObject",
            Key=target,
            CopySource={"Bucket": context.bucket, "Key": source},
            **context.object_headers(),
        )
    if not answer.get("CopyObjectResult"):
        raise empty_response("CopyObject", "A copy")
    context.expect("A copy", target, "CopyObject", "CopyObject")
