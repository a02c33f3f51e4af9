"""Runs all benchmarks and prints each measurement next to its budget."""

from __future__ import annotations

import os

from tests.benchmarks.many_files import measure_many_files
from tests.benchmarks.measure import print_row
from tests.benchmarks.startup import measure_startup
from tests.benchmarks.terminal_output import measure_output, measure_responsiveness
from tests.benchmarks.validation import measure_validation
from tests.benchmarks.verification import measure_verification
from tests.support.paths import ROOT


def main() -> None:
    """Run them one after another."""
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONPATH": str(ROOT)}
    print_row("measurement", "value", "budget", "smallest Textual app")
    measure_startup()
    measure_output()
    measure_responsiveness()
    measure_validation()
    measure_verification()
    measure_many_files()


if __name__ == "__main__":
    main()
