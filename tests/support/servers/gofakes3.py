"""gofakes3 in memory: it verifies nothing, and has no part copies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import GoProgram
from tests.support.servers.server import InstalledServer


class GoFakeS3(InstalledServer):
    """The program of the library."""

    program = GoProgram("gofakes3", "v1.2.0", "github.com/johannesboyne/gofakes3/cmd/gofakes3")

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        del folder
        return [str(self.program.path), "-host", f"{LOOPBACK}:{ports[0]}", "-backend", "mem"]
