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
    OFFICIAL_2_8: {
        "copy with an empty response": {"stage": ""},
        "completion with an empty response": {"stage": ""},
    },
    DISTRIBUTION_3: {
        "copy with an empty response": {"warning": "", "cause": Cause.CORRUPTED, "check": "copy"},
        "completion with an empty response": {"warning": "", "cause": Cause.CORRUPTED, "check": "multipart"},
        "no region": {"stage": "push"},  # 3.1 starts, and every call fails
        # 3.1 deletes the upload at the end of each push, and fails if it cannot
        "deleting denied": {"stage": "push"},
        "deletion denied for each key": {"stage": "push"},
        # 3.1 looks objects up with HeadObject, and lists with ListObjectsV2
        "listing without dates": _WORKS,
        "no ListObjects": _WORKS,
        "no ListObjectsV2, which only garbage collection and the catalogue use": {
            "cause": Cause.UNSUPPORTED,
            "check": "list",
            "collects_garbage": None,
        },
        # 3.1 does not merge the last two parts
        "Cloudflare R2, which refuses a larger last part": _WORKS,
        "a proxy with a limit that fits one part, but not two merged ones": _WORKS,
    },
}

OTHER_REGISTRIES: tuple[Row, ...] = tuple(
    replace(row, registry=registry, **different.get(row.name, {}))
    for registry, different in DIFFERENCES.items()
    for row in ROWS
)
