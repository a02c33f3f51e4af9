"""SeaweedFS: it verifies V2 and V4 signatures, and creates a bucket that does not exist at the first write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import GoSource
from tests.support.servers.server import InstalledServer


class SeaweedFS(InstalledServer):
    """Master, volume server, filer and S3 gateway in one process. Each also listens 10,000 above its port."""

    program = GoSource("weed", "v0.0.0-20261109003541-7506e5f91cd6", "github.com/seaweedfs/seaweedfs", main="weed")

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        credentials = [{"accessKey": self.access_key, "secretKey": self.secret_key}]
        admin = {"name": "admin", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
        identities = folder.parent / "identities.json"
        identities.write_text(json.dumps({"identities": [admin]}), encoding="utf-8")
        s3, master, volume, filer = ports
        return [
            *(str(self.program.path), "server", f"-dir={folder}", f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}"),
            *(f"-master.port={master}", f"-volume.port={volume}", "-filer", f"-filer.port={filer}"),
            *("-s3", f"-s3.port={s3}", f"-s3.config={identities}"),
            *("-master.volumeSizeLimitMB=64", "-volume.max=10000"),
        ]
