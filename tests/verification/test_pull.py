"""A pull compares what clients read of a manifest, with its headers."""

from __future__ import annotations

from email.message import Message
from typing import Any

import pytest

from wizard.model.findings import Cause
from wizard.oci.address import Address
from wizard.oci.answer import Answer
from wizard.oci.authentication import Session
from wizard.oci.client import RegistryClient
from wizard.oci.transport import Transport
from wizard.s3.timeouts import Timeouts
from wizard.verification import steps
from wizard.verification.image import OCI, Image

_ADDRESS = Address.parse("https://registry.example")
_OTHER_DIGEST = f"sha256:{'0' * 64}"


class _Client(RegistryClient):
    """Has an image, and sends its manifest with these headers."""

    def __init__(self, image: Image, headers: dict[str, str]) -> None:
        transport = Transport(Timeouts(), lambda: None)
        super().__init__(_ADDRESS, Session(_ADDRESS, transport), transport, image.repository)
        self._blobs = {f"blobs/{blob.digest}": blob.data for blob in (image.config, image.layer)}
        self._manifest, self._headers = image.manifest(OCI).data, headers

    def call(self, *arguments: Any, **_: Any) -> Answer:
        place = str(arguments[1])
        headers = Message()
        if place.startswith("manifests/"):
            for name, value in self._headers.items():
                headers[name] = value
        return Answer(_ADDRESS.url(f"/v2/a/{place}"), 200, headers, self._blobs.get(place, self._manifest))


def _pull(headers: dict[str, str]) -> None:
    image = Image.create()
    steps.pull(steps.Verification(_Client(image, headers), image))


@pytest.mark.parametrize("kind", [OCI.manifest, f"{OCI.manifest}; charset=utf-8"])
def test_a_manifest_with_its_kind_is_accepted_without_a_digest(kind: str) -> None:
    _pull({"Content-Type": kind})


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "Content-Type (none) instead of application/vnd.oci.image.manifest.v1+json"),
        ({"Content-Type": "text/plain"}, "Content-Type text/plain instead of"),
        (
            {"Content-Type": OCI.manifest, "Docker-Content-Digest": _OTHER_DIGEST},
            f"Docker-Content-Digest {_OTHER_DIGEST} instead of sha256:",
        ),
    ],
)
def test_a_header_that_makes_clients_refuse_a_manifest_is_named(headers: dict[str, str], words: str) -> None:
    with pytest.raises(steps.StepFailedError) as failure:
        _pull(headers)
    assert failure.value.finding.cause is Cause.CORRUPTED
    assert words in failure.value.finding.text
