"""Versity S3 Gateway on a folder: it verifies V4 signatures and the region, and refuses V2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import GoProgram
from tests.support.servers.server import InstalledServer


class Versity(InstalledServer):
    """The gateway, with the root user's keys."""

    program = GoProgram("versitygw", "v1.8.0", "github.com/versity/versitygw/cmd/versitygw")

    def environment(self) -> Mapping[str, str]:
        return {"ROOT_ACCESS_KEY": self.access_key, "ROOT_SECRET_KEY": self.secret_key}

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        return [str(self.program.path), "--port", f"{LOOPBACK}:{ports[0]}", "posix", str(folder)]
