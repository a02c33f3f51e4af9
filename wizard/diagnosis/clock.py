"""Diagnoses two clocks that differ: by how much, and which of them is probably wrong."""

from __future__ import annotations

import ctypes
import sys
import time
from pathlib import Path

import wizard
from wizard.model.findings import Cause, Finding, Severity

_MINUTE = 60  # seconds
_UNITS = (("day", 24 * 60), ("hour", 60), ("minute", 1))  # each with its length in minutes
_WARNING_SKEW = 5 * _MINUTE  # seconds; stores reject requests from 15 minutes on
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_SIZE = 512  # bytes; struct timex has 208. All of them 0: read the state, set nothing


def skew_warning(skew: float | None) -> Finding | None:
    """A warning if the clocks differ by 5 minutes or more. `skew`: seconds that the store's clock is ahead, or None."""
    if skew is None or abs(skew) < _WARNING_SKEW:
        return None
    text = _describe_skew(skew, "Stores reject every request from 15 minutes on.")
    return Finding(Cause.CLOCK_SKEW, text, Severity.WARNING)


def skew_error(finding: Finding, skew: float | None) -> Finding:
    """Adds the skew, in seconds, to a finding about the clock; returns any other finding unchanged.

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
    return Finding(Cause.CLOCK_SKEW, _describe_skew(skew))


def _describe_skew(skew: float, consequence: str = "") -> str:
    state, advice = _state_and_advice()
    direction = "behind" if skew > 0 else "ahead of"
    text = f"This machine's clock is {_duration(abs(skew))} {direction} the store's{state}."
    return " ".join(filter(None, (text, consequence, advice)))


def _duration(seconds: float) -> str:
    """A duration of minutes or more in its largest unit, as in `1.5 hours`."""
    minutes = round(seconds / _MINUTE)
    unit, length = next(each for each in _UNITS if minutes >= each[1])
    number = f"{round(minutes / length, 1):g}"
    return f"{number} {unit}{'' if number == '1' else 's'}"


def _state_and_advice() -> tuple[str, str]:
    """What is known of this machine's clock, as the end of a sentence, and what to do."""
    if predates_program():
        return " and predates this program", "Turn on NTP: timedatectl set-ntp true."
    match is_synchronised():
        case True:
            return ", but it is synchronised, so the store's is likely wrong", "Turn on NTP there."
        case False:
            return " and isn't synchronised", "Turn on NTP: timedatectl set-ntp true."
        case _:
            return "", "Sync both clocks with NTP (timedatectl set-ntp true)."


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
