"""The summary of the matrix."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.support.matrix_summary import PROPERTY, compare, summary_lines


def report(verdict: str, outcome: Literal["passed", "failed", "skipped"] = "passed") -> pytest.TestReport:
    """The report of a row; an expected failure is reported as skipped."""
    return pytest.TestReport("", ("", 0, ""), {}, outcome, None, "call", user_properties=[(PROPERTY, verdict)])


@pytest.mark.parametrize(
    ("passed", "works", "verdict"),
    [(True, True, "agree"), (False, False, "agree"), (True, False, "false green"), (False, True, "false red")],
)
def test_a_verdict_is_compared_with_the_registry(passed: bool, works: bool, verdict: str) -> None:
    assert compare(passed=passed, works=works) == verdict


def test_rows_are_counted_for_each_store_and_registry() -> None:
    lines = summary_lines(
        [
            report("moto|3.1|agree"),
            report("moto|3.1|agree", "skipped"),
            report("moto|3.1|false red", "skipped"),
            report("Swift|3.1|false green", "failed"),
        ]
    )
    assert [" ".join(line.split()) for line in lines] == [
        "store registry rows agree false green false red wrong cause",
        "Swift 3.1 1 0 1 0 0",
        "moto 3.1 3 1 0 1 1",
        "all 4 1 1 1 1",
    ]


def test_without_rows_there_is_no_summary() -> None:
    assert summary_lines([]) == []
