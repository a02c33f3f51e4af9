"""The certificates that the operating system trusts, found the way a registry finds them.

A registry is a Go program: it takes SSL_CERT_FILE, or the first of these files that exists
(https://go.dev/src/crypto/x509/root_linux.go).
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

_LINUX_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Gentoo, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL 6
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/pki/tls/cacert.pem",  # OpenELEC
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # CentOS and RHEL 7
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def system_bundle() -> str | None:
    """The path of the PEM file with the trusted CAs, or None where this system keeps no such file."""
    if named := os.environ.get("SSL_CERT_FILE"):
        return named
    candidates = (*_LINUX_BUNDLES, ssl.get_default_verify_paths().cafile or "")
    return next((path for path in candidates if path and Path(path).is_file()), None)
