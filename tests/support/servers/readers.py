"""Programs that read a format as its real reader does, or write the configuration that a source reads."""

from __future__ import annotations

from pathlib import Path

from tests.support.servers.programs import GoModule, GoProgram

# The types of Kubernetes with its strict decoder, and its reader of YAML, which Helm has too.
# The number after the version changes with our source.
KUBERNETES_MANIFEST = GoModule("kubernetes-manifest", "v0.37.2-2", str(Path(__file__).parent / "kubernetes_manifest"))

# The libraries that zot reads its configuration with. The number after the version changes with our source.
ZOT_CONFIG = GoModule("zot-config", "v3.1.2-1", str(Path(__file__).parent / "zot_config"))

# The library that Docker Compose reads its files with. The number after the version changes with our source.
COMPOSE_READER = GoModule("compose-reader", "v2.16.2-1", str(Path(__file__).parent / "compose_reader"))

# Helm's engine. The number after the version changes with our source.
HELM_TEMPLATE = GoModule("helm-template", "v3.22.0-1", str(Path(__file__).parent / "helm_template"))

# The configuration of Distribution 2.8 and 3, as both read it. The number after the versions changes with our source.
REGISTRY_CONFIGURATION = GoModule(
    "registry-configuration", "v2.8.3-v3.1.2-1", str(Path(__file__).parent / "registry_configuration")
)

# The MinIO client, which writes the configuration that `import --from mc` reads.
MC = GoProgram("mc", "v0.0.0-20250313080218-cf909e1063a9", "github.com/minio/mc")
