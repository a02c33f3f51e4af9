"""A rehearsal: a real S3 server inside the program, with a bucket to use. Nothing outside is touched."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from wizard.model.secret import Secret
from wizard.model.settings import Settings

BUCKET = "images"


class DemoNotInstalledError(Exception):
    """The extra that brings the server is not installed; the text says how to get it."""


@contextmanager
def demo_store() -> Iterator[Settings]:
    """Starts moto's server on a free loopback port; gives settings that are right for it."""
    try:
        from moto.moto_server.threaded_moto_server import ThreadedMotoServer
        from moto.s3.models import s3_backends
    except ImportError:
        raise DemoNotInstalledError(
            "the rehearsal's store is not installed. Install it with: pip install 'storage-wizard[demo]'"
        ) from None
    logging.getLogger("werkzeug").disabled = True  # its lines would be drawn over the screen
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
    """Settings that need nothing but Enter."""
    return Settings(
        provider="other",
        bucket=BUCKET,
        accesskey="rehearsal",
        secretkey=Secret("rehearsal-secret"),
        regionendpoint=endpoint,
        secure=False,
        v4auth=True,
    )
