"""Deleting objects."""

from __future__ import annotations

from wizard.checks.context import CheckContext
from wizard.checks.violations import contract_violation


def delete(context: CheckContext) -> None:
    """Deletes all test objects in one call, verifies the result of each one, and lists the prefix afterwards."""
    keys = context.ledger.keys()
    context.remove(keys)
    listed = {entry["Key"] for entry in context.list(f"{context.prefix}/").get("Contents", [])}
    if left := listed.intersection(keys):
        raise contract_violation(
            "DeleteObjects", f"{len(left)} of {len(keys)} objects are still there after they were deleted."
        )
    for key in keys:
        context.ledger.confirm_deleted(key)
