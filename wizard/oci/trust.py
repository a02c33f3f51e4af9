"""Which certificates of registries are accepted: those that a CA of this machine has signed, as Go finds its CAs."""

from __future__ import annotations

import os
import ssl

from wizard.s3.ca_bundle import ca_bundle_path

_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def tls_context(*, accepts_any: bool) -> ssl.SSLContext:
    """How connections are made. `accepts_any`: the user has asked for that, with --insecure. Raises `ssl.SSLError`."""
    context = ssl.create_default_context(cafile=None if accepts_any else ca_bundle_path())
    if accepts_any:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def trust_variables() -> list[str]:
    """The names of the variables that say which CAs are trusted."""
    return [name for name in _VARIABLES if os.environ.get(name)]
