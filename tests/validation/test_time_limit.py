"""A time limit starts once, and is named in texts."""

from __future__ import annotations

import time

import pytest

from wizard.validation.time_limit import TimeLimit


def test_a_limit_starts_when_it_is_made() -> None:
    assert 59.0 < TimeLimit(60.0).remaining <= 60.0
    assert not TimeLimit(60.0).has_passed


def test_a_limit_can_have_started_before() -> None:
    assert TimeLimit(60.0, time.monotonic() - 61.0).has_passed


@pytest.mark.parametrize(("seconds", "text"), [(1.0, "1 second"), (0.5, "0.5 seconds"), (60.0, "60 seconds")])
def test_a_limit_is_named_in_seconds(seconds: float, text: str) -> None:
    assert str(TimeLimit(seconds)) == text
