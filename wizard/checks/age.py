"""The age of objects and uploads, from the dates that a store reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def is_older_than(date: object, age: timedelta, now: datetime | None = None) -> bool:
    """Whether a date from a response is more than `age` before `now`. False if it is missing or no date.

    Without `now`: before the time of this machine.
    """
    if not isinstance(date, datetime):
        return False
    moment = date if date.tzinfo else date.replace(tzinfo=UTC)  # some stores omit the time zone
    return (now or datetime.now(UTC)) - moment > age
