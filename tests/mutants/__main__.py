"""The command: draws mutants by a seed, tries each one, and lists what no test has noticed."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

from tests.mutants import covering
from tests.mutants.covering import Covering
from tests.mutants.sites import Mutant, mutants_of
from tests.mutants.trial import Copy, Verdict
from tests.support.paths import ROOT

PACKAGES = ("checks", "diagnosis", "rules", "formats", "config", "session", "files")
_TESTED_BY = (*PACKAGES, "catalog", "model", "validation")
_FIRST = 40  # tests that are tried before all others: most mutants are noticed by one of them
_MOST_SECONDS = 240.0  # of tests for one mutant, as they take without a change
_SURVIVORS = Path(__file__).with_name("equivalent.txt")


def main() -> int:
    """Try them; returns 1 if one survives that is not listed as equivalent."""
    given = _arguments()
    drawn = _drawn(given.count, given.seed)
    results = _results(given.results)
    measured = Copy(ROOT)
    with closing(measured):
        if given.coverage:
            shutil.copytree(given.coverage, measured.root, dirs_exist_ok=True)
        else:
            covering.measure(measured.root, [f"tests/{name}" for name in _TESTED_BY], measured.environment)
        found = covering.read(measured.root)
    copies: SimpleQueue[Copy] = SimpleQueue()
    for _ in range(given.jobs):
        copies.put(Copy(ROOT))

    def verdict_of(mutant: Mutant) -> tuple[Mutant, Verdict]:
        copy = copies.get()
        try:
            return mutant, _verdict(mutant, copy, found)
        finally:
            copies.put(copy)

    remaining = [mutant for mutant in drawn if mutant.title not in results]
    with ThreadPoolExecutor(given.jobs) as pool:
        for mutant, verdict in pool.map(verdict_of, remaining):
            results[mutant.title] = verdict
            given.results.write_text(json.dumps(results, indent=1))
            sys.stdout.write(f"{verdict:<22} {mutant.title}\n")
            sys.stdout.flush()
    for _ in range(given.jobs):
        copies.get().close()
    return _report([(mutant, Verdict(results[mutant.title])) for mutant in drawn])


def _verdict(mutant: Mutant, copy: Copy, found: Covering) -> Verdict:
    tests = found.of(mutant.file, mutant.line) or _tests_beside(mutant.file)
    if not tests:
        return Verdict.NOT_RUN
    rest, seconds = [], 0.0
    for test in tests[_FIRST:]:
        seconds += found.seconds.get(test, 0.0)
        if seconds <= _MOST_SECONDS:
            rest.append(test)
    verdict = Verdict.SURVIVED
    for part in filter(None, (tests[:_FIRST], rest)):
        expected = sum(found.seconds.get(test, 1.0) for test in part)
        verdict = copy.try_out(mutant, part, 60 + 4 * expected)
        if verdict is not Verdict.SURVIVED:
            return verdict
    return verdict


def _tests_beside(file: Path) -> list[str]:
    """The tests of a line that runs when its module is imported: those of the module, else of its package."""
    folder = Path("tests", *file.parts[1:-1])
    module = folder / f"test_{file.stem}.py"
    return [str(module if (ROOT / module).exists() else folder)]


def _drawn(count: int, seed: int) -> list[Mutant]:
    files = [file for name in PACKAGES for file in sorted((ROOT / "wizard" / name).rglob("*.py"))]
    mutants = [mutant for file in files for mutant in mutants_of(ROOT, file.relative_to(ROOT))]
    return random.Random(seed).sample(mutants, min(count, len(mutants)))


def _results(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _report(results: list[tuple[Mutant, Verdict]]) -> int:
    """Prints the figures of each package, and the survivors. Returns the exit status."""
    noticed = (Verdict.KILLED, Verdict.TIMED_OUT)
    equivalent = set(_equivalent())
    totals, killed = Counter[str](), Counter[str]()
    survivors = []
    for mutant, verdict in results:
        package = mutant.file.parts[1]
        totals[package] += 1
        killed[package] += verdict in noticed
        if verdict not in noticed:
            survivors.append((mutant, verdict))
    sys.stdout.write("\n| package | mutants | noticed |\n|---|--:|--:|\n")
    for package in PACKAGES:
        sys.stdout.write(f"| {package} | {totals[package]} | {killed[package]} |\n")
    share = sum(killed.values()) / max(1, len(results))
    sys.stdout.write(f"| all | {len(results)} | {sum(killed.values())} ({share:.1%}) |\n\n")
    unknown = [(mutant, verdict) for mutant, verdict in survivors if mutant.title not in equivalent]
    for mutant, verdict in unknown:
        sys.stdout.write(f"{verdict}: {mutant.title}\n")
    return 1 if unknown else 0


def _equivalent() -> Iterator[str]:
    """The titles of mutants that change nothing, from lines of the form `title | reason`."""
    for line in _SURVIVORS.read_text().splitlines() if _SURVIVORS.exists() else ():
        if line and not line.startswith("#"):
            yield line.rpartition(" | ")[0]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="number of mutants (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn by (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=Path("mutants.json"), help="kept here, to continue later")
    parser.add_argument("--coverage", type=Path, help="folder with the coverage of an earlier run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
