"""The programs of the trip, and servers that only the matrix needs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.registry.trip import Programs
from tests.support.certificates import Certificates
from tests.support.rclone import Rclone


@pytest.fixture(scope="session")
def programs() -> Programs | None:
    """The registry and its client; None where they are not installed, and there we only look at our own verdict."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/bin"])
    registry, skopeo = shutil.which("docker-registry", path=path), shutil.which("skopeo", path=path)
    if registry and skopeo:
        return Programs(registry, skopeo)
    if os.environ.get("CI") == "true":
        pytest.fail("docker-registry and skopeo are not installed: apt-get install docker-registry skopeo")
    return None


@pytest.fixture(scope="session")
def rclone_tls(rclone: Rclone, certificates: Certificates) -> Iterator[Rclone]:
    """rclone over https; after `rclone`, which says what is missing."""
    del rclone
    with Rclone(certificates.good) as server:
        yield server
