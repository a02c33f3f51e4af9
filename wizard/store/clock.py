"""Two clocks that differ: by how much, and which of them is likely the wrong one."""

from __future__ import annotations

import ctypes
import sys
import time
from pathlib import Path

import wizard
from wizard.finding import Cause, Finding, Severity

_WORTH_A_WORD = 5 * 60  # seconds; stores refuse from 15 minutes on
_NOT_SYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
_ROOM_FOR_TIMEX = 512  # bytes; struct timex has 208, all of them 0 to ask and not to set


def late(skew: float | None) -> Finding | None:
    """A warning when the store's clock is far from ours; `skew` is theirs minus ours, in seconds."""
    if skew is None or abs(skew) < _WORTH_A_WORD:
        return None
    text = f"{_apart(skew)}; stores refuse requests from 15 minutes on. {_advice()}"
    return Finding(Cause.CLOCK_SKEW, text, Severity.WARNING)


def refused(finding: Finding, skew: float | None) -> Finding:
    """The store's refusal for the time, with the seconds where its answer had a date."""
    if finding.cause is not Cause.CLOCK_SKEW or skew is None:
        return finding
    return Finding(Cause.CLOCK_SKEW, f"{_apart(skew)}, and the store refuses that. {_advice()}")


def _apart(skew: float) -> str:
    return f"This machine's clock is {abs(round(skew))} seconds {'behind' if skew > 0 else 'ahead of'} the store's"


def _advice() -> str:
    match is_synchronised():
        case True:
            return "This machine's is kept by NTP, so the store's is likely wrong: turn NTP on there."
        case False:
            return "This machine's is not kept by NTP, so it is likely the wrong one: timedatectl set-ntp true."
        case _:
            return "Let NTP set both (timedatectl set-ntp true)."


def is_synchronised() -> bool | None:
    """Whether this machine's clock is kept right, as its kernel says (adjtimex(2)); None when nobody knows."""
    if time.time() < Path(wizard.__file__).stat().st_mtime:
        return False  # this very program is from the future
    if not sys.platform.startswith("linux"):
        return None
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_ROOM_FOR_TIMEX))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _NOT_SYNCHRONISED
