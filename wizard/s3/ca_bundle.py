"""The certificates that the operating system trusts, found the way a registry finds them.

A registry is a Go program (https://go.dev/src/crypto/x509/root_unix.go). It takes the first of these files that
exists, or the one that SSL_CERT_FILE names; and besides whatever lies in these folders, or in those that SSL_CERT_DIR
names. A file or folder that is not there is no error.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import functools
import os
import re
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

_LINUX_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Gentoo, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL 6
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/pki/tls/cacert.pem",  # OpenELEC
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # CentOS and RHEL 7
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
_LINUX_FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def ca_bundle_path() -> str | None:
    """The path of a PEM file with the trusted CAs, or None where this system keeps no such file.

    Without the two variables that is the system's own file, which holds all that its folders do.
    """
    named, folders = os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", "")
    if not (named or folders):
        return _of_this_system()
    places = (
        Path(named or _of_this_system() or os.devnull),
        *map(Path, folders.split(":") if folders else _LINUX_FOLDERS),
    )
    return _combined(places, tuple(map(_changed_at, places)))


def ssl_cert_file_is_empty() -> bool:
    """Whether SSL_CERT_FILE names a file without a certificate that can be read."""
    named = os.environ.get("SSL_CERT_FILE")
    return bool(named) and not any(map(_loads, _certificates(Path(str(named)))))


def system_cas_ignored() -> bool:
    """Whether both variables are set, so that nothing counts which the system itself trusts."""
    return bool(os.environ.get("SSL_CERT_FILE") and os.environ.get("SSL_CERT_DIR"))


def _of_this_system() -> str | None:
    candidates = (*_LINUX_BUNDLES, ssl.get_default_verify_paths().cafile or "")
    return next((path for path in candidates if path and Path(path).is_file()), None)


@functools.cache
def _combined(places: tuple[Path, ...], changed_at: tuple[int, ...]) -> str:
    """All that a file and the files in some folders hold, in one for this program alone, gone when that ends."""
    del changed_at  # what was changed meanwhile is read again
    file, *folders = places
    paths = [file, *(path for folder in folders for path in _files_in(folder))]
    found = dict.fromkeys(certificate for path in paths for certificate in _certificates(path))
    descriptor, bundle = tempfile.mkstemp(prefix="storage-wizard-trust-", suffix=".pem")
    with os.fdopen(descriptor, "wb") as out:
        out.write("".join(map(ssl.DER_cert_to_PEM_cert, _readable(list(found)))).encode())
    atexit.register(Path(bundle).unlink, missing_ok=True)
    return bundle


def _changed_at(path: Path) -> int:
    """In nanoseconds; 0 for what is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _certificates(path: Path) -> Iterator[bytes]:
    """The certificates in a file, as DER; what is none is passed over."""
    try:
        found = _CERTIFICATE.findall(path.read_bytes())
    except OSError:
        return
    for text in filter(None, map(b"".join, map(bytes.split, found))):
        with contextlib.suppress(ValueError):
            yield base64.b64decode(text, validate=True)


def _readable(certificates: list[bytes]) -> list[bytes]:
    """Those that OpenSSL can read: one that it cannot would keep it from all the others."""
    if _loads(b"".join(certificates)):
        return certificates
    return [certificate for certificate in certificates if _loads(certificate)]


def _loads(certificates: bytes) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificates)
    except (ssl.SSLError, ValueError):
        return False
    return True
