"""Diagnoses two clocks that differ: by how much, and which of them is probably wrong."""

from __future__ import annotations

import ctypes
import sys
import time
from pathlib import Path

import wizard
from wizard.model.findings import Cause, Finding, Severity

_WARNING_SKEW = 5 * 60  # seconds; stores reject requests from 15 minutes on
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_SIZE = 512  # bytes; struct timex has 208. All of them 0: read the state, set nothing


def skew_warning(skew: float | None) -> Finding | None:
    """A warning if the clocks differ by 5 minutes or more. `skew`: seconds that the store's clock is ahead, or None."""
    if skew is None or abs(skew) < _WARNING_SKEW:
        return None
    text = f"{_describe_skew(skew)}. Stores reject every request from 15 minutes on. {_advice()}"
    return Finding(Cause.CLOCK_SKEW, text, Severity.WARNING)


def skew_error(finding: Finding, skew: float | None) -> Finding:
    """Adds the skew in seconds to a finding about the clock; returns any other finding unchanged.

    Where the clocks agree, the requests are delayed: the finding has another cause then.
    """
    if finding.cause is not Cause.CLOCK_SKEW or skew is None:
        return finding
    if abs(skew) < _WARNING_SKEW:
        return Finding(
            Cause.STORE_ERROR,
            "The store says that requests are too old or too new, but its clock agrees with this machine's. "
            "A proxy in between delays requests, or answers with its own clock.",
        )
    return Finding(Cause.CLOCK_SKEW, f"{_describe_skew(skew)}, so the store rejects requests. {_advice()}")


def _describe_skew(skew: float) -> str:
    return f"This machine's clock is {abs(round(skew))} seconds {'behind' if skew > 0 else 'ahead of'} the store's"


def _advice() -> str:
    if predates_program():
        return "This machine's clock is wrong: it predates this program. Turn on NTP: timedatectl set-ntp true."
    match is_synchronised():
        case True:
            return "This machine's clock is synchronised, so the store's is likely wrong. Turn on NTP there."
        case False:
            return "This machine's clock is not synchronised, so likely wrong. Turn on NTP: timedatectl set-ntp true."
        case _:
            return "Sync both clocks with NTP (timedatectl set-ntp true)."


def predates_program() -> bool:
    """Whether this machine's clock is earlier than the installation of this program."""
    try:
        return time.time() < Path(wizard.__file__).stat().st_mtime
    except OSError:  # it is in an archive
        return False


def is_synchronised() -> bool | None:
    """Whether this machine's clock is synchronised, as the kernel reports (adjtimex(2)); None if that is unknown."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_SIZE))
    except (OSError, AttributeError):
        return None
    return state != _TIME_ERROR if 0 <= state <= _TIME_ERROR else None
