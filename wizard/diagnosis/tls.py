"""A certificate that did not convince: what it says of itself, and how to trust its issuer on this system."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

from wizard.catalog.registries import registry_of
from wizard.diagnosis.wording import endpoint_finding, port_of
from wizard.model.endpoint import Endpoint, is_loopback, scheme_of, url_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings
from wizard.s3.ca_bundle import ssl_cert_file_is_empty, system_cas_ignored
from wizard.text.sanitize import sanitize

if TYPE_CHECKING:
    from cryptography import x509

OS_RELEASE = Path("/etc/os-release")
_TIMEOUT = 2.0  # seconds; the store has just answered
_LONGEST_NAME = 40  # of who it is for and from whom; both stand in one sentence
_LONGEST_HOST = 60

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
class CertificateInfo:
    """What a certificate says of itself, safe to print. `names` are the hosts that it is for."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    fingerprint: str  # SHA-256, in pairs of hexadecimal digits

    @classmethod
    def read(cls, der: bytes) -> CertificateInfo:
        """`ValueError` when these bytes are no certificate, or none that can be made sense of."""
        from cryptography import x509  # here, as only a failure needs it
        from cryptography.hazmat.primitives import hashes

        # Of oddities; they would go across the screen.
        warnings.filterwarnings("ignore", category=UserWarning, module=rf"cryptography\b|{re.escape(__name__)}$")
        try:
            found = x509.load_der_x509_certificate(der)
            names = _names(found)
            return cls(
                _name(found.subject) or next(iter(names), "nobody"),
                "itself" if found.issuer == found.subject else _name(found.issuer) or "nobody",
                names,
                found.not_valid_before_utc,
                found.not_valid_after_utc,
                found.fingerprint(hashes.SHA256()).hex(":").upper(),
            )
        except (TypeError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
            raise ValueError("a certificate against the rules") from error


def _name(name: x509.Name) -> str:
    return sanitize(name.rfc4514_string(), _LONGEST_NAME)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    found = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    return tuple(sanitize(name, _LONGEST_HOST) for name in found)


def fetch_certificate(settings: Settings) -> CertificateInfo | None:
    """What the store shows to whoever asks; None when it cannot be had. Verifies nothing, and sends nothing.

    Past a proxy it would be another certificate than the one that failed.
    """
    if _is_proxied(settings):
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    host = _dialled(settings)
    with contextlib.suppress(OSError, ValueError):
        with (
            socket.create_connection((host, port_of(settings)), timeout=_TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=host) as tls,
        ):
            der = tls.getpeercert(binary_form=True)
        return CertificateInfo.read(der) if der else None
    return None


def _is_proxied(settings: Settings) -> bool:
    endpoint = Endpoint.parse(url_of(settings))
    address = f"{endpoint.host}:{endpoint.port}" if endpoint.port else endpoint.host
    asks = registry_of(settings.registry).uses_proxy(settings)
    return asks and scheme_of(settings) in getproxies() and not proxy_bypass(address)


def _dialled(settings: Settings) -> str:
    """The host that the calls go to: with the bucket in front where that is not in the path."""
    endpoint = Endpoint.parse(url_of(settings))
    in_path = registry_of(settings.registry).path_style(settings) or endpoint.is_address() or not settings.bucket
    # A bucket with a dot stays in the path, as no certificate is for two labels below its own.
    return endpoint.host.strip("[]") if in_path or "." in settings.bucket else f"{settings.bucket}.{endpoint.host}"


def _shown(settings: Settings) -> str:
    return sanitize(_dialled(settings), _LONGEST_HOST)


def diagnose_verification_error(error: ssl.SSLCertVerificationError, settings: Settings) -> Finding:
    """The finding for a certificate that failed verification."""
    if error.verify_code in _WRONG_HOST:
        return other_host(settings)
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        return _out_of_time(settings, is_over=error.verify_code == _EXPIRED)
    return diagnose_untrusted(settings, error.verify_message)


def diagnose_untrusted(settings: Settings, reason: str) -> Finding:
    """The finding for a certificate of an issuer that this system does not know; `reason` is OpenSSL's."""
    found = fetch_certificate(settings)
    if found:
        ends = f"{found.ends:%Y-%m-%d}"
        about = f": {found.subject}, issued by {found.issuer}, valid until {ends}, SHA-256 {found.fingerprint}"
    else:
        via = ", which came through a proxy" if _is_proxied(settings) else ""
        about = f"{via} ({sanitize(reason, 80)})"
    where = "here, on the registry's host and its clients" if settings.redirect else "here and on the registry's host"
    return Finding(
        Cause.TLS_UNTRUSTED,
        f"The certificate of {_shown(settings)} is not trusted{about}. If it is the right one, trust its CA {where}: "
        f"{_how_to_trust()}.",
        setting="skipverify",
        fix=Fix("Only as a last resort: accept any certificate.", {"skipverify": True}),
    )


def _how_to_trust() -> str:
    """The command for this system, from its ID or else from what it is like (man 5 os-release)."""
    if ssl_cert_file_is_empty():
        return "put it as PEM into the file that SSL_CERT_FILE names, which holds no certificate now"
    if system_cas_ignored():
        return "add it as PEM to the file that SSL_CERT_FILE names"
    try:
        lines = OS_RELEASE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    ids = f"{said.get('ID', '')} {said.get('ID_LIKE', '')}".replace('"', "").replace("'", "").split()
    return next((_TRUST[name] for name in ids if name in _TRUST), "name its file in SSL_CERT_FILE")


def _out_of_time(settings: Settings, *, is_over: bool) -> Finding:
    found, now, whose = fetch_certificate(settings), datetime.now(UTC), f"The certificate of {_shown(settings)}"
    when = "has expired" if is_over else "is not valid yet"
    if found and is_over and found.ends < now:
        when = f"has expired on {found.ends:%Y-%m-%d}"
    elif found and not is_over and found.begins > now:
        when = f"is not valid before {found.begins:%Y-%m-%d}"
    elif found:  # its own time is right
        whose = f"A certificate that vouches for {_shown(settings)}"
    text = f"{whose} {when}. Renew it on the store, or set this machine's clock if that is off."
    return Finding(Cause.TLS_EXPIRED, text, setting="regionendpoint")


def other_host(settings: Settings) -> Finding:
    """The finding for a certificate of another name."""
    found, host = fetch_certificate(settings), _shown(settings)
    if found and not found.names:
        text = f"The certificate of {host} ({found.subject}) has no alternative names, and registries read no other."
        return endpoint_finding(Cause.TLS_HOSTNAME, f"{text} Issue it again with {host} among them.")
    names = found.names if found else ()
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    is_for = f"is for {', '.join(names[:3])}{more}, not for" if names else "is for another name than"
    usable = next((name for name in names if _is_usable(name, settings)), "")
    there = str(Endpoint.parse(settings.regionendpoint)._replace(host=usable))
    advice = f"Use {there if usable else 'a name that it was issued for'} as the endpoint."
    fix = Fix(f"Use {there}.", {"regionendpoint": there}) if usable and _is_same(usable, settings) else None
    return endpoint_finding(Cause.TLS_HOSTNAME, f"The certificate {is_for} {host}. {advice}", fix)


def _is_usable(name: str, settings: Settings) -> bool:
    """Whether `name` looks like the endpoint's host under a longer or another name, and can be dialled."""
    endpoint = Endpoint.parse(settings.regionendpoint)
    other = endpoint._replace(host=name)
    if not settings.regionendpoint or other.is_address() or not other.has_valid_host():
        return False
    if name.lower() == endpoint.host.lower():  # with the bucket in front it is another
        return False
    if name.lower() == "localhost":
        return is_loopback(settings)
    return endpoint.is_address() or name.lower().partition(".")[0] == endpoint.host.lower().partition(".")[0]


def _is_same(name: str, settings: Settings) -> bool:
    """Whether `name` leads to where the endpoint leads: nothing signed goes elsewhere on a certificate's word."""
    port = port_of(settings)
    try:
        ours, theirs = ({info[4] for info in socket.getaddrinfo(host, port)} for host in (_dialled(settings), name))
    except (OSError, ValueError):
        return False
    return bool(theirs) and theirs <= ours
