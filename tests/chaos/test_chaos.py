"""Whatever breaks, what the program promises holds: see `tests.chaos`. A failure names the command that repeats it."""

from __future__ import annotations

import os
import random
from typing import cast

import pytest

from tests.chaos.__main__ import command_for, run_seeds
from tests.chaos.faulty_proxy import Exchange
from tests.chaos.outcome import why_not_green
from tests.chaos.schedule import KINDS, Kind, schedule

_FIXED = {"core": (3, 14), "pilot": (4,), "pty": (9,)}  # seeds that run everywhere
_FRESH = {"core": 200, "pilot": 60, "pty": 40}  # how many run in CI
_RUN = "storage-wizard-1"


def assert_nothing_breaks(kind: Kind, seeds: range | tuple[int, ...]) -> None:
    failures = [f"{command_for(kind, seed)}: {problems}" for seed, _, problems in run_seeds(kind, seeds) if problems]
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("kind", KINDS)
def test_the_fixed_seeds_break_nothing(kind: str) -> None:
    assert_nothing_breaks(cast("Kind", kind), _FIXED[kind])


@pytest.mark.ci_only
@pytest.mark.parametrize("kind", KINDS)
def test_fresh_seeds_break_nothing(kind: str) -> None:
    first = random.Random(os.urandom(8)).randrange(1, 1 << 40)
    assert_nothing_breaks(cast("Kind", kind), range(first, first + _FRESH[kind]))


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
        ([("HeadObject", "write", True), ("HeadObject", "copy", False)], True),
        ([("HeadObject", "write", True), ("HeadObject", "copy", True)], False),
        ([("GetBucketVersioning", "write", True)], True),
    ],
)
def test_a_validation_is_not_green_if_a_call_that_it_needs_was_broken(
    exchanges: list[tuple[str, str, bool]], is_green: bool
) -> None:
    made = [Exchange(name, f"/bucket/{_RUN}/{key}", is_broken) for name, key, is_broken in exchanges]
    assert (why_not_green(_RUN, made) == "") is is_green
