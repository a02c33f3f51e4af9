"""Runs schedules, and says which seeds did not hold: see `python -m tests.chaos --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from tests.chaos.schedule import KINDS, Kind, Schedule, schedule
from tests.support.processes import stop_ignoring_signals


class _Runs(Protocol):
    def run(self, plan: Schedule) -> list[str]: ...


def _runner(kind: Kind, resources: ExitStack) -> Callable[[int], list[str]]:
    """A function that runs one seed, and returns what did not hold."""
    runs: _Runs
    if kind == "core":
        from tests.chaos.core import CoreRuns

        runs = resources.enter_context(CoreRuns())
    elif kind == "pilot":
        from tests.chaos.screens import PilotRuns

        runs = resources.enter_context(PilotRuns())
    else:
        from tests.chaos.tty import TtyRuns

        runs = resources.enter_context(TtyRuns())
    return lambda seed: runs.run(schedule(kind, seed))


def command_for(kind: Kind, seed: int) -> str:
    """The command that repeats one run."""
    return f"python -m tests.chaos --kind {kind} --seed {seed} --runs 1"


def run_seeds(kind: Kind, seeds: Iterable[int]) -> Iterator[tuple[int, float, list[str]]]:
    """Each seed with the seconds that it took and what did not hold."""
    with ExitStack() as resources:
        run = _runner(kind, resources)
        for seed in seeds:
            started_at = time.monotonic()
            problems = run(seed)
            yield seed, time.monotonic() - started_at, problems


def main() -> int:
    """Returns 1 if anything did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--seed", type=int, required=True, help="the first seed")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--results", type=Path, help="records each seed here, and skips those that are there already")
    given = parser.parse_args()
    clean_environment()
    results: Path | None = given.results
    done = _recorded(results, given.kind)
    seeds = [seed for seed in range(given.seed, given.seed + given.runs) if seed not in done]
    for seed, seconds, problems in run_seeds(given.kind, seeds):
        done[seed] = problems
        if results:
            with results.open("a", encoding="utf-8") as file:
                row = {"kind": given.kind, "seed": seed, "seconds": round(seconds, 2), "problems": problems}
                file.write(json.dumps(row) + "\n")
        if problems:
            sys.stdout.write(f"{command_for(given.kind, seed)}\n" + "".join(f"    {each}\n" for each in problems))
            sys.stdout.flush()
    failed = [seed for seed, problems in done.items() if problems]
    sys.stdout.write(f"{given.kind}: {len(done)} runs, {len(failed)} did not hold: {failed}\n")
    return 1 if failed else 0


def clean_environment() -> None:
    """What of this machine's environment would change a run is removed, as in the tests."""
    stop_ignoring_signals()
    for name in list(os.environ):
        if name.startswith(("AWS_", "REGISTRY_", "XDG_")) or name.upper().endswith("_PROXY"):
            del os.environ[name]
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "*"}


def _recorded(results: Path | None, kind: str) -> dict[int, list[str]]:
    if results is None or not results.exists():
        return {}
    rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return {row["seed"]: row["problems"] for row in rows if row["kind"] == kind}


if __name__ == "__main__":
    sys.exit(main())
