"""The summary of the matrix of verdicts that pytest prints at the end of a run, also of one with several workers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import pytest

PROPERTY = "verdict"  # of a test: the store, the registry, and one of the first three `COLUMNS`
COLUMNS = ("agree", "false green", "false red", "wrong cause")


def compare(*, passed: bool, works: bool) -> str:
    """A validation that passed or failed, beside a registry that works or does not."""
    if passed == works:
        return "agree"
    return "false green" if passed else "false red"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each store and registry, if the matrix has run."""
    reports = [
        report
        for name in ("passed", "failed", "xfailed", "xpassed")
        for report in terminalreporter.getreports(name)
        if isinstance(report, pytest.TestReport) and report.when == "call"
    ]
    if lines := summary_lines(reports):
        terminalreporter.section("verdicts beside the registries")
        for line in lines:
            terminalreporter.write_line(line)


def summary_lines(reports: Iterable[pytest.TestReport]) -> list[str]:
    """A table with a total; no line if no report has a verdict.

    The verdict of a row can agree while the test fails, because the stage, the cause or the fix is another one.
    """
    rows: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for report in reports:
        for name, value in report.user_properties:
            if name == PROPERTY:
                store, registry, verdict = str(value).split("|")
                column = verdict if verdict != "agree" or report.outcome == "passed" else "wrong cause"
                for key in ((store, registry), ("all", "")):
                    rows[key].update(["rows", column])
    total = [rows.pop(("all", ""))] if rows else []
    counted = [*sorted(rows.items()), *((("all", ""), counts) for counts in total)]
    lines = [_line("store", "registry", ("rows", *COLUMNS))] if counted else []
    return lines + [_line(*key, [str(counts[name]) for name in ("rows", *COLUMNS)]) for key, counts in counted]


def _line(store: str, registry: str, cells: Iterable[str]) -> str:
    return f"{store:<12} {registry:<14}" + "".join(f"{cell:>13}" for cell in cells)
