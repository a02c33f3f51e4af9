"""How much time and memory `check` of many files needs, next to that of one file. The store is another process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.measure import print_row, usage_of
from tests.support.moto_server import Moto
from tests.support.processes import read_first_line, running_process
from tests.support.store_server import StoreServer
from wizard.config import file as config_file

_RUNS = {100: 3, 1000: 1}  # of `check` with as many files
_ALONE = 5  # runs of one file before and after each: the speed of a machine changes within minutes
_MOST_FAILURES = 0.01  # of the files


def measure_many_files() -> None:
    """Print the time for each of a hundred and of a thousand files, and the memory of all."""
    with _MotoProcess() as moto, tempfile.TemporaryDirectory() as folder:
        paths = list(_settings_files(moto, Path(folder)))
        for count, runs in _RUNS.items():
            ratios = [_next_to_one(paths[:count]) for _ in range(runs)]
            time, memory = (statistics.median(values) for values in zip(*ratios, strict=True))
            print_row(f"check of {count} files, time of each, times one alone", f"{time:.2f}", "≤ 0.2")
            print_row(f"check of {count} files, memory, times one alone", f"{memory:.2f}", "≤ 2")


def _next_to_one(paths: Sequence[Path]) -> tuple[float, float]:
    """The time for each, and the memory for all, times those of one alone."""
    alone = [_check(paths[:1]) for _ in range(_ALONE)]
    seconds, memory = _check(paths)
    alone += [_check(paths[:1]) for _ in range(_ALONE)]
    seconds_alone, memory_alone = (statistics.median(values) for values in zip(*alone, strict=True))
    return seconds / len(paths) / seconds_alone, memory / memory_alone


def _check(paths: Sequence[Path]) -> tuple[float, int]:
    """The duration and the memory. A few files can fail: now and then moto answers with 500 while a key is deleted."""
    command = (sys.executable, "-m", "wizard", "check", "--jsonl", "--quiet", "--timeout", "3600", *map(str, paths))
    with tempfile.TemporaryFile() as failures:
        usage = usage_of(*command, output=failures, can_fail=True)
        failures.seek(0)
        if len(failures.readlines()) > _MOST_FAILURES * len(paths):
            raise RuntimeError("the validation of the benchmark's store failed")
    return usage


def _settings_files(moto: StoreServer, folder: Path) -> Iterator[Path]:
    """Each has its bucket: moto fails if one changes while it is listed."""
    for number in range(max(_RUNS)):
        path = folder / f"{number}.toml"
        config_file.save(path, moto.store().settings(), None)
        yield path


class _MotoProcess(StoreServer):
    access_key, secret_key = Moto.access_key, Moto.secret_key

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.support.moto_server"]
        process = self._resources.enter_context(running_process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        if process.stdout is None:
            raise TypeError("the output of a process is a pipe")
        self.endpoint = read_first_line(process.stdout)
