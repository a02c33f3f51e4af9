"""Whose test data it is: the names that the runs of this program give to their data, and the proof that a name is one.

A name alone is no proof that its owner has ended. What a run left behind is removed only if the complete name is one of
these, and it is older than `STALE_AGE`: no run takes that long, so no other run can still be using it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

STALE_AGE = timedelta(days=1)
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
_CHECKSUM_DIGITS = 8


# What a run creates in a store, by the name below the prefix of the run. Nothing else is ever removed there.
TEST_NAMES = frozenset({"write", "copy", "multipart", "part-copy", "resume"})


class _Scheme(NamedTuple):
    """How the prefix of a run is made: the name of a folder up to the id of the run, and the form of the id."""

    mark: str  # below the root directory
    run_id: re.Pattern[str]


_CURRENT = _Scheme(
    ".storage-wizard-", re.compile(r"(?P<time>[0-9]{8}T[0-9]{6}Z)-[0-9a-f]{32}-(?P<checksum>[0-9a-f]{8})")
)
_EARLIER = _Scheme(".storage-wizard-", re.compile(r"[0-9a-f]{6}-[1-9][0-9]{0,9}-[0-9a-f]{8}"))  # up to version 0.1.0
_SCHEMES = (_CURRENT, _EARLIER)

MARKS = tuple(dict.fromkeys(scheme.mark for scheme in _SCHEMES))  # below the root directory; to list test data


class Owned(NamedTuple):
    """A name that a run of this program has given. `started_at`: when the run started; None if that is not in it."""

    prefix: str  # of the run, with the root directory
    started_at: datetime | None


def new_prefix() -> str:
    """The prefix of one run, below the root directory: `.storage-wizard-<UTC time>-<128 random bits>-<checksum>`.

    It is unique on all hosts, also where containers share a host name and process ids.
    """
    run_id = f"{datetime.now(UTC):{_TIME_FORMAT}}-{secrets.token_hex(16)}"
    return f"{_CURRENT.mark}{run_id}-{_checksum(run_id)}"


def owner_of_folder(root: str, name: str) -> Owned | None:
    """The run that has created the folder `name`, or None if none has. `root` is empty or ends with a slash."""
    for scheme in _SCHEMES:
        start = f"{root}{scheme.mark}"
        match = scheme.run_id.fullmatch(name.removeprefix(start)) if name.startswith(start) else None
        if match and (owned := _owned(name, match)):
            return owned
    return None


def owner_of_key(root: str, key: str) -> Owned | None:
    """The run that has created the object or upload `key`, or None if none has.

    `root` is the root directory in the bucket, empty or with a slash at its end.
    """
    folder, _, name = key.rpartition("/")
    return owner_of_folder(root, folder) if name in TEST_NAMES else None


def prefix_in(key: str) -> str:
    """The part of a test key up to the end of its prefix, with the root directory: the prefix to delete by."""
    root, mark, rest = key.rpartition(_CURRENT.mark)
    return f"{root}{mark}{rest.partition('/')[0]}"


def _owned(name: str, match: re.Match[str]) -> Owned | None:
    fields = match.groupdict()
    if not fields:
        return Owned(name, None)
    run_id = match[0].rpartition("-")[0]
    if fields["checksum"] != _checksum(run_id):
        return None
    try:
        started_at = datetime.strptime(fields["time"], _TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:  # not a date, such as the 40th of a month
        return None
    return Owned(name, started_at)


def _checksum(run_id: str) -> str:
    return hashlib.sha256(f"storage-wizard {run_id}".encode()).hexdigest()[:_CHECKSUM_DIGITS]
