"""Finds the CA certificates that a registry trusts, and combines them into one file.

A registry is a Go program (https://go.dev/src/crypto/x509/root_unix.go). It reads the first of `_LINUX_BUNDLES` that
exists, or the file that SSL_CERT_FILE names. It also reads every file in `_LINUX_FOLDERS`, or in the folders that
SSL_CERT_DIR names. It ignores files and folders that do not exist.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import functools
import os
import re
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.registries import registry_of
from wizard.catalog.registries.sdk import CaBundle
from wizard.files.reading import is_folder, is_regular_file
from wizard.model.settings import Settings

_LINUX_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Gentoo, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL 6
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/pki/tls/cacert.pem",  # OpenELEC
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # CentOS and RHEL 7
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
_LINUX_FOLDERS = ("/etc/ssl/certs", "/etc/pki/tls/certs")
_VARIABLE = "AWS_CA_BUNDLE"
_DESCRIPTORS = Path("/proc/self/fd")
_combining = threading.Lock()
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def ca_bundle_path() -> str | None:
    """The path of a PEM file with the trusted CAs; None if this system has no such file.

    Without SSL_CERT_FILE and SSL_CERT_DIR it is the system's own file, which holds everything that its folders hold.
    With them it is a temporary file.
    """
    file, folders = os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", "")
    if not (file or folders):
        return _system_bundle()
    paths = (
        Path(file or _system_bundle() or os.devnull),
        *map(Path, folders.split(":") if folders else _LINUX_FOLDERS),
    )
    with _combining:
        return _combined_bundle(paths, tuple(map(_modified_at, paths)))


def bundle_of_environment(settings: Settings) -> str:
    """The file of AWS_CA_BUNDLE or of `ca_bundle` in ~/.aws/config where the registry uses it, and can; else empty."""
    path, _ = _named_bundle(settings)
    is_used = bool(path) and registry_of(settings.registry).sdk.ca_bundle is CaBundle.USED
    return path if is_used and _is_bundle(path) else ""


def bundle_source(settings: Settings) -> str:
    """The name of the variable or file that names the bundle of the environment; empty if none is used."""
    return _named_bundle(settings)[1] if bundle_of_environment(settings) else ""


def bundle_problem(settings: Settings) -> str:
    """A sentence on why the registry would not start where AWS_CA_BUNDLE is as it is here; empty if it would.

    That holds for an endpoint of plain http too. The registry may have another environment, so that it is no failure.
    """
    (path, source), registry = _named_bundle(settings), registry_of(settings.registry)
    if not path:
        return ""
    if registry.sdk.ca_bundle is CaBundle.FATAL:
        return f"{_VARIABLE} is set here. {registry.title} won't start where it is set."
    if not _is_bundle(path):
        name = source if source == _VARIABLE else f"The ca_bundle in {source}"
        return f"{name} names a file without certificates here. {registry.title} won't start with that."
    return ""


def _named_bundle(settings: Settings) -> tuple[str, str]:
    """The path of the bundle, and the name of the variable or file that it is from; both empty if there is none."""
    if path := os.environ.get(_VARIABLE):
        return path, _VARIABLE
    sdk = registry_of(settings.registry).sdk
    return sdk.value_in_files("ca_bundle", os.environ) if sdk.reads_config_file(os.environ) else ("", "")


def _is_bundle(path: str) -> bool:
    return any(map(_is_loadable, _certificates_in(Path(path))))


def ssl_cert_file_is_empty() -> bool:
    """Whether SSL_CERT_FILE names a file that holds no readable certificate."""
    path = os.environ.get("SSL_CERT_FILE")
    return bool(path) and not any(map(_is_loadable, _certificates_in(Path(str(path)))))


def system_cas_ignored() -> bool:
    """Whether SSL_CERT_FILE and SSL_CERT_DIR are both set, so that the system's own CAs are not read."""
    return bool(os.environ.get("SSL_CERT_FILE") and os.environ.get("SSL_CERT_DIR"))


def _system_bundle() -> str | None:
    candidates = (*_LINUX_BUNDLES, ssl.get_default_verify_paths().cafile or "")
    return next((path for path in candidates if path and is_regular_file(Path(path))), None)


@functools.cache
def _combined_bundle(paths: tuple[Path, ...], modified_at: tuple[int, ...]) -> str:
    """Writes the certificates of a file and of the files in some folders to a file in memory; returns its path.

    Where the system has none, it is a temporary file that only this user can read, and that is removed when the program
    ends. Raises `OSError`.
    """
    del modified_at  # a part of the cache key only: a file that has changed is read again
    file, *folders = paths
    files = [file, *(path for folder in folders for path in _files_in(folder))]
    certificates = list(dict.fromkeys(certificate for path in files for certificate in _certificates_in(path)))
    text = "".join(map(ssl.DER_cert_to_PEM_cert, _loadable(certificates))).encode()
    if sys.platform == "linux" and is_folder(_DESCRIPTORS):
        descriptor = os.memfd_create("storage-wizard-trust")
        os.fchmod(descriptor, 0o600)
        with open(descriptor, "wb", closefd=False) as out:  # the file exists as long as the descriptor
            out.write(text)
        return str(_DESCRIPTORS / str(descriptor))
    descriptor, bundle = tempfile.mkstemp(prefix="storage-wizard-trust-", suffix=".pem")
    atexit.register(Path(bundle).unlink, missing_ok=True)
    with os.fdopen(descriptor, "wb") as out:
        out.write(text)
    return bundle


def _modified_at(path: Path) -> int:
    """The modification time in nanoseconds; 0 if the path does not exist."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(filter(is_regular_file, folder.iterdir()))
    except OSError:
        return []


def _certificates_in(path: Path) -> Iterator[bytes]:
    """The certificates in a PEM file, as DER. Skips what is not base64."""
    try:
        blocks = _PEM.findall(path.read_bytes()) if is_regular_file(path) else []
    except OSError:
        return
    for block in blocks:
        with contextlib.suppress(ValueError):
            if text := b"".join(block.split()):
                yield base64.b64decode(text, validate=True)


def _loadable(certificates: list[bytes]) -> list[bytes]:
    """The certificates that OpenSSL can load. A single one that it cannot load makes it reject the complete file."""
    if _is_loadable(b"".join(certificates)):
        return certificates
    return [certificate for certificate in certificates if _is_loadable(certificate)]


def _is_loadable(certificates: bytes) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificates)
    except (ssl.SSLError, ValueError):
        return False
    return True
