"""The results of validations in Prometheus' text format, for the textfile collector of its node_exporter.

Names follow https://prometheus.io/docs/practices/naming/. Labels have few values, and none from a store.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wizard.files.output import open_output
from wizard.files.written import MAX_BYTES, Written
from wizard.text.sanitize import sanitize
from wizard.validation.results import Result, Status

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily
    from prometheus_client.registry import Collector

MODE = 0o644  # the collector is another user; nothing in the file is secret
_LABELS = ("config", "registry")
_MAX_LABEL = 1000  # characters


class MetricsNotInstalledError(Exception):
    """The extra that brings prometheus_client is not installed; the text shows how to install it."""


class Measured(NamedTuple):
    """What is known of one run. `registry`: an id of `REGISTRIES`, or the URL of one; empty if it is unknown."""

    config: str
    registry: str
    passed: bool
    seconds: float = 0.0
    leftovers: int = 0
    results: Sequence[Result] = ()


def require_metrics() -> None:
    """Raises `MetricsNotInstalledError` if no metrics can be rendered."""
    try:
        import prometheus_client  # noqa: F401 - imported here: only needed with --metrics
    except ImportError:
        raise MetricsNotInstalledError(
            "--metrics needs an extra package. Install it with: pip install 'storage-wizard[metrics]'"
        ) from None


FIRST_LINE = b"# HELP storage_wizard_"  # the start of the first line of every file of metrics


def write_metrics(path: Path, command: str, runs: Iterable[Measured], settings_files: Sequence[Path]) -> Written:
    """Replaces the file at `path`, links followed, by the metrics of `runs`, which other users can read.

    Raises `FileError`, also if `path` is one of the `settings_files`, and `MetricsNotInstalledError`.
    """
    data = render(command, runs)
    with open_output(path, MAX_BYTES, *settings_files) as target:
        return target.replace(data, mode=MODE, keep_backup=False)


def render(command: str, runs: Iterable[Measured]) -> bytes:
    """The metrics `storage_wizard_COMMAND_…` of `runs`, with the time of now. Raises `MetricsNotInstalledError`."""
    require_metrics()
    from prometheus_client.exposition import generate_latest
    from prometheus_client.registry import CollectorRegistry

    registry = CollectorRegistry()
    registry.register(_collector(list(_families(f"storage_wizard_{command}", list(runs)))))
    return generate_latest(registry)


def _collector(families: Iterable[GaugeMetricFamily]) -> Collector:
    """Values without prometheus_client's own gauges, which it keeps in files where PROMETHEUS_MULTIPROC_DIR is set."""
    from prometheus_client.registry import Collector

    class Fixed(Collector):
        def collect(self) -> Iterable[GaugeMetricFamily]:
            return families

    return Fixed()


def _by_labels(runs: Sequence[Measured]) -> dict[tuple[str, str], Measured]:
    """One run for each series, as Prometheus accepts none twice: files whose names are shown alike share one.

    If one of those failed, its run is used.
    """
    ordered = sorted(runs, key=lambda run: not run.passed)
    return {(sanitize(run.config, _MAX_LABEL), sanitize(run.registry, _MAX_LABEL)): run for run in ordered}


def _families(prefix: str, runs: Sequence[Measured]) -> Iterator[GaugeMetricFamily]:
    from prometheus_client.core import GaugeMetricFamily

    passed = GaugeMetricFamily(f"{prefix}_passed", "Whether all checks passed, or gave only warnings.", labels=_LABELS)
    step = GaugeMetricFamily(
        f"{prefix}_step_passed",
        "Whether one check passed. The cause is that of its failure or warning. Checks that did not run are left out.",
        labels=(*_LABELS, "check", "cause"),
    )
    seconds = GaugeMetricFamily(f"{prefix}_duration_seconds", "How long the checks took.", labels=_LABELS)
    leftovers = GaugeMetricFamily(f"{prefix}_leftovers", "Test objects that could not be removed.", labels=_LABELS)
    for labels, run in _by_labels(runs).items():
        passed.add_metric(labels, run.passed)
        seconds.add_metric(labels, round(run.seconds, 3))
        leftovers.add_metric(labels, run.leftovers)
        for result in run.results:
            if result.status is not Status.SKIPPED:
                cause = result.finding.cause.value if result.finding and result.status is not Status.PASSED else ""
                step.add_metric((*labels, result.check.id, cause), result.status is not Status.FAILED)
    yield from (passed, step, seconds, leftovers)
    yield GaugeMetricFamily(
        f"{prefix}_timestamp_seconds", "When these results were written, in seconds since 1970.", value=time.time()
    )
