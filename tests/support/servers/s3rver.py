"""s3rver on a folder: it does not list multipart uploads, and does not notice a wrong secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import NpmProgram
from tests.support.servers.server import InstalledServer


class S3rver(InstalledServer):
    """The program of the package, with its fixed keys."""

    program = NpmProgram("s3rver", "3.7.1", "s3rver")
    access_key = secret_key = "S3RVER"

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        return [str(self.program.path), "-d", str(folder), "-a", LOOPBACK, "-p", str(ports[0])]

    def environment(self) -> Mapping[str, str]:
        """An incomplete listing has a token encrypted with DES, which newer versions of Node offer only like this."""
        return {"NODE_OPTIONS": "--openssl-legacy-provider"}
