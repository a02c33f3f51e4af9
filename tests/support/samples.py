"""Samples of long tables: every row runs in CI, and some of them everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark import ParameterSet


def sampled(rows: Iterable[Any], every: int) -> list[ParameterSet]:
    """The rows as arguments of a test. Each `every`th runs everywhere, the first one included, the others in CI only.

    A row with several arguments is a plain tuple.
    """
    return [
        pytest.param(*(row if type(row) is tuple else (row,)), marks=[pytest.mark.ci_only] if index % every else [])
        for index, row in enumerate(rows)
    ]
