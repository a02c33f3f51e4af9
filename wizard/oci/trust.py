"""Which certificates of registries are accepted: those that a CA of this machine has signed, as Go finds its CAs."""

from __future__ import annotations

import contextlib
import os
import ssl
from pathlib import Path

from wizard.files.reading import is_regular_file
from wizard.s3.ca_bundle import ca_bundle_path

_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def tls_context(*, accepts_any: bool, ca_file: Path | None = None) -> ssl.SSLContext:
    """How connections are made. Raises `OSError`, which `ssl.SSLError` is.

    `accepts_any`: the user has asked for that, with --insecure. `ca_file`: certificates that are trusted, too.
    """
    context = ssl.create_default_context(cafile=None if accepts_any else ca_bundle_path())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    if accepts_any:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def has_certificates(path: Path) -> bool:
    """Whether a file has certificates in PEM form."""
    with contextlib.suppress(OSError, ValueError):
        if is_regular_file(path):  # a pipe would be waited for
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
            return True
    return False


def trust_variables() -> list[str]:
    """The names of the variables that say which CAs are trusted."""
    return [name for name in _VARIABLES if os.environ.get(name)]
