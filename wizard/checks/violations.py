"""The errors for a store that reports success and did something else."""

from __future__ import annotations

from wizard.model.findings import Cause, Finding
from wizard.s3.errors import ContractViolation


def contract_violation(operation: str, text: str, cause: Cause = Cause.CORRUPTED) -> ContractViolation:
    """The store reported success for `operation`, but its data is wrong. `text` is the sentence for the user."""
    return ContractViolation(operation, Finding(cause, text))


def empty_response(operation: str, subject: str) -> ContractViolation:
    """The store reported success without a body, which the registry's SDK treats as a failure."""
    return contract_violation(operation, f"{subject} is answered with nothing, which the registry takes for a failure.")
