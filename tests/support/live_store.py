"""A bucket on a running server, as tests pass it around."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value

REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class LiveStore:
    """A bucket on a running server, and a key pair with full access to it."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str = REGION

    def settings(self, **changes: Value) -> Settings:
        """Settings that are correct for this bucket, except for `changes`."""
        return Settings(
            registry="dtr",
            provider="other",
            bucket=self.bucket,
            region=self.region,
            accesskey=self.access_key,
            secretkey=Secret(self.secret_key),
            regionendpoint=self.endpoint,
            v4auth=True,
            secure=self.endpoint.startswith("https:"),
        ).replace(changes)
