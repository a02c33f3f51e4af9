"""Which tests run a line, and how long each one takes: from one run of the tests with coverage."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from coverage import CoverageData

_DATA, _TIMES = ".coverage-of-tests", "times.xml"


class Covering(NamedTuple):
    """The tests by file (below the root) and line, and the seconds of each test."""

    tests: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]

    def of(self, file: Path, line: int) -> list[str]:
        """The tests that run the line, the quickest first."""
        found = self.tests.get(str(file), {}).get(line, frozenset())
        return sorted(found, key=lambda test: (self.seconds.get(test, 0.0), test))


def measure(root: Path, folders: Iterable[str], environment: Mapping[str, str]) -> None:
    """Run the tests of `folders` in the copy of the project at `root`. Raises `CalledProcessError` if one fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", f"--junitxml={_TIMES}", "-o", "junit_family=xunit1"]
    subprocess.run(
        [*command, "--cov", "--cov-context=test", "--cov-report=", *folders],
        cwd=root,
        env={**environment, "COVERAGE_FILE": str(root / _DATA)},
        check=True,
    )


def read(root: Path) -> Covering:
    """What `measure` has found."""
    data = CoverageData(str(root / _DATA))
    data.read()
    tests: dict[str, dict[int, frozenset[str]]] = {}
    for file in data.measured_files():
        lines = data.contexts_by_lineno(file)
        named = {line: frozenset(c.partition("|")[0] for c in contexts if c) for line, contexts in lines.items()}
        tests[str(Path(file).relative_to(root))] = named
    seconds: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(root / _TIMES).iter("testcase"):
        seconds[f"{case.get('file')}::{case.get('name')}"] += float(case.get("time", 0))
    return Covering(tests, seconds)
