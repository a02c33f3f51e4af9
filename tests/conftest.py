"""A clean environment for every test, and the servers that tests share."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support.certificates import Certificates, make_certificates
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.live_store import LiveStore
from tests.support.matrix_summary import pytest_terminal_summary
from tests.support.moto_server import Moto, only_buckets_of_before, reset_moto
from tests.support.processes import stop_ignoring_signals
from tests.support.programs import is_ci
from tests.support.rclone import Rclone
from tests.support.servers.started import StartedServers
from tests.support.swift import Swift
from wizard.model import redaction

__all__ = ["pytest_terminal_summary"]  # pytest calls it

_REMOVED_PREFIXES = ("AWS_", "REGISTRY_", "XDG_")
_REMOVED_SUFFIXES = ("_PROXY", "_proxy")
_GARBAGE = (100_000, 50, 1_000)  # the thresholds of the collector
_REMOVED_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR")

# Many tests start the program. It must be compiled only once, even if the environment disables bytecode files.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

stop_ignoring_signals()


if not is_ci():
    hypothesis.settings.register_profile("sample", max_examples=30)
    hypothesis.settings.load_profile("sample")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests that are for CI, and leave out all rows of a test with a sample but those of it."""
    if is_ci():
        return
    skip = pytest.mark.skip(reason="runs in CI, or with CI=true")
    rows: Counter[str] = Counter()
    left_out = []
    for item in items:
        if item.get_closest_marker("ci_only"):
            item.add_marker(skip)
        elif sample := item.get_closest_marker("sample"):
            name = item.nodeid.partition("[")[0]
            if rows[name] % (sample.args[0] if sample.args else len(items)):
                left_out.append(item)
            rows[name] += 1
    config.hook.pytest_deselected(items=left_out)
    known = set(left_out)
    items[:] = [item for item in items if item not in known]


def pytest_collection_finish() -> None:
    """Collect garbage less often: it took a fifth of the time, most of it on the thousands of tests that stay."""
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def pytest_runtest_teardown() -> None:
    """The program sets thresholds of its own when it starts."""
    gc.set_threshold(*_GARBAGE)


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: many tests wait for deliberately slow servers and for terminals."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture(autouse=True, scope="session")
def _environment_of_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # Session-scoped servers start before the environment of the first test is set up.
    with pytest.MonkeyPatch.context() as patch:
        _clean(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty home folder: that of the test before, unless something was written into it."""
    home = tmp_path_factory.getbasetemp() / f"home-{_homes[0]}"
    if home.exists() and any(home.iterdir()):
        _homes[0] += 1
        home = home.with_name(f"home-{_homes[0]}")
    home.mkdir(exist_ok=True)
    _clean(monkeypatch, home)


@pytest.fixture(autouse=True)
def _registered_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials that an earlier test has found."""
    redaction.has_visible_credentials.cache_clear()
    monkeypatch.setattr(redaction, "_registered", {})
    monkeypatch.setattr(redaction, "_registered_keys", {})


@pytest.fixture(autouse=True)
def _buckets() -> Iterator[None]:
    with only_buckets_of_before():
        yield


@pytest.fixture(autouse=True)
def _patience_for_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Advice is not waited for long. Here its calls may need more time: several tests share each core."""
    monkeypatch.setattr("wizard.validation.s3_runner._ADVICE", 8.0)


@pytest.fixture(autouse=True)
def _signal_handlers() -> Iterator[None]:
    """Fail a test that leaves signals handled or ignored: programs that later tests start would inherit that."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP, signal.SIGCONT)
    before = [signal.getsignal(number) for number in numbers]
    yield
    after = [signal.getsignal(number) for number in numbers]
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
    assert after == before


_homes = [0]  # the number of the last one


def _clean(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name.startswith(_REMOVED_PREFIXES) or name.endswith(_REMOVED_SUFFIXES) or name in _REMOVED_VARIABLES:
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A CA and server certificates, valid and invalid."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def moto(certificates: Certificates) -> Iterator[Moto]:
    """moto in this process, on http and on https with the valid certificate."""
    with Moto(certificates.good) as server:
        yield server
    reset_moto()


@pytest.fixture(scope="session")
def moto_with_iam() -> Iterator[Moto]:
    """moto in this process that is an IAM API too."""
    with Moto(has_iam=True) as server:
        yield server
    reset_moto()


@pytest.fixture
def store(moto: Moto) -> LiveStore:
    """A new bucket on moto."""
    return moto.store()


@pytest.fixture(scope="session")
def enforcing_moto() -> Iterator[EnforcingMoto]:
    """moto in its own process, which verifies signatures and IAM policies."""
    with EnforcingMoto() as server:
        yield server


@pytest.fixture(scope="session")
def rclone() -> Iterator[Rclone]:
    """rclone serving S3 on http."""
    Rclone.require()
    with Rclone() as server:
        yield server


@pytest.fixture(scope="session")
def swift(certificates: Certificates) -> Iterator[Swift]:
    """Swift, on http and on https with the valid certificate; verifies V2 and V4 signatures and the region."""
    Swift.require()
    with Swift(certificates.good) as server:
        yield server


@pytest.fixture(scope="session")
def started_servers() -> Iterator[StartedServers]:
    """The servers that .ci/run installs, each started when a test first needs it."""
    with StartedServers() as servers:
        yield servers
