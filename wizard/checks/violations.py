"""The errors for a store that reports success and did something else."""

from __future__ import annotations

from wizard.catalog.registries import Registry
from wizard.model.findings import Cause, Finding, Severity
from wizard.s3.errors import ContractViolation


def contract_violation(operation: str, text: str, cause: Cause = Cause.CORRUPTED) -> ContractViolation:
    """The store reported success for `operation`, but its data is wrong. `text` is the sentence for the user."""
    return ContractViolation(operation, Finding(cause, text))


def empty_answer(operation: str, subject: str, registry: Registry) -> Finding:
    """The warning that the store reported success without a body. Raises it where the registry's SDK fails then."""
    if not registry.sdk.accepts_empty_answers:
        raise contract_violation(operation, f"{subject} got an empty reply, which the registry treats as a failure.")
    text = f"{subject} got an empty reply. {registry.title} accepts that, but Debian's build of Distribution 2 doesn't."
    return Finding(Cause.CORRUPTED, text, Severity.WARNING)
