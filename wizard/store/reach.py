"""Name, connection, certificate and clock: read off the first call's outcome, so that they cost no call."""

from __future__ import annotations

from wizard.endpoint import scheme_of
from wizard.finding import Cause, Finding, Severity
from wizard.settings import Settings

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
_SKEW_WORTH_A_WORD = 5 * 60  # seconds; stores refuse from 15 minutes on


def layer_of(finding: Finding, *, while_connecting: bool) -> str:
    """The layer that a failure belongs to, or '' when it is the call's own."""
    if finding.cause is Cause.TIMEOUT:
        return "connect" if while_connecting else ""
    return _LAYER_OF.get(finding.cause, "")


def clock(skew: float | None) -> Finding | None:
    """A warning when the store's clock is far from ours; `skew` is theirs minus ours, in seconds."""
    if skew is None or abs(skew) < _SKEW_WORTH_A_WORD:
        return None
    return Finding(
        Cause.CLOCK_SKEW,
        f"{_apart(skew)}; stores refuse requests from 15 minutes on. Let NTP set both.",
        Severity.WARNING,
    )


def skewed(finding: Finding, skew: float | None) -> Finding:
    """The store's refusal for the time, with the seconds where its answer had a date."""
    if finding.cause is not Cause.CLOCK_SKEW or skew is None:
        return finding
    return Finding(Cause.CLOCK_SKEW, f"{_apart(skew)}, and the store refuses that. Let NTP set both.")


def _apart(skew: float) -> str:
    return f"This machine's clock is {abs(round(skew))} seconds {'behind' if skew > 0 else 'ahead of'} the store's"


def is_plain(settings: Settings) -> bool:
    """Whether there is no certificate to look at."""
    return scheme_of(settings) == "http"
