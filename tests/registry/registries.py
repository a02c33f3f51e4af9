"""The real registries of the matrix."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tests.support.programs import require_program
from tests.support.servers.programs import Program
from tests.support.servers.registries import DISTRIBUTION_2_8 as RELEASED_2_8
from tests.support.servers.registries import DISTRIBUTION_3 as RELEASED_3
from wizard.model.settings import Value

INSTALL_HINT = "apt-get install docker-registry skopeo"
_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/bin"])


@dataclass(frozen=True, slots=True)
class RealRegistry:
    """One program. `id` is the registry's in the settings, and that of its format.

    `source` is the package it is built from; without one it is Debian's.
    """

    name: str
    id: str
    source: Program | None = None

    @property
    def settings(self) -> dict[str, Value]:
        """What settings for this registry have in common. The 2.x line has no setting for path style."""
        return {"registry": self.id, **({"forcepathstyle": True} if self.id == "distribution-3" else {})}

    def require(self) -> str:
        """The path of the program. Without it the test is skipped or, in CI, fails."""
        if self.source:
            return str(self.source.require())
        return require_program("docker-registry", INSTALL_HINT, _PATH)


def require_client() -> str:
    """The path of skopeo, which pushes and pulls. Without it the test is skipped or, in CI, fails."""
    return require_program("skopeo", INSTALL_HINT, _PATH)


DEBIAN_2_8 = RealRegistry("Debian's 2.8", "distribution-2")
OFFICIAL_2_8 = RealRegistry("official 2.8", "distribution-2", RELEASED_2_8)
DISTRIBUTION_3 = RealRegistry("3.1", "distribution-3", RELEASED_3)
REGISTRIES = (DEBIAN_2_8, OFFICIAL_2_8, DISTRIBUTION_3)
