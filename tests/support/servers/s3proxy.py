"""S3Proxy on a folder: it verifies V2 and V4 signatures, and lists neither uploads nor parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.support.http_server import LOOPBACK
from tests.support.servers.programs import JavaProgram
from tests.support.servers.server import InstalledServer

_PROPERTIES = """s3proxy.endpoint=http://{address}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={access_key}
s3proxy.credential={secret_key}
jclouds.provider=filesystem
jclouds.filesystem.basedir={folder}
"""


class S3Proxy(InstalledServer):
    """The proxy with its own back end for a folder."""

    program = JavaProgram("s3proxy", "2.6.0", "org.gaul:s3proxy", main="org.gaul.s3proxy.Main")

    def command(self, folder: Path, ports: Sequence[int]) -> list[str]:
        text = _PROPERTIES.format(
            address=f"{LOOPBACK}:{ports[0]}", access_key=self.access_key, secret_key=self.secret_key, folder=folder
        )
        properties = folder.parent / "s3proxy.properties"
        properties.write_text(text, encoding="utf-8")
        return [*self.program.command(), "--properties", str(properties)]
