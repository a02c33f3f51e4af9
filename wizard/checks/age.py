"""The age of objects and uploads, from the dates that a store reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def is_older_than(date: object, age: timedelta) -> bool:
    """Whether a date from a response is more than `age` ago. False if it is missing or no date."""
    if not isinstance(date, datetime):
        return False
    moment = date if date.tzinfo else date.replace(tzinfo=UTC)  # some stores omit the time zone
    return datetime.now(UTC) - moment > age
