"""The demo's settings: a store inside this program, with a key pair that only this run knows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from wizard.demo.errors import DemoNotInstalledError
from wizard.model.secret import Secret
from wizard.model.settings import Settings

__all__ = ["BUCKET", "DemoNotInstalledError", "demo_store"]

BUCKET = "images"


@contextmanager
def demo_store() -> Iterator[Settings]:
    """Starts the store, and yields complete settings for it. Raises `DemoNotInstalledError`."""
    from wizard.demo.server import serve  # imported here, as only the demo needs a server
    from wizard.demo.signature import KeyPair

    keys = KeyPair(f"DEMO{secrets.token_hex(8).upper()}", Secret(secrets.token_urlsafe(30)))
    with serve(keys, BUCKET) as endpoint:
        yield Settings(
            provider="other",
            bucket=BUCKET,
            accesskey=keys.access_key,
            secretkey=keys.secret_key,
            regionendpoint=endpoint,
            secure=False,
            v4auth=True,
        )
