"""All programs and servers of this package."""

from __future__ import annotations

from tests.support.servers.gofakes3 import GoFakeS3
from tests.support.servers.programs import Program
from tests.support.servers.readers import (
    COMPOSE_READER,
    HELM_TEMPLATE,
    KUBERNETES_MANIFEST,
    MC,
    REGISTRY_CONFIGURATION,
    ZOT_CONFIG,
)
from tests.support.servers.registries import DISTRIBUTION_2_8, DISTRIBUTION_3
from tests.support.servers.s3mock import S3Mock
from tests.support.servers.s3proxy import S3Proxy
from tests.support.servers.s3rver import S3rver
from tests.support.servers.s3s import S3s
from tests.support.servers.seaweedfs import SeaweedFS
from tests.support.servers.server import InstalledServer
from tests.support.servers.versity import Versity, VersityUsers

SERVERS: tuple[type[InstalledServer], ...] = (Versity, VersityUsers, S3Proxy, S3rver, GoFakeS3, S3Mock, S3s, SeaweedFS)
PROGRAMS: dict[str, Program] = {
    program.name: program
    for program in (
        DISTRIBUTION_3,
        DISTRIBUTION_2_8,
        KUBERNETES_MANIFEST,
        COMPOSE_READER,
        ZOT_CONFIG,
        MC,
        HELM_TEMPLATE,
        REGISTRY_CONFIGURATION,
        *(server.program for server in SERVERS),
    )
}
