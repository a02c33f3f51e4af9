"""The demo: an S3 server inside this program, with a bucket. Nothing outside is used."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from wizard.model.secret import Secret
from wizard.model.settings import Settings

BUCKET = "images"
NOTICE = "A rehearsal: the store runs inside this program, nothing else is touched."


class DemoNotInstalledError(Exception):
    """The optional dependency with the server is not installed; the message says how to install it."""


@contextmanager
def demo_store() -> Iterator[Settings]:
    """Starts moto's server on a free loopback port, and yields settings for it. Raises `DemoNotInstalledError`."""
    try:
        from moto.moto_server.threaded_moto_server import ThreadedMotoServer
        from moto.s3.models import s3_backends
    except ImportError:
        raise DemoNotInstalledError(
            "the rehearsal's store is not installed. Install it with: pip install 'storage-wizard[demo]'"
        ) from None
    logging.getLogger("werkzeug").disabled = True  # its log lines would appear on the screen
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        if BUCKET not in (backend := s3_backends["123456789012"]["aws"]).buckets:
            backend.create_bucket(BUCKET, "us-east-1")
        host, port = server.get_host_and_port()
        yield demo_settings(f"http://{host}:{port}")
    finally:
        server.stop()


def demo_settings(endpoint: str) -> Settings:
    """Complete settings for the demo's store."""
    return Settings(
        provider="other",
        bucket=BUCKET,
        accesskey="rehearsal",
        secretkey=Secret("rehearsal-secret"),
        regionendpoint=endpoint,
        secure=False,
        v4auth=True,
    )
