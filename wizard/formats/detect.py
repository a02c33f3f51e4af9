"""Which format a text is of, from what only that format has."""

from __future__ import annotations

import re

from wizard.formats.format import FormatError

# Tried in order. Each mark stands at the start of a line, where comments do not.
_MARKS: tuple[tuple[str, str], ...] = (
    ("dtr", r"\s*\{"),
    ("gitlab", r"\s*registry\[['\"]"),
    ("env", r"(export\s+)?REGISTRY_STORAGE\w*="),
    ("compose", r"services\s*:"),
    ("harbor", r"storage_service\s*:"),
    ("harbor-helm", r"(persistence|imageChartStorage)\s*:"),
    ("gitlab-helm", r"s3(_v2|aws)?\s*:"),
    ("distribution-3", r"\s+(forcepathstyle|usedualstack|accelerate|usefipsendpoint|loglevel)\s*:"),
    ("distribution-2", r"storage\s*:"),
)


def detect(text: str) -> str:
    """The id of the format; `FormatError` where nothing tells."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for format_id, mark in _MARKS:
        tried = lines[:1] if format_id == "dtr" else lines
        if any(re.match(mark, line) for line in tried):
            return format_id
    raise FormatError("Nothing in it tells which format it is. Say it with --from.")
