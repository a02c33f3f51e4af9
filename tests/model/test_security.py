"""Changes that lower security."""

from __future__ import annotations

import pytest

from wizard.model.security import lowered_security
from wizard.model.settings import Settings, Value

_HTTPS = {"provider": "minio", "regionendpoint": "https://minio.example:9000"}
_ENCRYPTED: dict[str, Value] = {"encrypt": True, "keyid": "key"}


@pytest.mark.parametrize(
    ("before", "change", "lost"),
    [
        ({}, {"skipverify": True}, "impersonate"),
        ({"skipverify": True}, {"skipverify": False}, ""),
        (_HTTPS, {"regionendpoint": "http://minio.example:9000", "secure": False}, "sent unencrypted"),
        (_HTTPS, {"secure": False}, ""),  # the scheme of the endpoint takes precedence
        ({"regionendpoint": "minio.example"}, {"secure": False}, "sent unencrypted"),
        ({"secure": False}, {"secure": True}, ""),
        ({"v4auth": True}, {"v4auth": False, "redirect": False}, "Signature V2"),
        ({"v4auth": True}, {"redirect": False}, ""),
        ({"encrypt": True}, {"encrypt": False}, "encrypt images"),
        (_ENCRYPTED, {"encrypt": False, "keyid": ""}, "encrypt images"),
        (_ENCRYPTED, {"keyid": ""}, "KMS key"),
        ({"keyid": "key"}, {"keyid": ""}, ""),  # has had no effect
        ({}, {"objectacl": "public-read"}, "Everyone on the internet"),
        ({"objectacl": "authenticated-read"}, {"objectacl": "public-read-write"}, "change every image"),
        ({"objectacl": "public-read"}, {"objectacl": "authenticated-read"}, ""),
        ({}, {"objectacl": "bucket-owner-full-control"}, ""),
        ({}, {"region": "eu-west-1", "forcepathstyle": True, "chunksize": 1 << 26}, ""),
        ({"encrypt": True, "v4auth": True}, {"provider": "filesystem", "encrypt": False}, ""),
    ],
)
def test_a_change_that_lowers_security_says_what_is_lost(
    before: dict[str, Value], change: dict[str, Value], lost: str
) -> None:
    settings = Settings().replace(before)
    sentences = lowered_security(settings, settings.replace(change))
    assert len(sentences) == bool(lost)
    assert lost in " ".join(sentences)
