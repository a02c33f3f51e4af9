"""The result of a quick check."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.model.findings import Finding


@dataclass(frozen=True, slots=True)
class ReachabilityStatus:
    """What one listing shows: the endpoint answers, the keys are accepted, the bucket exists.

    None means unknown. `finding` is the problem, if there is one.
    """

    endpoint: bool | None = None
    keys: bool | None = None
    bucket: bool | None = None
    finding: Finding | None = None
    credentials: str = ""  # the variable, file or role that the keys came from, if not from the settings
