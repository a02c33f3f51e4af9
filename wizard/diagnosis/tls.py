"""Diagnoses certificates that failed verification, and says how to trust their issuer on this system."""

from __future__ import annotations

import platform
import socket
import ssl
from datetime import UTC, datetime

from wizard.catalog.registries import registry_of
from wizard.diagnosis.certificate import MAX_HOST_LENGTH, CertificateInfo, fetch_certificate, is_proxied, request_host
from wizard.diagnosis.wording import endpoint_finding
from wizard.model.endpoint import Endpoint, is_loopback, port_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings
from wizard.s3.ca_bundle import ssl_cert_file_is_empty, system_cas_ignored
from wizard.text.sanitize import sanitize

# X509_V_ERR_* of OpenSSL, https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_NOT_YET_VALID, _EXPIRED, _HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH = 9, 10, 62, 64

# How to add a CA to the system's trust store, by the identifiers in os-release.
_TRUST_COMMANDS = {
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
_BY_VARIABLE = "set SSL_CERT_FILE to its file"


def diagnose_verification_error(error: ssl.SSLCertVerificationError, settings: Settings) -> Finding:
    """The finding for a certificate that failed verification. Connects once more, to describe the certificate."""
    if error.verify_code in (_HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH):
        return diagnose_hostname_mismatch(settings)
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        return _validity_finding(settings, fetch_certificate(settings), has_expired=error.verify_code == _EXPIRED)
    return diagnose_untrusted(settings, error.verify_message)


def diagnose_untrusted(settings: Settings, reason: str) -> Finding:
    """The finding for a certificate whose issuer this system does not trust; `reason` is OpenSSL's."""
    certificate = fetch_certificate(settings)
    if certificate and certificate.not_after < datetime.now(UTC):  # OpenSSL names only the first problem that it finds
        return _validity_finding(settings, certificate, has_expired=True)
    if certificate:
        why = ""
        details = (
            f" Certificate: {certificate.subject}, issued by {certificate.issuer}, valid until "
            f"{certificate.not_after:%Y-%m-%d}, SHA-256 {certificate.fingerprint}."
        )
    else:
        via = ", which came through a proxy" if is_proxied(settings) else ""
        why, details = f"{via} ({sanitize(reason, 80)})", ""
    registry = registry_of(settings.registry)
    where = "here, on the registry's host and its clients" if settings.redirect else "here and on the registry's host"
    also = f" {registry.title} needs it too: {registry.trust}." if registry.trust else ""
    fix = Fix("Last resort: turn off TLS verification.", {"skipverify": True})
    return endpoint_finding(
        Cause.TLS_UNTRUSTED,
        f"The TLS certificate of {_display_request_host(settings)} isn't trusted{why}. If you recognise it, install "
        f"its CA {where}: {trust_instructions()}.{also}{details}",
        fix if registry.can_skip_verification else None,
    )


def _display_request_host(settings: Settings) -> str:
    return sanitize(request_host(settings), MAX_HOST_LENGTH)


def trust_instructions() -> str:
    """What to do on this system. Derived distributions name those that they are like (man 5 os-release)."""
    if ssl_cert_file_is_empty():
        return "write it in PEM format to the file that SSL_CERT_FILE names, which contains no certificate now"
    if system_cas_ignored():
        return "add it in PEM format to the file that SSL_CERT_FILE names"
    try:
        release = platform.freedesktop_os_release()
    except (OSError, UnicodeError):  # there is none, or it is not text
        release = {}
    ids = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    command = next((_TRUST_COMMANDS[id_] for id_ in ids if id_ in _TRUST_COMMANDS), "")
    return f"{command}; or {_BY_VARIABLE}" if command else _BY_VARIABLE


def _validity_finding(settings: Settings, certificate: CertificateInfo | None, *, has_expired: bool) -> Finding:
    now, host = datetime.now(UTC), _display_request_host(settings)
    subject = f"The certificate of {host}"
    problem = "has expired" if has_expired else "is not valid yet"
    if certificate and has_expired and certificate.not_after < now:
        problem = f"has expired on {certificate.not_after:%Y-%m-%d}"
    elif certificate and not has_expired and certificate.not_before > now:
        problem = f"is not valid before {certificate.not_before:%Y-%m-%d}"
    elif certificate:  # its own validity is not the problem, so that of an issuer is
        subject = f"A CA certificate in {host}'s chain"
    text = f"{subject} {problem}. Renew it on the store, or correct this machine's clock if it is wrong."
    return endpoint_finding(Cause.TLS_EXPIRED, text)


def diagnose_hostname_mismatch(settings: Settings) -> Finding:
    """The finding for a certificate that is for other hosts. Connects once more, to read for which."""
    certificate, host = fetch_certificate(settings), _display_request_host(settings)
    if certificate and not certificate.names:
        text = f"The certificate of {host} ({certificate.subject}) has no Subject Alternative Name. "
        return Finding(Cause.TLS_HOSTNAME, f"{text}Reissue it with {host} as a SAN.")
    names = certificate.names if certificate else ()
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    is_for = f"is for {', '.join(names[:3])}{more}, not for" if names else "is not for"
    name = next((name for name in names if _is_candidate(name, settings)), "")
    if not name:
        advice, fix = "Use a name from the certificate as the endpoint.", None
    else:
        endpoint = str(Endpoint.parse(settings.regionendpoint)._replace(host=name))
        advice = f"Use {endpoint} as the endpoint."
        fix = Fix(f"Use {endpoint}.", {"regionendpoint": endpoint}) if _is_same_server(name, settings) else None
    return endpoint_finding(Cause.TLS_HOSTNAME, f"The certificate {is_for} {host}. {advice}", fix)


def _is_candidate(name: str, settings: Settings) -> bool:
    """Whether `name` could replace the endpoint's host: a valid one with the same first label, or in place of an IP."""
    endpoint = Endpoint.parse(settings.regionendpoint)
    other = endpoint._replace(host=name)
    if not settings.regionendpoint or other.is_address() or not other.has_valid_host():
        return False
    if name.lower() == endpoint.host.lower():  # only the name with the bucket in front is missing
        return False
    if name.lower() == "localhost":
        return is_loopback(settings)
    return endpoint.is_address() or name.lower().partition(".")[0] == endpoint.host.lower().partition(".")[0]


def _is_same_server(name: str, settings: Settings) -> bool:
    """Whether `name` has only addresses of the endpoint. A certificate must not send signed requests elsewhere."""
    port = port_of(settings)
    try:
        endpoint_addresses = _addresses(request_host(settings), port)
        addresses = _addresses(name, port)
    except (OSError, ValueError):
        return False
    return bool(addresses) and addresses <= endpoint_addresses


def _addresses(host: str, port: int) -> set[object]:
    return {info[4] for info in socket.getaddrinfo(host, port)}
