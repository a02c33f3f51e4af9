"""Detects the format of a text."""

from __future__ import annotations

import re

from wizard.formats.distribution import HEADER_3
from wizard.formats.format import FormatError

# Patterns for the start of a line that is not a comment, from the most to the least specific. The first that matches
# decides.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("gitlab", r"\s*registry\[['\"]"),
    ("env", r"(export\s+)?REGISTRY_STORAGE\w*="),
    ("compose", r"services\s*:"),
    ("harbor", r"storage_service\s*:"),
    ("harbor-helm", r"(persistence|imageChartStorage)\s*:"),
    ("gitlab-helm", r"(s3(_v2|aws)?|filesystem)\s*:"),
    # Parameters of the 3.x driver, and the `tag` section of its default configuration: the 2.x line has neither.
    ("distribution-3", r"\s+(forcepathstyle|usedualstack|accelerate|usefipsendpoint|loglevel|concurrencylimit)\s*:"),
    ("distribution-2", r"storage\s*:"),
)


def detect(text: str) -> str:
    """The id of the format; `FormatError` if none is detected.

    The configuration of a local folder is the same for Distribution 2.x and 3.x. The header of our own export
    names the version; without it, 2.x is assumed.
    """
    if HEADER_3.strip() in text.splitlines():
        return "distribution-3"
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines and lines[0].lstrip().startswith("{"):
        return "dtr"
    for format_id, pattern in _PATTERNS:
        if any(re.match(pattern, line) for line in lines):
            return format_id
    raise FormatError("Nothing in it tells which format it is. Say it with --from.")
