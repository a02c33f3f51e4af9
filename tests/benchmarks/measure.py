"""How the benchmarks measure and print."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO

SMALLEST_APP = """
from textual.app import App
from textual.widgets import Input
class Smallest(App):
    def compose(self):
        yield Input("Quit")
Smallest().run(mouse=False)
"""


def print_row(name: str, value: str, budget: str, compared: str = "") -> None:
    """Print one measurement next to its budget; `compared` is the same measurement of a smallest Textual app."""
    sys.stdout.write(f"{name:<66} {value:>9}   {budget:<10} {compared}".rstrip() + "\n")
    sys.stdout.flush()


def median_ratio(measure: Callable[[], float], measure_baseline: Callable[[], float], pairs: int) -> float:
    """The median of the ratios of so many pairs of measurements, after one pair to warm up."""
    measure(), measure_baseline()
    return statistics.median(measure() / measure_baseline() for _ in range(pairs))


def seconds_of(*command: str) -> float:
    """The duration of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def usage_of(*command: str, output: IO[bytes] | int = subprocess.DEVNULL, can_fail: bool = False) -> tuple[float, int]:
    """The duration and the peak memory, in KiB by the kernel's accounting, of a command.

    It must end with status 0, or if it `can_fail` with 1.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ((0, 1) if can_fail else (0,)):
        raise RuntimeError(f"{command[1:4]} ended with {process.returncode}")
    used: resource.struct_rusage = usage
    return seconds, used.ru_maxrss
