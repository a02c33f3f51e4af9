"""s3s-fs on a folder: its ranged reads and its lists of parts are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import CargoProgram
from tests.support.servers.server import InstalledServer


class S3s(InstalledServer):
    """The program of the crate. Newer versions require a newer Rust."""

    program = CargoProgram("s3s-fs", "0.14.1", "s3s-fs", features="binary")

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        keys = ["--access-key", self.access_key, "--secret-key", self.secret_key]
        return [str(self.program.path), *keys, "--host", LOOPBACK, "--port", str(ports[0]), str(folder)]
