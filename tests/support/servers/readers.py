"""Programs that read a format as its real reader does."""

from __future__ import annotations

from pathlib import Path

from tests.support.servers.programs import GoModule

# The types of Kubernetes with its strict decoder. The number after the version changes with our source.
KUBERNETES_MANIFEST = GoModule("kubernetes-manifest", "v0.37.2-1", str(Path(__file__).parent / "kubernetes_manifest"))
