"""How long a validation takes with a distant store, and how much memory it needs."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.distant_port import distant_port
from tests.benchmarks.measure import median_ratio, print_row, usage_of
from tests.benchmarks.plain_boto3 import ONE_CLIENT, validate_sequentially
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from wizard.config import file as config_file
from wizard.validation import runner
from wizard.validation.results import Report

_ROUND_TRIP = 0.1  # seconds
_LONG_ROUND_TRIP = 0.5  # seconds; so long that computing counts little


def measure_validation() -> None:
    """Print the duration of a validation, and its memory."""
    with Moto() as moto:
        store = moto.store()
        ratio = _with_distance(
            store,
            _ROUND_TRIP,
            lambda distant: median_ratio(
                partial(_duration, _validate, distant), partial(_duration, validate_sequentially, distant), 3
            ),
        )
        print_row("check with 100 ms round trips, times the same calls in sequence", f"{ratio:.2f}", "≤ 0.5")
        seconds = _with_distance(
            store, _LONG_ROUND_TRIP, lambda distant: statistics.median(_duration(_validate, distant) for _ in range(3))
        )
        print_row("round trips of check", f"{seconds / _LONG_ROUND_TRIP:.1f}", "≤ 8.8")
        with tempfile.TemporaryDirectory() as folder:
            _measure_memory(store, Path(folder))


def _with_distance(store: LiveStore, round_trip: float, measure: Callable[[LiveStore], float]) -> float:
    with distant_port(int(store.endpoint.rpartition(":")[2]), round_trip) as port:
        return measure(LiveStore(f"http://127.0.0.1:{port}", store.bucket, store.access_key, store.secret_key))


def _duration(work: Callable[[LiveStore], None], store: LiveStore) -> float:
    started = time.perf_counter()
    work(store)
    return time.perf_counter() - started


def _validate(store: LiveStore) -> None:
    *_, report = runner.run_checks(store.settings())
    if not (isinstance(report, Report) and report.passed):
        raise RuntimeError("the validation of the benchmark's store failed")


def _measure_memory(store: LiveStore, folder: Path) -> None:
    path = folder / "storage.toml"
    config_file.save(path, store.settings(), None)
    _, memory = usage_of(sys.executable, "-m", "wizard", "check", str(path))
    _, baseline = usage_of(sys.executable, "-c", ONE_CLIENT, store.endpoint, store.bucket)
    print_row("memory of check, times boto3 with one client", f"{memory / baseline:.2f}", "≤ 1.1")
