"""Diagnoses calls without a complete answer: which layer failed, and why."""

from __future__ import annotations

import errno
import socket
import ssl
from http.client import HTTPException

from wizard.diagnosis.proxy import diagnose_proxy_failure
from wizard.diagnosis.tls import diagnose_hostname_mismatch, diagnose_untrusted, diagnose_verification_error
from wizard.diagnosis.wording import endpoint_finding, not_s3_finding, scheme_fix
from wizard.model.displayed_host import display_address, display_host
from wizard.model.endpoint import host_of, port_of, scheme_of
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.errors import ConnectionFailed

_PROBE_TIMEOUT = 1.0  # seconds


def diagnose_connection_failure(error: ConnectionFailed, settings: Settings) -> Finding:
    """The finding for a call without a complete answer. Can connect to the store once more, to try TLS."""
    if error.is_proxy_error:
        return diagnose_proxy_failure(error, settings)
    if error.hostname_mismatch:
        return diagnose_hostname_mismatch(settings)
    for cause in error.causes:
        if (finding := _diagnose_cause(cause, settings)) is not None:
            return finding
    if error.timed_out or any(isinstance(cause, TimeoutError) for cause in error.causes):
        return _diagnose_timeout(settings, while_connecting=error.while_connecting)
    if expects_tls(settings):
        return https_required(settings)
    if any(isinstance(cause, HTTPException) and not isinstance(cause, ConnectionError) for cause in error.causes):
        return not_s3_finding(settings, is_html=False)
    return Finding(
        Cause.STORE_ERROR,
        f"{display_host(settings)} closed the connection mid-response. Try again. If it persists, check the "
        "store's log and any proxies in between.",
    )


def _diagnose_cause(cause: BaseException, settings: Settings) -> Finding | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return diagnose_verification_error(cause, settings)
        case ssl.SSLError(reason="NO_CERTIFICATE_OR_CRL_FOUND"):
            return diagnose_untrusted(settings, "SSL_CERT_FILE and SSL_CERT_DIR contain no certificates")
        case ssl.SSLError() if cause.reason in _NOT_TLS:
            return endpoint_finding(
                Cause.PLAIN_HTTP,
                f"{display_address(settings)} is plain HTTP, not HTTPS. Keys and images would be sent unencrypted.",
                scheme_fix(settings, "http"),
            )
        case socket.gaierror():
            return _unknown_host(settings)
        case ConnectionRefusedError():
            return endpoint_finding(Cause.REFUSED, _refused(settings))
        case OSError() if cause.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL):
            return endpoint_finding(
                Cause.UNREACHABLE,
                f"No route to {display_address(settings)}. Check the {'address, ' if settings.regionendpoint else ''}"
                "network, VPN and firewall.",
            )
    return None


def _unknown_host(settings: Settings) -> Finding:
    """The finding for a host without an address; a blank endpoint means Amazon S3, whose host the region names."""
    setting, label = ("regionendpoint", "endpoint") if settings.regionendpoint else ("region", "region")
    text = f"Can't resolve {display_host(settings)}. Check the {label} for typos, and this machine's DNS."
    return Finding(Cause.DNS, text, setting=setting)


def _refused(settings: Settings) -> str:
    if not settings.regionendpoint:
        return f"{display_address(settings)} refused the connection. Check the network, proxy and firewall."
    return (
        f"Connection refused: nothing is listening on {display_address(settings)}. Check the port and that the store "
        "is running."
    )


_NOT_TLS = {  # OpenSSL's reasons for rejecting plain text in a handshake
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
}


def _diagnose_timeout(settings: Settings, *, while_connecting: bool) -> Finding:
    address = display_address(settings)
    if while_connecting:
        text = f"The connection to {address} timed out. A firewall may be dropping packets."
    else:
        text = f"{address} accepted the connection but never replied. Is this the S3 API port?"
    return endpoint_finding(Cause.TIMEOUT, text)


def https_required(settings: Settings) -> Finding:
    """The finding for plain http to a port that expects TLS."""
    text = f"{display_address(settings)} requires HTTPS."
    return endpoint_finding(Cause.HTTPS_REQUIRED, text, scheme_fix(settings, "https"))


def expects_tls(settings: Settings) -> bool:
    """Whether a TLS handshake succeeds where plain http failed. Connects to the store; sends no request."""
    if scheme_of(settings) != "http":
        return False
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the connection is closed after the handshake
    host = host_of(settings).strip("[]")
    try:
        with (
            socket.create_connection((host, port_of(settings)), timeout=_PROBE_TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return True
    except (OSError, ValueError):  # ValueError: not the name of a host
        return False
