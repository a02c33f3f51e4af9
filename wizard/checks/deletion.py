"""Deleting objects."""

from __future__ import annotations

from wizard.checks.context import FIX, CheckContext
from wizard.checks.violations import contract_violation


def delete(context: CheckContext) -> None:
    """Deletes all test objects in one call, verifies the result of each one, and lists the prefix afterwards.

    Without the object that tries a fix, which may be written at the same time.
    """
    recorded = context.ledger.keys()
    keys = [key for key in recorded if key != context.key(FIX)]
    context.remove(keys)
    response = context.list(f"{context.prefix}/")
    if response.get("IsTruncated"):
        raise contract_violation(
            "DeleteObjects",
            "A listing of a few objects is marked incomplete (IsTruncated), so the registry never stops listing.",
        )
    listed = {entry["Key"] for entry in response.get("Contents", [])}
    if left := listed.intersection(keys):
        raise contract_violation(
            "DeleteObjects", f"{len(left)} of {len(keys)} objects still exist after they were deleted."
        )
    for key in () if context.hides_objects else keys:
        context.ledger.confirm_deleted(key)
