"""The schedules of the chaos runs, and when a validation may be green. The runs: `python -m tests.chaos`."""

from __future__ import annotations

from typing import cast

import pytest

from tests.chaos.faulty_proxy import Exchange
from tests.chaos.outcome import why_not_green
from tests.chaos.schedule import KINDS, Kind, schedule

_RUN = "storage-wizard-1"


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_is_one_schedule(kind: str) -> None:
    assert schedule(cast("Kind", kind), 7) == schedule(cast("Kind", kind), 7)
    assert schedule(cast("Kind", kind), 7) != schedule(cast("Kind", kind), 8)


@pytest.mark.parametrize(
    ("exchanges", "is_green"),
    [
        ([("PutObject", "write", False)], True),
        ([("PutObject", "write", True)], False),
        ([("PutObject", "write", True), ("PutObject", "write", False)], True),
        ([("PutObject", "write", False), ("PutObject", "copy", True)], False),
        ([("ListObjectsV2", "write", True), ("ListObjectsV2", "copy", False)], True),
        ([("ListObjectsV2", "write", True), ("ListObjectsV2", "copy", True)], False),
        ([("HeadObject", "write", True), ("GetObject ranged", "write", True)], True),
        ([("GetBucketVersioning", "write", True)], True),
    ],
)
def test_a_validation_is_not_green_if_a_call_that_it_needs_was_broken(
    exchanges: list[tuple[str, str, bool]], is_green: bool
) -> None:
    made = [Exchange(name, f"/bucket/{_RUN}/{key}", is_broken) for name, key, is_broken in exchanges]
    assert (why_not_green(_RUN, made) == "") is is_green
