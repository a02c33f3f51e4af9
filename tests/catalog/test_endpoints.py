"""An endpoint is recognised as its provider's."""

from __future__ import annotations

import pytest

from wizard.catalog.endpoints import detect_provider
from wizard.catalog.providers import providers


@pytest.mark.parametrize(
    ("endpoint", "provider"),
    [
        ("", "aws"),
        ("https://s3.eu-west-1.amazonaws.com", "aws"),
        ("https://s3.amazonaws.com", "aws"),
        ("HTTPS://S3.eu-central-1.WasabiSys.com/", "wasabi"),
        ("s3.wasabisys.com:443", "wasabi"),
        ("https://s3.oss-cn-beijing-internal.aliyuncs.com", "alibaba"),
        ("https://0123.r2.cloudflarestorage.com", "r2"),
        ("http://minio.example:9000", "minio"),
        ("http://10.0.0.5:3900/", "garage"),
        ("http://host:8333", "seaweedfs"),
        ("https://s3.example.com", "other"),
        ("https://s3.wasabisys.com.attacker.test", "other"),
    ],
)
def test_the_provider_of_an_endpoint(endpoint: str, provider: str) -> None:
    assert detect_provider(endpoint) == provider


def test_each_suggested_endpoint_is_recognised() -> None:
    wrong = {
        provider.id: found
        for provider in providers().values()
        for region in provider.regions or ("us-east-1",)
        if (found := detect_provider(provider.complete_endpoint("x", region))) != provider.id
    }
    # A Ceph gateway has no host or port of its own, and a local folder has no endpoint.
    assert wrong == {"ceph": "other", "filesystem": "aws"}
