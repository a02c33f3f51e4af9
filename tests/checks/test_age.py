"""Dates that a store reports, with and without a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from wizard.checks.age import is_older_than

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("age", "expected"), [(2 * HOUR, True), (0 * HOUR, False), (-2 * HOUR, False)])
def test_a_date_is_compared_with_the_age(age: timedelta, expected: bool) -> None:
    date = datetime.now(UTC) - age
    assert is_older_than(date, HOUR) is expected
    assert is_older_than(date.replace(tzinfo=None), HOUR) is expected  # read as UTC


@pytest.mark.parametrize("date", [None, "2010-01-01T00:00:00Z", 0])
def test_no_date_is_never_old(date: object) -> None:
    assert not is_older_than(date, HOUR)


def test_the_age_can_be_taken_by_another_clock() -> None:
    now = datetime(2020, 1, 2, tzinfo=UTC)
    assert is_older_than(datetime(2020, 1, 1, 22, 59, tzinfo=UTC), HOUR, now)
    assert not is_older_than(datetime(2020, 1, 1, 23, 1, tzinfo=UTC), HOUR, now)


def test_a_date_with_another_time_zone_is_converted() -> None:
    now = datetime(2020, 1, 2, tzinfo=UTC)
    east = timezone(5 * HOUR)
    assert is_older_than(datetime(2020, 1, 2, 3, 59, tzinfo=east), HOUR, now)
    assert not is_older_than(datetime(2020, 1, 2, 4, 1, tzinfo=east), HOUR, now)
