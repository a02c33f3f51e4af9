"""Registries beside the one that Debian packages."""

from __future__ import annotations

from pathlib import Path

from tests.support.servers.programs import GoModule, GoProgram

DISTRIBUTION_3 = GoProgram("distribution-3", "v3.1.2", "github.com/distribution/distribution/v3/cmd/registry")

# As released, and so as in the official image and in Harbor: Debian's package has a much newer AWS SDK. The number
# after the version changes with the source.
DISTRIBUTION_2_8 = GoModule("distribution-2.8", "v2.8.3-1", str(Path(__file__).parent / "distribution_2_8"))
