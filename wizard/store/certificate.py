"""A certificate that did not convince: what it says of itself, and how to trust its issuer on this system."""

from __future__ import annotations

import contextlib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.finding import Cause, Finding, Fix
from wizard.printable import printable
from wizard.settings import Settings
from wizard.store.trust import trusts_nothing_named
from wizard.store.wording import about_endpoint, host_of, port_of

if TYPE_CHECKING:
    from cryptography import x509

OS_RELEASE = Path("/etc/os-release")
_TIMEOUT = 2.0  # seconds; the store has just answered
_LONGEST_NAME = 60

_EXPIRED, _NOT_YET_VALID = 10, 9  # X509_V_ERR_* of OpenSSL
_WRONG_HOST = {62, 64}

# How the trust store is added to, by the ids in os-release.
_TRUST = {
    **dict.fromkeys(
        ("debian", "ubuntu", "alpine"),
        "sudo cp CA.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates",
    ),
    **dict.fromkeys(
        ("rhel", "fedora", "centos"), "sudo cp CA.crt /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust"
    ),
    **dict.fromkeys(
        ("suse", "opensuse", "sles"), "sudo cp CA.crt /etc/pki/trust/anchors/ && sudo update-ca-certificates"
    ),
    "arch": "sudo trust anchor CA.crt",
}


@dataclass(frozen=True, slots=True)
class Presented:
    """What a certificate says of itself, safe to print. `names` are the hosts that it is for."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    fingerprint: str  # SHA-256, in pairs of hexadecimal digits

    @classmethod
    def read(cls, der: bytes) -> Presented:
        """`ValueError` when these bytes are no certificate."""
        from cryptography import x509  # here, as only a failure needs it
        from cryptography.hazmat.primitives import hashes

        found = x509.load_der_x509_certificate(der)
        return cls(
            _name(found.subject),
            "itself" if found.issuer == found.subject else _name(found.issuer),
            _names(found),
            found.not_valid_before_utc,
            found.not_valid_after_utc,
            found.fingerprint(hashes.SHA256()).hex(":").upper(),
        )


def _name(name: x509.Name) -> str:
    return printable(name.rfc4514_string() or "nobody", _LONGEST_NAME)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    found = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    return tuple(printable(name, _LONGEST_NAME) for name in found)


def presented(settings: Settings) -> Presented | None:
    """What the store shows to whoever asks; None when it cannot be had. Verifies nothing, and sends nothing."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    host = host_of(settings).strip("[]")
    with contextlib.suppress(OSError, ValueError):
        with (
            socket.create_connection((host, port_of(settings)), timeout=_TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=host) as tls,
        ):
            der = tls.getpeercert(binary_form=True)
        return Presented.read(der) if der else None
    return None


def not_convincing(error: ssl.SSLCertVerificationError, settings: Settings) -> Finding:
    """The finding for a certificate that failed verification."""
    if error.verify_code in _WRONG_HOST:
        return other_host(settings)
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        return _out_of_time(settings, is_over=error.verify_code == _EXPIRED)
    found, host = presented(settings), host_of(settings)
    about = (
        f": {found.subject}, issued by {found.issuer}, valid until {found.ends:%Y-%m-%d}, SHA-256 {found.fingerprint}"
        if found
        else f" ({printable(error.verify_message, 80)})"
    )
    where = (
        "here, on the registry's host and on its clients" if settings.redirect else "here and on the registry's host"
    )
    return Finding(
        Cause.TLS_UNTRUSTED,
        f"This system does not trust the certificate of {host}{about}. If it is the right one, trust its CA {where}: "
        f"{_how_to_trust()}.",
        setting="skipverify",
        fix=Fix("Only as a last resort: accept any certificate.", {"skipverify": True}),
    )


def _how_to_trust() -> str:
    """The command for this system, from its ID or else from what it is like (man 5 os-release)."""
    try:
        lines = OS_RELEASE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    ids = f"{said.get('ID', '')} {said.get('ID_LIKE', '')}".replace('"', "").split()
    if trusts_nothing_named():
        return "the file that SSL_CERT_FILE names holds no certificate as PEM"
    return next((_TRUST[name] for name in ids if name in _TRUST), "name its file in SSL_CERT_FILE")


def _out_of_time(settings: Settings, *, is_over: bool) -> Finding:
    found, host = presented(settings), host_of(settings)
    if is_over:
        when = f"has expired on {found.ends:%Y-%m-%d}" if found else "has expired"
    else:
        when = f"is not valid before {found.begins:%Y-%m-%d}" if found else "is not valid yet"
    text = f"The certificate of {host} {when}. Renew it on the store, or set this machine's clock if that is off."
    return Finding(Cause.TLS_EXPIRED, text, setting="regionendpoint")


def other_host(settings: Settings) -> Finding:
    """The finding for a certificate of another name."""
    found = presented(settings)
    names = found.names if found else ()
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    is_for = f"is for {', '.join(names[:3])}{more}, not for" if names else "is for another name than"
    return about_endpoint(
        Cause.TLS_HOSTNAME,
        f"The certificate {is_for} {host_of(settings)}. Use a name that it was issued for as the endpoint.",
    )
