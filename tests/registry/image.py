"""A small image, written as an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md)."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@dataclass(frozen=True, slots=True)
class Image:
    """A layout on disk. `digest` is that of the manifest. Layers are random, so no two images share one."""

    folder: Path
    digest: str

    def blobs(self) -> dict[str, bytes]:
        """The blobs by their hash."""
        return blobs_in(self.folder)


def blobs_in(layout: Path) -> dict[str, bytes]:
    """The blobs of a layout by their hash. Empty if there is no layout."""
    return {path.name: path.read_bytes() for path in (layout / "blobs" / "sha256").glob("*")}


def make_image(folder: Path, layers: Sequence[int]) -> Image:
    """Writes an image. `layers` are sizes in bytes; the content is random, so that compression does not shrink it."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(data: bytes, media_type: str) -> dict[str, Any]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    archives = [_archive(size) for size in layers]
    parts = [put(gzip.compress(archive, 1, mtime=0), _LAYER) for archive in archives]
    diffs = [f"sha256:{hashlib.sha256(archive).hexdigest()}" for archive in archives]
    rootfs = {"type": "layers", "diff_ids": diffs}
    config = put(_json({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}), _CONFIG)
    manifest = put(_json({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": parts}), MANIFEST)
    named = manifest | {"annotations": {"org.opencontainers.image.ref.name": "1"}}
    (folder / "index.json").write_bytes(_json({"schemaVersion": 2, "manifests": [named]}))
    (folder / "oci-layout").write_bytes(_json({"imageLayoutVersion": "1.0.0"}))
    return Image(folder, manifest["digest"])


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _archive(size: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("random.bin")
        entry.size = size
        archive.addfile(entry, io.BytesIO(os.urandom(size)))
    return out.getvalue()
