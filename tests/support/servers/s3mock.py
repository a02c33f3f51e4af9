"""Adobe S3Mock on a folder: it accepts every key and signature."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import JavaProgram
from tests.support.servers.server import InstalledServer


class S3Mock(InstalledServer):
    """The server with a main class of ours: its own cannot listen only on loopback."""

    program = JavaProgram(
        "s3mock", "4.2.0", "com.adobe.testing:s3mock", main=str(Path(__file__).parent / "LoopbackS3Mock.java")
    )

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        return [
            *self.program.command("-Dorg.springframework.boot.logging.LoggingSystem=none"),
            f"--server.address={LOOPBACK}",
            f"--server.port={ports[0]}",
            f"--com.adobe.testing.s3mock.store.root={folder}",
        ]
