"""An object that is asked for before it is written, and that is written twice.

The registry looks up and reads links, tags and layers before it writes them, and writes links and tags again. A store
or a proxy can remember that an object was absent, or keep the old one.
"""

from __future__ import annotations

from http import HTTPStatus

from wizard.checks.context import CheckContext
from wizard.checks.look_up import head_object, listed_object, stat
from wizard.checks.violations import contract_violation
from wizard.model.findings import Cause
from wizard.s3.background import in_thread
from wizard.s3.errors import ErrorResponse, NotS3, StoreError
from wizard.text.sanitize import sanitize

_NAME = "rewrite"


def rewrite(context: CheckContext) -> None:
    """Asks for an object, writes it twice and reads it. Raises `StoreError` if the registry would fail."""
    key, old, new = context.key(_NAME), context.body[1:], context.body
    if not _is_absent(context, key):
        return
    with context.ledger.creating_object(key):
        context.call("PutObject", Key=key, Body=old, **context.object_headers())
    with context.ledger.creating_object(key):
        _overwrite(context, key, new)
    _verify_rewritten(context, key, old)


def _is_absent(context: CheckContext, key: str) -> bool:
    """Whether an object that was never written is absent for each call. Raises `StoreError` if it is not.

    The registry takes only the code `NoSuchKey` for absent. Proxies that replace errors by pages of their own answer
    otherwise. False if the store refuses every read, which `read` reports.
    """
    listed = in_thread(lambda: listed_object(context, key))
    headed = in_thread(lambda: {} if context.registry.stat_by_list else head_object(context, key))
    answer = _answer_to_absent(context, key)
    if context.wait_for(listed):
        raise contract_violation("ListObjects", "A listing contains an object that doesn't exist.")
    if answer:
        if _can_read_test_object(context):
            raise contract_violation(
                "GetObject",
                f"A read of a missing object is answered with {answer} instead of NoSuchKey, so "
                "every push fails. A proxy may be replacing the store's errors. In nginx: proxy_intercept_errors "
                "off.",
                Cause.UNSUPPORTED,
            )
        return False
    if context.wait_for(headed):
        raise contract_violation("HeadObject", "HeadObject finds an object that doesn't exist.")
    return True


def _answer_to_absent(context: CheckContext, key: str) -> str:
    """What the store answers to a read of an absent object; empty if that is right. Raises if the bucket is absent."""
    try:
        context.read(key)
    except ErrorResponse as error:
        if error.code == "NoSuchKey":
            return ""
        if error.code == "NoSuchBucket":
            raise
        code = "" if error.has_no_s3_code else f" and the code {sanitize(error.code, 40)}"
        return f"the status {error.status}{code}"
    except NotS3:
        return "something that isn't S3"
    return "data"


def _can_read_test_object(context: CheckContext) -> bool:
    """Whether an existing object can be read; if not, `read` reports that."""
    if not context.wait_for_test_object():
        return False
    try:
        return context.read(context.key("write")) == context.body
    except StoreError:
        return False


def _overwrite(context: CheckContext, key: str, body: bytes) -> None:
    try:
        context.call("PutObject", Key=key, Body=body, **context.object_headers())
    except ErrorResponse as error:
        if error.is_server_error or error.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise
        words = sanitize(": ".join(filter(None, (error.code, error.message))), 100).rstrip(".")
        raise contract_violation(
            "PutObject",
            f"The store accepts an object but refuses to overwrite it ({words}), so every push fails. Allow "
            "overwriting in this bucket. Registries can't use immutable or write-once buckets.",
            Cause.UNSUPPORTED,
        ) from None


def _verify_rewritten(context: CheckContext, key: str, old: bytes) -> None:
    """The object must be there, with its second content. What any other object shows, other checks report."""
    found = in_thread(lambda: stat(context, key))
    try:
        body = context.read(key)
    except ErrorResponse as error:
        if error.code == "NoSuchKey" and _can_read_test_object(context):
            raise _remembered_absence("GetObject") from None
        return
    except StoreError:
        return
    if body == old:
        raise contract_violation(
            "PutObject", "An overwritten object still returns its old content, so pulls by tag return old images."
        )
    metadata = context.wait_for(found)
    if not metadata:
        raise _remembered_absence("List" if context.registry.stat_by_list else "HeadObject")
    if metadata.get("Size") == len(old):
        raise contract_violation("HeadObject", "An overwritten object is still reported with its old size.")


def _remembered_absence(operation: str) -> StoreError:
    return contract_violation(
        operation,
        "An object that was requested before it was written is not found afterwards, so every push fails. Turn off "
        "caching of errors in the store or the proxy in front of it.",
    )
