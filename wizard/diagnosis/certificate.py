"""Reads the certificate that a store presents, to describe it. Connects without verification and sends nothing."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wizard.catalog.registries import registry_of
from wizard.model.endpoint import Endpoint, port_of, url_of
from wizard.model.settings import Settings
from wizard.s3.proxies import proxy_of
from wizard.text.sanitize import sanitize

if TYPE_CHECKING:
    from cryptography import x509

_TIMEOUT = 2.0  # seconds; the store has just answered
_MAX_NAME_LENGTH = 40  # characters of a subject or an issuer; one sentence holds both
MAX_HOST_LENGTH = 60  # characters of a host name


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """What a certificate says about itself. All text is sanitized and cut."""

    subject: str
    issuer: str
    names: tuple[str, ...]  # the hosts in its alternative names
    not_before: datetime
    not_after: datetime
    fingerprint: str  # SHA-256, in pairs of hexadecimal digits

    @classmethod
    def read(cls, der: bytes) -> CertificateInfo:
        """Reads a certificate in DER. Raises ValueError if it is none, or one that breaks the rules."""
        from cryptography import x509  # imported here: only needed after a failure
        from cryptography.hazmat.primitives import hashes

        # cryptography warns about oddities such as a serial number of 0; that would be written into the screen.
        warnings.filterwarnings("ignore", category=UserWarning, module=rf"cryptography\b|{re.escape(__name__)}$")
        try:
            certificate = x509.load_der_x509_certificate(der)
            names = _alternative_names(certificate)
            is_self_issued = certificate.issuer == certificate.subject
            return cls(
                _display_name(certificate.subject) or next(iter(names), "nobody"),
                "itself" if is_self_issued else _display_name(certificate.issuer) or "nobody",
                names,
                certificate.not_valid_before_utc,
                certificate.not_valid_after_utc,
                certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
            )
        except (TypeError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
            raise ValueError("a certificate against the rules") from error


def _display_name(name: x509.Name) -> str:
    return sanitize(name.rfc4514_string(), _MAX_NAME_LENGTH)


def _alternative_names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = map(str, extension.get_values_for_type(x509.IPAddress))
    hosts = [*extension.get_values_for_type(x509.DNSName), *addresses]
    return tuple(sanitize(host, MAX_HOST_LENGTH) for host in hosts)


def fetch_certificate(settings: Settings) -> CertificateInfo | None:
    """The certificate that the store presents; None if there is none, or if a proxy is used.

    A direct connection could present another certificate than the one that failed behind the proxy.
    """
    if is_proxied(settings):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    host = request_host(settings)
    with contextlib.suppress(OSError, ValueError):
        with (
            socket.create_connection((host, port_of(settings)), timeout=_TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=host) as tls,
        ):
            der = tls.getpeercert(binary_form=True)
        return CertificateInfo.read(der) if der else None
    return None


def is_proxied(settings: Settings) -> bool:
    """Whether requests to the store go through a proxy that the environment names."""
    return proxy_of(settings) is not None


def request_host(settings: Settings) -> str:
    """The host that requests are sent to, without brackets. In virtual-hosted style it begins with the bucket."""
    endpoint = Endpoint.parse(url_of(settings))
    is_in_path = registry_of(settings.registry).path_style(settings) or endpoint.is_address() or not settings.bucket
    # A bucket with a dot stays in the path: a wildcard in a certificate covers one label only.
    if is_in_path or "." in settings.bucket:
        return endpoint.host.strip("[]")
    return f"{settings.bucket}.{endpoint.host}"
