"""What the servers of this package have in common."""

from __future__ import annotations

import contextlib
import functools
import os
import random
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tests.support.http_server import LOOPBACK
from tests.support.processes import running_process, wait_for
from tests.support.servers.programs import Program
from tests.support.store_server import StoreServer

_READY_SECONDS = 120.0  # Java's servers take ten on an idle machine
_ATTEMPTS = 3
_MOST_PORTS = 4  # that a server needs
_PORTS = range(12_000, 22_000)  # they and those 10,000 above are below those that the kernel gives to clients


class InstalledServer(StoreServer):
    """A server of a `Program`, with its data in a temporary folder. Another port is tried if the first one is taken."""

    program: ClassVar[Program]
    ports: Sequence[int]
    access_key = "AKIAIOSFODNN7EXAMPLE"
    secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

    @classmethod
    def require(cls) -> None:
        """Skip the test or, in CI, fail it where the program is not installed."""
        cls.program.require()

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        """The command that serves S3 at the first of `ports` and stores its data in `folder`."""
        raise NotImplementedError

    def commands_before(self, folder: Path, ports: Sequence[int]) -> Sequence[tuple[list[str], int]]:
        """Commands of further servers that must run before, each with the port at which it serves."""
        del folder, ports
        return ()

    def environment(self) -> Mapping[str, str]:
        """Variables for the program."""
        return {}

    def _start(self) -> None:
        self.require()
        for attempt in range(_ATTEMPTS):
            with contextlib.ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{self.program.name}-")))
                if self._run(folder, stack):
                    self._resources.push(stack.pop_all())
                    return
                assert attempt < _ATTEMPTS - 1, f"{self.program.name} ended: {_tail(folder / 'log')}"

    def _run(self, folder: Path, stack: contextlib.ExitStack) -> bool:
        """Start the program and wait until it serves; False if it ends instead."""
        self.ports = ports = free_ports()
        log = stack.enter_context((folder / "log").open("wb"))
        (folder / "data").mkdir()
        minimal = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)}
        environment = {**minimal, **self.environment()}
        self.endpoint = f"http://{LOOPBACK}:{ports[0]}"
        for command, port in (*self.commands_before(folder, ports), (self.command(folder / "data", ports), ports[0])):
            process = stack.enter_context(
                running_process(command, stdout=log.fileno(), stderr=log, environment=environment)
            )
            if not wait_for(functools.partial(_serves, process, port), _READY_SECONDS):
                return False
        return True


def free_ports() -> list[int]:
    """Different ports on loopback on which nothing listens now, nor 10,000 above, where SeaweedFS listens too."""
    candidates = random.sample(_PORTS, 16 * _MOST_PORTS)
    return [port for port in candidates if _is_free(port) and _is_free(port + 10_000)][:_MOST_PORTS]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _serves(process: subprocess.Popen[bytes], port: int) -> bool | None:
    """Whether the program answers; None if it does not do so yet, False if it has ended."""
    if process.poll() is not None:
        return False
    try:
        with socket.create_connection((LOOPBACK, port), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(4) == b"HTTP" or None
    except OSError:
        return None


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
