"""The rows of Debian's registry with the others: the verdict and the cause are the same, except where a row says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.registry.registries import DISTRIBUTION_3, OFFICIAL_2_8, RealRegistry
from tests.registry.rows import ROWS, Row
from wizard.model.findings import Cause

_WORKS: Mapping[str, Any] = {"cause": None, "check": "", "stage": "", "has_fix": False}

DIFFERENCES: Mapping[RealRegistry, Mapping[str, Mapping[str, Any]]] = {
    OFFICIAL_2_8: {},
    DISTRIBUTION_3: {
        "no region": {"stage": "push"},  # 3.1 starts, and every call fails
        # 3.1 deletes the upload at the end of each push, and fails if it cannot
        "deleting denied": {"stage": "push"},
        "deletion denied for each key": {"stage": "push"},
        # 3.1 looks objects up with HeadObject, and lists with ListObjectsV2
        "listing without dates": _WORKS,
        "no ListObjects": _WORKS,
        "no ListObjectsV2, which only garbage collection uses": {
            "cause": Cause.UNSUPPORTED,
            "check": "list",
            "collects_garbage": None,
        },
        # 3.1 does not merge the last two parts
        "a proxy with a limit that fits one part, but not two merged ones": _WORKS,
    },
}

# The verdict is wrong today. Each row says what is right.
_EMPTY_RESPONSES = ("copy with an empty response", "completion with an empty response")
WRONG_VERDICTS: tuple[tuple[Row, str], ...] = tuple(
    (
        replace(row, registry=OFFICIAL_2_8, **_WORKS),
        "The SDK of 2.8 as released accepts an empty response to a copy and to a completion; Debian's does not.",
    )
    for row in ROWS
    if row.name in _EMPTY_RESPONSES
)

OTHER_REGISTRIES: tuple[Row, ...] = tuple(
    replace(row, registry=registry, **different.get(row.name, {}))
    for registry, different in DIFFERENCES.items()
    for row in ROWS
    if not (registry is OFFICIAL_2_8 and row.name in _EMPTY_RESPONSES)
)
