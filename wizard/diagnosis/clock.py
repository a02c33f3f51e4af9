"""Two clocks that differ: by how much, and which of them is likely the wrong one."""

from __future__ import annotations

import ctypes
import sys
import time
from pathlib import Path

import wizard
from wizard.model.findings import Cause, Finding, Severity

_WORTH_A_WORD = 5 * 60  # seconds; stores refuse from 15 minutes on
_NOT_SYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
_ROOM_FOR_TIMEX = 512  # bytes; struct timex has 208, all of them 0 to ask and not to set


def skew_warning(skew: float | None) -> Finding | None:
    """A warning when the store's clock is far from ours; `skew` is theirs minus ours, in seconds."""
    if skew is None or abs(skew) < _WORTH_A_WORD:
        return None
    text = f"{_apart(skew)}; stores refuse requests from 15 minutes on. {_advice()}"
    return Finding(Cause.CLOCK_SKEW, text, Severity.WARNING)


def skew_error(finding: Finding, skew: float | None) -> Finding:
    """The store's refusal for the time, with the seconds where its answer had a date."""
    if finding.cause is not Cause.CLOCK_SKEW or skew is None:
        return finding
    return Finding(Cause.CLOCK_SKEW, f"{_apart(skew)}, and the store refuses that. {_advice()}")


def _apart(skew: float) -> str:
    return f"This machine's clock is {abs(round(skew))} seconds {'behind' if skew > 0 else 'ahead of'} the store's"


def _advice() -> str:
    if is_before_this_program():
        return "This machine's is certainly wrong: this program is newer. Turn NTP on here: timedatectl set-ntp true."
    match is_synchronised():
        case True:
            return "This machine's is synchronised, so the store's is likely wrong: set NTP there."
        case False:
            return "This machine's is not synchronised, so likely wrong. Turn NTP on here: timedatectl set-ntp true."
        case _:
            return "Let NTP set both (timedatectl set-ntp true)."


def is_before_this_program() -> bool:
    """Whether this machine's clock shows a time at which this very program was not there yet."""
    try:
        return time.time() < Path(wizard.__file__).stat().st_mtime
    except OSError:  # not in a file of its own
        return False


def is_synchronised() -> bool | None:
    """Whether this machine's clock is kept right, as its kernel says (adjtimex(2)); None when nobody knows."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_ROOM_FOR_TIMEX))
    except (OSError, AttributeError):
        return None
    return state != _NOT_SYNCHRONISED if 0 <= state <= _NOT_SYNCHRONISED else None
