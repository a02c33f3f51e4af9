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
TEST_NAMES = frozenset({"write", "copy", "multipart", "part-copy", "resume", "large", "rewrite", "fix"})


class _Scheme(NamedTuple):
    """How the prefix of a run is made: what comes before the id of the run, and after it."""

    mark: str  # below the root directory
    end: str = ""


_TREE = "docker/registry/v2/"
# Earlier versions had 32 random digits. The shorter the better: some stores cannot keep long names.
_RUN_ID = re.compile(r"(?P<time>[0-9]{8}T[0-9]{6}Z)-(?:[0-9a-f]{12}|[0-9a-f]{32})-(?P<checksum>[0-9a-f]{8})")
# In the registry's tree, as access policies and proxies are often limited to it, and below a name such as those of its
# uploads, as proxies refuse names that begin with an underscore. Never in `repositories/` or `blobs/`, which it lists.
_CURRENT = _Scheme(f"{_TREE}storage-wizard-", "/_uploads")
_FOLDER = _Scheme(".storage-wizard-")  # in a local folder, whose other folders need not exist yet
_SCHEMES = (_CURRENT, _Scheme(f"{_TREE}storage-wizard-"), _FOLDER)  # earlier versions have used the others in stores

MARKS = tuple(dict.fromkeys(scheme.mark for scheme in _SCHEMES))  # below the root directory; to list test data


class Owned(NamedTuple):
    """A name that a run of this program has given, and the time in it at which the run started."""

    prefix: str  # of the run, with the root directory
    started_at: datetime


def new_prefix() -> str:
    """The prefix of one run in a store, below the root directory.

    It is `docker/registry/v2/storage-wizard-<UTC time>-<48 random bits>-<checksum>/_uploads`: unique on all hosts, also
    where containers share a host name and process ids.
    """
    return f"{_CURRENT.mark}{_new_run_id()}{_CURRENT.end}"


def new_folder_name() -> str:
    """The name of the folder of one run in a local folder; made as `new_prefix`."""
    return f"{_FOLDER.mark}{_new_run_id()}"


def owner_of_folder(root: str, name: str) -> Owned | None:
    """The run that has created the folder `name`, or None if none has. `root` is empty or ends with a slash."""
    for scheme in _SCHEMES:
        start = f"{root}{scheme.mark}"
        if not (name.startswith(start) and name.endswith(scheme.end)):
            continue
        match = _RUN_ID.fullmatch(name.removeprefix(start).removesuffix(scheme.end))
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
    mark = max(MARKS, key=key.rfind)
    root, mark, rest = key.rpartition(mark)
    return f"{root}{mark}{rest.partition('/')[0]}"


def _new_run_id() -> str:
    run_id = f"{datetime.now(UTC):{_TIME_FORMAT}}-{secrets.token_hex(6)}"
    return f"{run_id}-{_checksum(run_id)}"


def _owned(name: str, match: re.Match[str]) -> Owned | None:
    run_id = match[0].rpartition("-")[0]
    if match["checksum"] != _checksum(run_id):
        return None
    try:
        started_at = datetime.strptime(match["time"], _TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:  # not a date, such as the 40th of a month
        return None
    return Owned(name, started_at)


def _checksum(run_id: str) -> str:
    return hashlib.sha256(f"storage-wizard {run_id}".encode()).hexdigest()[:_CHECKSUM_DIGITS]
