"""How the registry asks whether there is an object."""

from __future__ import annotations

from typing import Any

from wizard.checks.context import CheckContext
from wizard.s3.errors import ContractViolation, ErrorResponse, NotS3


def listed_object(context: CheckContext, key: str) -> dict[str, Any]:
    """What a listing says about an object; empty if it is not listed."""
    entries = context.list(key, 1).get("Contents", [])
    return next((entry for entry in entries if entry.get("Key") == key), {})


def head_object(context: CheckContext, key: str) -> dict[str, Any]:
    """What HeadObject says about an object, by the names in a listing; empty if it fails: the registry lists then."""
    try:
        response = context.call("HeadObject", Key=key)
    except (ErrorResponse, NotS3, ContractViolation):  # also an answer that its SDK cannot read
        return {}
    return {"Size": response.get("ContentLength"), "LastModified": response.get("LastModified")}


def stat(context: CheckContext, key: str) -> dict[str, Any]:
    """What the registry learns about an object: 2.x lists its key; 3.x calls HeadObject, and lists if that fails."""
    found = {} if context.registry.stat_by_list else head_object(context, key)
    return found or listed_object(context, key)
