"""The programs of the real registry, and servers that only the matrix needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.registry.exercise import Programs
from tests.support.certificates import Certificates
from tests.support.rclone import Rclone


@pytest.fixture(scope="session")
def programs() -> Programs:
    """The registry and its client. Without them the test is skipped or, in CI, fails."""
    return Programs.require()


@pytest.fixture(scope="session")
def rclone_tls(rclone: Rclone, certificates: Certificates) -> Iterator[Rclone]:
    """rclone on https. Requires `rclone`, which skips the test if the program is missing."""
    del rclone
    with Rclone(certificates.good) as server:
        yield server
