"""The servers that .ci/run installs."""

from __future__ import annotations

import contextlib
import socket
import sys
from pathlib import Path

import pytest

from tests.support.aws_clients import open_s3_client
from tests.support.servers import programs
from tests.support.servers.__main__ import main
from tests.support.servers.all_servers import SERVERS
from tests.support.servers.programs import GoModule, Program
from tests.support.servers.server import InstalledServer
from tests.support.servers.started import StartedServers
from tests.support.servers.versity import Versity
from tests.support.store_client import BODY

EVERY_SERVER = pytest.mark.parametrize("kind", SERVERS, ids=[server.__name__ for server in SERVERS])


@pytest.mark.ci_server
@EVERY_SERVER
def test_a_server_stores_objects_and_listens_only_on_loopback(kind: type[InstalledServer]) -> None:
    with kind() as server:
        store = server.store()
        with open_s3_client(store) as client:
            client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
            assert client.get_object(Bucket=store.bucket, Key="key")["Body"].read() == BODY
        for port in (*server.ports, *(port + 10_000 for port in server.ports)):
            with contextlib.closing(socket.socket()) as client:
                assert client.connect_ex(("127.0.0.2", port)), port  # reaches what listens on all addresses


@pytest.mark.ci_server
def test_a_server_ends_with_its_context() -> None:
    with Versity() as server:
        port = server.ports[0]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.ci_server
def test_a_server_is_started_once() -> None:
    with StartedServers() as servers:
        assert servers.start(Versity) is servers.start(Versity)


class Ending(InstalledServer):
    """A program that ends at once."""

    program = Program("python", "3", "")

    @classmethod
    def require(cls) -> None:
        """Python is there."""

    def command(self, *_: object) -> list[str]:
        return [sys.executable, "-c", "print('the disk is full')"]


def test_a_server_that_ends_shows_its_log() -> None:
    with pytest.raises(AssertionError, match="the disk is full"), Ending():
        pass


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder for installed programs."""
    monkeypatch.setattr(programs, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


class Copied(Program):
    """A program whose installation writes a file."""

    def _install_into(self, folder: Path) -> None:
        (folder / self.name).write_text(self.version, encoding="utf-8")


def test_a_program_is_installed_once(cache: Path) -> None:
    program = Copied("copied", "1", "")
    program.install()
    program.path.write_text("kept", encoding="utf-8")
    program.install()
    assert program.path.read_text(encoding="utf-8") == "kept"
    assert [path.name for path in cache.iterdir()] == ["copied-1"]


def test_a_failed_installation_leaves_nothing(cache: Path) -> None:
    with pytest.raises(NotImplementedError):
        Program("broken", "1", "").install()
    assert list(cache.iterdir()) == []


@pytest.mark.usefixtures("cache")
def test_a_missing_tool_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(programs, "_TOOL_FOLDERS", ())
    with pytest.raises(SystemExit, match="go is not installed"):
        GoModule("registry", "1", ".").install()


@pytest.mark.usefixtures("cache")
def test_a_missing_program_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"-m tests\.support\.servers versitygw"):
        Versity.require()


@pytest.mark.usefixtures("cache")
def test_a_missing_program_fails_the_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="versitygw is not installed"):
        Versity.require()


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(SystemExit, match="unknown: frobnicate"):
        main(["frobnicate"])
