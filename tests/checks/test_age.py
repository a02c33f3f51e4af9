"""Dates that a store reports, with and without a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
