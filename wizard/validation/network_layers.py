"""Name, connection, certificate and clock. Their results come from the first S3 call, so they cost no call."""

from __future__ import annotations

from wizard.model.endpoint import scheme_of
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings

LAYERS = ("resolve", "connect", "tls", "clock")  # check ids, in the order in which a call passes them

_LAYER_BY_CAUSE = {
    Cause.DNS: "resolve",
    Cause.REFUSED: "connect",
    Cause.UNREACHABLE: "connect",
    Cause.PROXY: "connect",
    Cause.TLS_UNTRUSTED: "tls",
    Cause.TLS_HOSTNAME: "tls",
    Cause.TLS_EXPIRED: "tls",
    Cause.PLAIN_HTTP: "tls",
    Cause.HTTPS_REQUIRED: "tls",
    Cause.CLOCK_SKEW: "clock",
}


def failed_layer(finding: Finding, *, while_connecting: bool) -> str:
    """The layer at which a call failed, or '' if the call itself failed."""
    if finding.cause is Cause.TIMEOUT:
        return "connect" if while_connecting else ""
    return _LAYER_BY_CAUSE.get(finding.cause, "")


def uses_plain_http(settings: Settings) -> bool:
    """Whether the connection has no certificate to verify."""
    return scheme_of(settings) == "http"
