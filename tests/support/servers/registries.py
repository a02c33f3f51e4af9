"""Registries beside the one that Debian packages."""

from __future__ import annotations

from pathlib import Path

from tests.support.servers.programs import GoModule

_SOURCES = Path(__file__).parent

# Both are as released, with one more command that purges uploads. The number after the version changes with our source.
DISTRIBUTION_3 = GoModule("distribution-3", "v3.1.2-1", str(_SOURCES / "distribution_3"))

# With the AWS SDK of the release, and so as in the official image and in Harbor. Debian's package has a much newer one.
DISTRIBUTION_2_8 = GoModule("distribution-2.8", "v2.8.3-2", str(_SOURCES / "distribution_2_8"))
