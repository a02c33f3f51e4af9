"""The result of a quick check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.model.findings import Cause, Finding

_ENDPOINT_PROBLEMS: Mapping[Cause, str] = {  # of an endpoint that did answer, or about which more is known
    Cause.DNS: "address not found",
    Cause.REFUSED: "connection refused",
    Cause.PROXY: "the proxy fails",
    Cause.TLS_UNTRUSTED: "certificate not trusted",
    Cause.TLS_HOSTNAME: "certificate for another name",
    Cause.TLS_EXPIRED: "certificate not valid now",
    Cause.PLAIN_HTTP: "speaks plain http",
    Cause.HTTPS_REQUIRED: "requires HTTPS",
    Cause.NOT_S3: "is not S3",
}


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

    @property
    def endpoint_problem(self) -> str:
        """Why the endpoint cannot be used, in few words."""
        return _ENDPOINT_PROBLEMS.get(self.finding.cause, "does not answer") if self.finding else "does not answer"
