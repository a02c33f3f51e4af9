"""The tiny image that is pushed: a configuration, and one layer with a file of random content."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
import tarfile
from typing import NamedTuple

REPOSITORIES = "storage-wizard-verify"
TAG = "1"
_FILE_SIZE = 4 * tarfile.BLOCKSIZE  # bytes
_END_OF_ARCHIVE = 2 * tarfile.BLOCKSIZE  # bytes, all zero
_OCI = "application/vnd.oci.image"
_DOCKER = "application/vnd.docker"


class MediaTypes(NamedTuple):
    """The media types of an image's parts."""

    manifest: str
    config: str
    layer: str


OCI = MediaTypes(f"{_OCI}.manifest.v1+json", f"{_OCI}.config.v1+json", f"{_OCI}.layer.v1.tar+gzip")
DOCKER = MediaTypes(  # for registries that are older than OCI's specification
    f"{_DOCKER}.distribution.manifest.v2+json",
    f"{_DOCKER}.container.image.v1+json",
    f"{_DOCKER}.image.rootfs.diff.tar.gzip",
)


class Blob(NamedTuple):
    """Some bytes that a registry keeps by their digest."""

    data: bytes

    @property
    def hash(self) -> str:
        """The SHA-256 in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def digest(self) -> str:
        """The name by which a registry keeps it."""
        return f"sha256:{self.hash}"


class Image(NamedTuple):
    """A unique image: all its blobs are random, and so is the name of its `repository`."""

    repository: str
    config: Blob
    layer: Blob

    @classmethod
    def create(cls) -> Image:
        """A new image."""
        entry = tarfile.TarInfo("storage-wizard-verify")
        entry.size = _FILE_SIZE
        archive = entry.tobuf(tarfile.USTAR_FORMAT) + os.urandom(_FILE_SIZE) + bytes(_END_OF_ARCHIVE)
        name = secrets.token_hex(8)
        difference = hashlib.sha256(archive).hexdigest()
        config = {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Labels": {REPOSITORIES: name}},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{difference}"]},
        }
        layer = gzip.compress(archive, 1, mtime=0)
        return cls(f"{REPOSITORIES}/{name}", Blob(_json(config)), Blob(layer))

    def manifest(self, types: MediaTypes) -> Blob:
        """The manifest with these media types."""
        parts = ((types.config, self.config), (types.layer, self.layer))
        config, layer = ({"mediaType": kind, "size": len(blob.data), "digest": blob.digest} for kind, blob in parts)
        return Blob(_json({"schemaVersion": 2, "mediaType": types.manifest, "config": config, "layers": [layer]}))


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
