"""What runs of every kind have in common: a place and a store of their own, the proxy between, and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from tests.chaos.faulty_proxy import FaultyProxy
from tests.chaos.outcome import Outcome
from tests.chaos.place import Place, new_folder, settings_for
from tests.chaos.schedule import Schedule
from tests.chaos.stores import Stores


class Run(Protocol):
    """A schedule that is carried out in `place`."""

    place: Place

    def on_request(self, number: int) -> None:
        """What happens when a request arrives."""

    def problems(self) -> Iterable[str]:
        """What did not hold of the place and the program."""

    def outcome(self) -> Outcome:
        """What the program has done."""


_R = TypeVar("_R", bound=Run)


def carry_out(run: _R, plan: Schedule, stores: Stores, execute: Callable[[_R], None]) -> list[str]:
    """What did not hold of a run, which `execute` carries out once its place and its store are there."""
    with new_folder(plan) as folder, stores.bucket(plan.store, plan.root) as bucket:
        proxy = FaultyProxy(bucket.port, plan.faults, run.on_request)
        with proxy.running():
            run.place = Place(folder, plan, settings_for(bucket.name, proxy.port, plan))
            execute(run)
        return [*run.problems(), *run.outcome().problems(bucket, proxy)]
