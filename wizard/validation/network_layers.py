"""Name, connection, certificate and clock: read off the first call's outcome, so that they cost no call."""

from __future__ import annotations

from wizard.model.endpoint import scheme_of
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings

LAYERS = ("resolve", "connect", "tls", "clock")

_LAYER_OF = {
    Cause.DNS: "resolve",
    Cause.REFUSED: "connect",
    Cause.UNREACHABLE: "connect",
    Cause.TLS_UNTRUSTED: "tls",
    Cause.TLS_HOSTNAME: "tls",
    Cause.TLS_EXPIRED: "tls",
    Cause.PLAIN_HTTP: "tls",
    Cause.HTTPS_REQUIRED: "tls",
    Cause.CLOCK_SKEW: "clock",
}


def layer_of(finding: Finding, *, while_connecting: bool) -> str:
    """The layer that a failure belongs to, or '' when it is the call's own."""
    if finding.cause is Cause.TIMEOUT:
        return "connect" if while_connecting else ""
    return _LAYER_OF.get(finding.cause, "")


def is_plain(settings: Settings) -> bool:
    """Whether there is no certificate to look at."""
    return scheme_of(settings) == "http"
