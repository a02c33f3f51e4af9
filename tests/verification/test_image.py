"""The image that is pushed is a valid one, and nobody else has any part of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile

import pytest

from wizard.verification.image import DOCKER, OCI, Image, MediaTypes


@pytest.mark.parametrize("types", [OCI, DOCKER])
def test_the_manifest_names_the_blobs(types: MediaTypes) -> None:
    image = Image.create()
    manifest = json.loads(image.manifest(types).data)
    assert manifest["mediaType"] == types.manifest
    parts = {part["mediaType"]: (part["digest"], part["size"]) for part in (manifest["config"], *manifest["layers"])}
    assert parts == {
        types.config: (image.config.digest, len(image.config.data)),
        types.layer: (image.layer.digest, len(image.layer.data)),
    }


def test_the_layer_is_an_archive_that_the_configuration_describes() -> None:
    image = Image.create()
    archive = gzip.decompress(image.layer.data)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert [member.size for member in tar] == [2048]
    assert json.loads(image.config.data)["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(archive).hexdigest()}"]


def test_two_images_share_nothing() -> None:
    first, second = Image.create(), Image.create()
    digests = [blob.digest for image in (first, second) for blob in (image.config, image.layer, image.manifest(OCI))]
    assert len({*digests, first.repository, second.repository}) == 8
